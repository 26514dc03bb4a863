//! How many requests each API takes, and of whom it counts them.

use jiff::Timestamp;

use super::{
    access::Api,
    options::{Limit, Limits},
    refusal::Refusal,
};
use crate::shared::{Call, throttle::Throttle};

/// What has been counted.
#[derive(Debug)]
pub struct Throttles {
    uploads: Throttle,
}

// === impl Throttles ===

impl Throttles {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let of = |limit: Limit| Throttle::new(limit.requests, limit.window_seconds);
        Self { uploads: of(limits.uploads) }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// 429 where there were too many.
    pub fn count(&self, api: Api, call: &Call, now: Timestamp) -> Result<(), Refusal> {
        let (throttle, whose) = match api {
            Api::Ingestion => (&self.uploads, call.path.split('/').nth(2).unwrap_or_default()),
            _ => return Ok(()),
        };
        let verdict = throttle.count(whose, now);
        if verdict.passes { Ok(()) } else { Err(Refusal::throttled(api.shape(), verdict.retry_after)) }
    }
}
