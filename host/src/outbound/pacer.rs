//! The pace of one connection, shared by everything that it sends: push, pull and logins.
//!
//! A request first takes one of the places under way, then waits for its turn: turns come at the connection's rate, in
//! order, and not at all while the platform has asked for a rest. Nobody waits past the moment after which sending would be
//! of no use; that is told at once where it can be foreseen.

use super::{Limits, later, message::Answer, retry_after::retry_after};
use crate::domain::Timestamp;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter, clock::Clock};
use http::{StatusCode, header};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{sleep_until, timeout_at},
};

/// The pacer of one connection.
#[derive(Debug)]
pub(super) struct Pacer {
    places: Semaphore,
    queue: tokio::sync::Mutex<()>,
    rate: DefaultDirectRateLimiter,
    resting_until: Mutex<Option<Instant>>,
    longest_rest: Duration,
}

/// The turn would come too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooLate {
    #[error("no turn in time: the platform asked for a rest of another {} s", .0.as_secs_f32().ceil())]
    Resting(Duration),
    #[error("no turn in time: too many requests of this connection wait")]
    Queue,
}

// === impl Pacer ===

impl Pacer {
    pub(super) fn new(limits: &Limits) -> Self {
        let places = usize::try_from(limits.concurrency.get()).unwrap_or(Semaphore::MAX_PERMITS);
        Self {
            places: Semaphore::new(places.min(Semaphore::MAX_PERMITS)),
            queue: tokio::sync::Mutex::new(()),
            rate: RateLimiter::direct(Quota::per_second(limits.per_second).allow_burst(limits.burst)),
            resting_until: Mutex::new(None),
            longest_rest: limits.longest_pause,
        }
    }

    /// One of the places under way, for as long as the permit lives.
    pub(super) async fn place(&self, until: Instant) -> Result<SemaphorePermit<'_>, TooLate> {
        self.check_rest(until)?;
        match timeout_at(until.into(), self.places.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            // It is never closed.
            Ok(Err(_)) | Err(_) => Err(self.check_rest(until).err().unwrap_or(TooLate::Queue)),
        }
    }

    /// The next turn. Each is for one request.
    pub(super) async fn turn(&self, until: Instant) -> Result<(), TooLate> {
        self.check_rest(until)?;
        let Ok(_front) = timeout_at(until.into(), self.queue.lock()).await else {
            return Err(self.check_rest(until).err().unwrap_or(TooLate::Queue));
        };
        loop {
            if let Some(rest) = self.check_rest(until)? {
                sleep_until(rest.into()).await;
                continue;
            }
            let Err(early) = self.rate.check() else { return Ok(()) };
            let next = Instant::now() + early.wait_time_from(self.rate.clock().now());
            if next > until {
                return Err(TooLate::Queue);
            }
            sleep_until(next.into()).await;
        }
    }

    /// Begins the rest that an answer asks for, if it does.
    pub(super) fn heed(&self, answer: &Answer) {
        let busy = matches!(answer.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
        let asked = answer.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        if let Some(rest) = asked.filter(|_| busy).and_then(|value| retry_after(value, Timestamp::now())) {
            self.rest(rest, Instant::now());
        }
    }

    /// The platform asks for a rest. A rest never becomes shorter.
    fn rest(&self, asked: Duration, now: Instant) {
        let until = later(now, asked.min(self.longest_rest));
        let mut resting = self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.is_none_or(|before| before < until) {
            *resting = Some(until);
        }
    }

    /// How much of the rest is left.
    pub(super) fn resting(&self, now: Instant) -> Option<Duration> {
        let until = *self.resting_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.map(|until| until.saturating_duration_since(now)).filter(|left| !left.is_zero())
    }

    /// When the rest ends, if there is one; an error if that is after `until`.
    fn check_rest(&self, until: Instant) -> Result<Option<Instant>, TooLate> {
        let now = Instant::now();
        match self.resting(now) {
            Some(left) if now + left > until => Err(TooLate::Resting(left)),
            left => Ok(left.map(|left| now + left)),
        }
    }
}

#[cfg(test)]
#[path = "pacer_tests.rs"]
mod tests;
