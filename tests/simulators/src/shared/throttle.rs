//! A request limit per user and window, as platforms keep it: a count that starts anew with each window.

use std::{collections::HashMap, sync::Mutex};

use jiff::Timestamp;

use super::lock;

/// So many requests of one user in so many seconds.
#[derive(Debug)]
pub struct Throttle {
    /// Requests in a window.
    pub limit: u64,
    /// Length of a window in seconds.
    pub window: u64,
    counts: Mutex<HashMap<String, (i64, u64)>>,
}

/// What the limit says of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the request passes.
    pub passes: bool,
    /// Unix second in which the next window begins.
    pub reset: i64,
    /// Seconds until then, at least 1.
    pub retry_after: u64,
}

impl Throttle {
    /// A limit with nothing counted; a window is at least a second.
    #[must_use]
    pub fn new(limit: u64, window: u64) -> Self {
        Self { limit, window: window.max(1), counts: Mutex::default() }
    }

    /// Counts a request of this user.
    pub fn count(&self, user: &str, now: Timestamp) -> Verdict {
        let window = i64::try_from(self.window).unwrap_or(i64::MAX);
        let start = now.as_second() - now.as_second().rem_euclid(window);
        let mut counts = lock(&self.counts);
        let (at, used) = counts.entry(user.to_owned()).or_insert((start, 0));
        if *at != start {
            (*at, *used) = (start, 0);
        }
        *used += 1;
        let reset = start.saturating_add(window);
        let retry_after = u64::try_from(reset - now.as_second()).unwrap_or(1).max(1);
        Verdict { passes: *used <= self.limit, reset, retry_after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_per_user_and_begins_anew_with_each_window() {
        let throttle = Throttle::new(2, 60);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert!(throttle.count("a", at(605)).passes);
        assert!(throttle.count("a", at(610)).passes);
        let refused = throttle.count("a", at(620));
        assert_eq!(refused, Verdict { passes: false, reset: 660, retry_after: 40 });
        assert!(throttle.count("b", at(620)).passes, "another user has a count of their own");
        assert!(throttle.count("a", at(660)).passes, "a new window");
    }
}
