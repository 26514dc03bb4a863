//! The platform's clock: the machine's, moved forward on demand.
//!
//! Tokens that live for half an hour and incidents that close themselves after a week are tested by moving it; nothing
//! ever waits for it. It never goes back.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};

/// The machine's time plus what tests added.
#[derive(Debug, Default)]
pub struct Clock {
    ahead_ms: AtomicI64,
}

impl Clock {
    /// The time that the platform believes.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::Relaxed));
        Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead_ms.fetch_add(by, Ordering::Relaxed);
    }

    /// How far ahead of the machine it is.
    #[must_use]
    pub fn ahead(&self) -> Duration {
        Duration::from_millis(u64::try_from(self.ahead_ms.load(Ordering::Relaxed)).unwrap_or(0))
    }
}

/// A span as jiff counts it, at most its longest.
#[must_use]
pub fn signed(span: Duration) -> SignedDuration {
    SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_forward_by_what_was_asked() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        let moved = clock.now().duration_since(before);
        assert!(moved >= SignedDuration::from_secs(3600) && moved < SignedDuration::from_secs(3610), "{moved}");
        assert_eq!(clock.ahead(), Duration::from_secs(3600));
    }
}
