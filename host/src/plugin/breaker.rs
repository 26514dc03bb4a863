//! Stops calling a plugin that keeps failing, for a while.
//!
//! Each use of a plugin has its own: what fails for one connection may work for another. It counts failures in a row that are
//! the plugin's (a trap, a deadline, memory, an answer that is none), never a platform's refusal. Open, it refuses at once; after
//! a while it lets one call through, and that call decides.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BreakerPolicy {
    /// Failures in a row.
    pub failures: u32,
    /// From the last of them to the next try.
    pub open_for: Duration,
}

#[derive(Debug)]
pub(super) struct Breaker {
    policy: BreakerPolicy,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant },
    Trying,
}

/// Leave for one call. Dropped without a word, it counts as neither.
#[derive(Debug)]
pub(super) struct Leave<'a> {
    breaker: &'a Breaker,
    trying: bool,
}

// === impl BreakerPolicy ===

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self { failures: 10, open_for: Duration::from_secs(5) }
    }
}

// === impl Breaker ===

impl Breaker {
    pub(super) fn new(policy: BreakerPolicy) -> Self {
        Self { policy, state: Mutex::new(State::Closed { failures: 0 }) }
    }

    /// Whether a call would get leave, without taking it: who has to wait for a place first should not take the one try.
    pub(super) fn peek(&self, now: Instant) -> Result<(), Duration> {
        match *self.state() {
            State::Open { until } if now < until => Err(until.duration_since(now)),
            _ => Ok(()),
        }
    }

    /// Leave for a call, or how long to wait for one.
    pub(super) fn ask(&self, now: Instant) -> Result<Leave<'_>, Duration> {
        let mut state = self.state();
        match *state {
            State::Closed { .. } => Ok(Leave { breaker: self, trying: false }),
            State::Open { until } if now >= until => {
                *state = State::Trying;
                Ok(Leave { breaker: self, trying: true })
            }
            State::Open { until } => Err(until.duration_since(now)),
            State::Trying => Err(self.policy.open_for),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Leave ===

impl Leave<'_> {
    /// The plugin did its part.
    pub(super) fn succeeded(mut self) {
        let mut state = self.breaker.state();
        // A call that began before it opened says nothing about now.
        if self.trying || matches!(*state, State::Closed { .. }) {
            *state = State::Closed { failures: 0 };
        }
        self.trying = false;
    }

    /// The plugin failed. Whether it is open now, and was not before.
    pub(super) fn failed(mut self, now: Instant) -> bool {
        let mut state = self.breaker.state();
        let failures = match *state {
            State::Closed { failures } => failures.saturating_add(1),
            _ if self.trying => self.breaker.policy.failures,
            _ => return false,
        };
        let opens = failures >= self.breaker.policy.failures;
        *state =
            if opens { State::Open { until: now + self.breaker.policy.open_for } } else { State::Closed { failures } };
        self.trying = false;
        opens
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if self.trying {
            *self.breaker.state() = State::Open { until: Instant::now() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: BreakerPolicy = BreakerPolicy { failures: 2, open_for: Duration::from_secs(5) };

    fn opened(now: Instant) -> Breaker {
        let breaker = Breaker::new(POLICY);
        assert!(!breaker.ask(now).unwrap().failed(now));
        assert!(breaker.ask(now).unwrap().failed(now));
        breaker
    }

    #[test]
    fn opens_after_failures_in_a_row_and_says_how_long() {
        let now = Instant::now();
        let breaker = opened(now);
        assert_eq!(breaker.ask(now + Duration::from_secs(2)).unwrap_err(), Duration::from_secs(3));
    }

    #[test]
    fn a_success_between_keeps_it_closed() {
        let now = Instant::now();
        let breaker = Breaker::new(POLICY);
        for _ in 0..5 {
            assert!(!breaker.ask(now).unwrap().failed(now));
            breaker.ask(now).unwrap().succeeded();
        }
    }

    #[test]
    fn lets_one_call_through_after_a_while_and_that_call_decides() {
        let now = Instant::now();
        let later = now + Duration::from_secs(5);
        let breaker = opened(now);
        let first = breaker.ask(later).unwrap();
        assert!(breaker.ask(later).is_err());
        assert!(first.failed(later));
        assert!(breaker.ask(later).is_err());
        breaker.ask(later + Duration::from_secs(5)).unwrap().succeeded();
        breaker.ask(later + Duration::from_secs(5)).unwrap().succeeded();
    }

    #[test]
    fn a_try_that_was_given_up_leaves_the_next_one_to_try() {
        let now = Instant::now();
        let breaker = opened(now - Duration::from_secs(10));
        drop(breaker.ask(now).unwrap());
        assert!(breaker.ask(Instant::now()).is_ok());
    }
}
