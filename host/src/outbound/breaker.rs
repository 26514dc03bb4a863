//! A connection that is down is left alone for a while, so that its tickets do not each wait for a timeout and the platform
//! is not met by everything at once when it comes back.
//!
//! Transport failures and 5xx answers in a row open it. After a rest one request is let through: its success closes the
//! breaker, its failure begins another rest. A request that is dropped without a verdict is none.

use super::{BreakerSpec, later};
use std::{
    num::NonZeroU32,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What the breaker of a connection does now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Everything passes.
    Closed {
        /// Failures in a row so far.
        failures: u32,
    },
    /// Nothing passes.
    Open {
        /// Until one request is let through.
        remaining: Duration,
    },
    /// One request may go through, or is under way.
    Trial,
}

/// The breaker of one connection.
#[derive(Debug)]
pub(super) struct Breaker {
    threshold: NonZeroU32,
    rest: Duration,
    phase: Mutex<Phase>,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    Closed { failures: u32 },
    Open { until: Instant },
    Trial,
}

/// A request that was let through; it owes a verdict.
#[derive(Debug)]
#[must_use]
pub(super) struct Passage<'a> {
    breaker: &'a Breaker,
    trial: bool,
    settled: bool,
}

/// Nothing passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Open {
    #[error("breaker open: the last requests all failed, the next is tried in {} s", .0.as_secs_f32().ceil())]
    Resting(Duration),
    #[error("breaker open: the last requests all failed, and one is being tried")]
    Trying,
}

// === impl Breaker ===

impl Breaker {
    pub(super) fn new(spec: &BreakerSpec) -> Self {
        Self { threshold: spec.failures, rest: spec.rest, phase: Mutex::new(Phase::Closed { failures: 0 }) }
    }

    /// Lets a request through, or says how long the rest goes on.
    pub(super) fn enter(&self, now: Instant) -> Result<Passage<'_>, Open> {
        let mut phase = self.phase();
        let trial = match *phase {
            Phase::Closed { .. } => false,
            Phase::Open { until } if now >= until => {
                *phase = Phase::Trial;
                true
            }
            Phase::Open { until } => return Err(Open::Resting(until.saturating_duration_since(now))),
            Phase::Trial => return Err(Open::Trying),
        };
        Ok(Passage { breaker: self, trial, settled: false })
    }

    /// Whether a request would be let through; asked before waiting for a turn.
    pub(super) fn check(&self, now: Instant) -> Result<(), Open> {
        match self.state(now) {
            BreakerState::Open { remaining } => Err(Open::Resting(remaining)),
            BreakerState::Closed { .. } | BreakerState::Trial => Ok(()),
        }
    }

    /// What it does now.
    pub(super) fn state(&self, now: Instant) -> BreakerState {
        match *self.phase() {
            Phase::Closed { failures } => BreakerState::Closed { failures },
            Phase::Open { until } if now < until => BreakerState::Open { remaining: until.duration_since(now) },
            Phase::Open { .. } | Phase::Trial => BreakerState::Trial,
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Passage ===

impl Passage<'_> {
    /// The platform answered; what it said is another matter.
    pub(super) fn succeeded(mut self) {
        self.settled = true;
        let mut phase = self.breaker.phase();
        if self.trial || matches!(*phase, Phase::Closed { .. }) {
            *phase = Phase::Closed { failures: 0 };
        }
    }

    /// It did not. Answers whether that has opened the breaker.
    pub(super) fn failed(mut self, now: Instant) -> bool {
        self.settled = true;
        let mut phase = self.breaker.phase();
        let opens = match *phase {
            Phase::Closed { failures } => {
                let failures = failures.saturating_add(1);
                *phase = Phase::Closed { failures };
                failures >= self.breaker.threshold.get()
            }
            // One that began before the breaker opened tells nothing new.
            Phase::Open { .. } | Phase::Trial => self.trial,
        };
        if opens {
            *phase = Phase::Open { until: later(now, self.breaker.rest) };
        }
        opens
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        if self.trial && !self.settled {
            // The rest is over all the same: the next request is the trial.
            *self.breaker.phase() = Phase::Open { until: Instant::now() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: Duration = Duration::from_secs(30);

    fn breaker() -> Breaker {
        Breaker::new(&BreakerSpec { failures: NonZeroU32::new(3).unwrap(), rest: REST })
    }

    fn fail(breaker: &Breaker, now: Instant) -> bool {
        breaker.enter(now).unwrap().failed(now)
    }

    #[test]
    fn opens_after_failures_in_a_row() {
        let (breaker, now) = (breaker(), Instant::now());
        assert_eq!([fail(&breaker, now), fail(&breaker, now)], [false, false]);
        breaker.enter(now).unwrap().succeeded();
        assert_eq!([fail(&breaker, now), fail(&breaker, now), fail(&breaker, now)], [false, false, true]);
        let open = breaker.enter(now + Duration::from_secs(10)).unwrap_err();
        assert_eq!(open, Open::Resting(Duration::from_secs(20)));
        assert_eq!(open.to_string(), "breaker open: the last requests all failed, the next is tried in 20 s");
        assert!(breaker.check(now).is_err());
    }

    #[test]
    fn one_request_is_the_trial_and_decides() {
        let (breaker, now) = (breaker(), Instant::now());
        for _ in 0..3 {
            fail(&breaker, now);
        }
        let later = now + REST;
        assert_eq!(breaker.state(later), BreakerState::Trial);
        let trial = breaker.enter(later).unwrap();
        assert_eq!(breaker.enter(later).unwrap_err(), Open::Trying, "a second beside it");
        assert!(trial.failed(later));
        assert_eq!(breaker.state(later), BreakerState::Open { remaining: REST });
        breaker.enter(later + REST).unwrap().succeeded();
        assert_eq!(breaker.state(later + REST), BreakerState::Closed { failures: 0 });
    }

    #[test]
    fn a_trial_that_is_dropped_leaves_its_place_to_the_next() {
        let (breaker, now) = (breaker(), Instant::now());
        for _ in 0..3 {
            fail(&breaker, now);
        }
        drop(breaker.enter(now + REST).unwrap());
        breaker.enter(now + REST).unwrap().succeeded();
    }

    #[test]
    fn requests_from_before_it_opened_change_nothing() {
        let (breaker, now) = (breaker(), Instant::now());
        let (slow, slower) = (breaker.enter(now).unwrap(), breaker.enter(now).unwrap());
        for _ in 0..3 {
            fail(&breaker, now);
        }
        slow.succeeded();
        assert!(!slower.failed(now + Duration::from_secs(10)));
        assert_eq!(breaker.state(now), BreakerState::Open { remaining: REST });
    }
}
