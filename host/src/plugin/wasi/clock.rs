//! Time as a plugin sees it.
//!
//! Frozen, the wall clock says one moment for the whole call, and waiting returns at once while the monotonic clock moves on by
//! what was waited for: a loop that sleeps until a time ends, and ends the same way each time.

use super::Wasi;
use crate::domain::Timestamp;
use std::time::{Duration, Instant};
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

/// Which time a call lives in.
#[derive(Debug)]
pub(in crate::plugin) enum Clock {
    /// The host's.
    Real {
        /// Where the monotonic clock began.
        since: Instant,
    },
    /// One moment.
    Frozen {
        /// What the wall clock says.
        at: Timestamp,
        /// What was waited for so far.
        waited: Duration,
    },
}

enum Wait {
    Over,
    Until(tokio::time::Instant),
    Forever,
}

// === impl Clock ===

impl Clock {
    pub(in crate::plugin) fn real() -> Self {
        Self::Real { since: Instant::now() }
    }

    pub(in crate::plugin) fn frozen(at: Timestamp) -> Self {
        Self::Frozen { at, waited: Duration::ZERO }
    }

    fn elapsed(&self) -> Duration {
        match self {
            Self::Real { since } => since.elapsed(),
            Self::Frozen { waited, .. } => *waited,
        }
    }

    fn wait(&mut self, span: Duration) -> Wait {
        match self {
            Self::Frozen { waited, .. } => {
                *waited = waited.saturating_add(span);
                Wait::Over
            }
            Self::Real { .. } => tokio::time::Instant::now().checked_add(span).map_or(Wait::Forever, Wait::Until),
        }
    }
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}

// === impl Wait ===

#[async_trait::async_trait]
impl Pollable for Wait {
    async fn ready(&mut self) {
        match self {
            // A guest that polls in a loop must not keep the worker from its timers.
            Self::Over => tokio::task::yield_now().await,
            Self::Until(instant) => tokio::time::sleep_until(*instant).await,
            Self::Forever => std::future::pending().await,
        }
    }
}

// === impl Wasi ===

impl wall_clock::Host for Wasi {
    fn now(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        let nanos = match &self.clock {
            Clock::Real { .. } => Timestamp::now(),
            Clock::Frozen { at, .. } => *at,
        }
        .nanos();
        // Before 1970 there is no such clock: the earliest that it can say.
        let span = Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
        Ok(wall_clock::Datetime { seconds: span.as_secs(), nanoseconds: span.subsec_nanos() })
    }

    fn resolution(&mut self) -> wasmtime::Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: 1_000 })
    }
}

impl monotonic_clock::Host for Wasi {
    fn now(&mut self) -> wasmtime::Result<monotonic_clock::Instant> {
        Ok(nanos(self.clock.elapsed()))
    }

    fn resolution(&mut self) -> wasmtime::Result<monotonic_clock::Duration> {
        Ok(1_000)
    }

    fn subscribe_instant(&mut self, when: monotonic_clock::Instant) -> wasmtime::Result<Resource<DynPollable>> {
        let span = Duration::from_nanos(when).saturating_sub(self.clock.elapsed());
        self.subscribe_duration(nanos(span))
    }

    fn subscribe_duration(&mut self, span: monotonic_clock::Duration) -> wasmtime::Result<Resource<DynPollable>> {
        let wait = self.clock.wait(Duration::from_nanos(span));
        let wait = self.table.push(wait)?;
        subscribe(&mut self.table, wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_by_what_was_waited_for() {
        let mut clock = Clock::frozen(Timestamp::from_nanos(0));
        assert_eq!(clock.elapsed(), Duration::ZERO);
        assert!(matches!(clock.wait(Duration::from_secs(5)), Wait::Over));
        assert_eq!(clock.elapsed(), Duration::from_secs(5));
    }
}
