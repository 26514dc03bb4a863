//! How many requests each API takes, and of whom it counts them.

use jiff::Timestamp;

use super::{
    access::Api,
    directory::Caller,
    management::{Path, Service},
    options::{Limit, Limits},
    refusal::Refusal,
};
use crate::shared::{Call, throttle::Throttle};

/// What has been counted.
#[derive(Debug)]
pub struct Throttles {
    uploads: Throttle,
    alert_lists: Throttle,
    alerts: Throttle,
    reads: Throttle,
    queries: Throttle,
}

// === impl Throttles ===

impl Throttles {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let of = |limit: Limit| Throttle::new(limit.requests, limit.window_seconds);
        Self {
            uploads: of(limits.uploads),
            alert_lists: of(limits.alert_lists),
            alerts: of(limits.alerts),
            reads: of(limits.reads),
            queries: of(limits.queries),
        }
    }

    /// Counts a call.
    ///
    /// # Errors
    /// 429 where there were too many.
    pub fn count(&self, api: Api, call: &Call, caller: &Caller, now: Timestamp) -> Result<(), Refusal> {
        let verdict = match api {
            Api::Ingestion => self.uploads.count(call.path.split('/').nth(2).unwrap_or_default(), now),
            Api::Query => self.queries.count(&caller.id, now),
            Api::Management => {
                let (throttle, whose) = self.management(call, caller);
                throttle.count(&whose, now)
            }
            Api::Entra | Api::Metadata => return Ok(()),
        };
        if verdict.passes { Ok(()) } else { Err(Refusal::throttled(api.shape(), verdict.retry_after)) }
    }

    /// Which limit of Resource Manager a call meets, and whose count it goes to.
    fn management(&self, call: &Call, caller: &Caller) -> (&Throttle, String) {
        match Path::parse(&call.path) {
            Some(path) if path.service() == Some(Service::Alerts) => {
                let subscription = path.subscription().unwrap_or_default().to_owned();
                (if path.rest.len() == 1 { &self.alert_lists } else { &self.alerts }, subscription)
            }
            _ => (&self.reads, caller.id.clone()),
        }
    }
}
