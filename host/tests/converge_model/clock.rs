//! Time that moves when the script says so, and awaits that can be interrupted.

use signalbox::converge::clock::{Chance, Clock};
use signalbox::domain::Timestamp;
use std::future::poll_fn;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

/// 2026-01-01T00:00:00Z.
const BEGIN: i64 = 1_767_225_600_000_000_000;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ModelClock {
    nanos: AtomicI64,
    base: Instant,
}

/// No chance at all.
#[derive(Debug)]
pub struct NoChance;

impl Default for ModelClock {
    fn default() -> Self {
        Self { nanos: AtomicI64::new(BEGIN), base: Instant::now() }
    }
}

impl ModelClock {
    pub fn advance(&self, span: Duration) {
        self.nanos.fetch_add(i64::try_from(span.as_nanos()).unwrap(), Ordering::Relaxed);
    }

    /// The moment that an instant of this clock stands for.
    pub fn moment(&self, instant: Instant) -> Timestamp {
        Timestamp::from_nanos(BEGIN).after(instant - self.base)
    }
}

impl Clock for ModelClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_nanos(self.nanos.load(Ordering::Relaxed))
    }

    fn instant(&self) -> Instant {
        self.base + self.now().since(Timestamp::from_nanos(BEGIN))
    }
}

impl Chance for NoChance {
    fn fraction(&self) -> f64 {
        0.5
    }
}

/// A place where a worker can be stopped, killed, or overtaken.
pub async fn interruptible() {
    let mut stopped = false;
    poll_fn(|context| {
        if stopped {
            return Poll::Ready(());
        }
        stopped = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
