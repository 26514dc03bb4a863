//! Wakes those who wait for a due ticket.
//!
//! Only a hint: what is due stands in the file, and another process may raise a ticket unheard. So a waiter's patience
//! always ends.

use super::column::moment_if_any;
use super::readers::Readers;
use crate::domain::Timestamp;
use crate::ledger::LedgerError;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until, timeout_at};

/// No more waiters than this are woken at once: one that finds more than it may take wakes the next.
const MOST_WOKEN: usize = 16;

/// See the module.
#[derive(Debug)]
pub(super) struct Alarm {
    /// A ticket is due.
    raised: Notify,
    /// A ticket will be due sooner than waiters think.
    sooner: Notify,
    /// What waiters think, in nanoseconds.
    expected: AtomicI64,
}

/// Whom a commit wakes.
#[derive(Debug, Default)]
pub(super) struct Rings {
    /// So many tickets are due now.
    pub(super) now: usize,
    /// The next is due then.
    pub(super) next: Option<Timestamp>,
}

// === impl Alarm ===

impl Alarm {
    pub(super) fn new() -> Self {
        Self { raised: Notify::new(), sooner: Notify::new(), expected: AtomicI64::new(i64::MAX) }
    }

    /// Tells what a commit made due, now or then.
    pub(super) fn ring(&self, rings: &Rings) {
        for _ in 0..rings.now.min(MOST_WOKEN) {
            self.raised.notify_one();
        }
        if rings.next.is_some_and(|next| next.nanos() < self.expected.load(Ordering::Relaxed)) {
            self.sooner.notify_waiters();
        }
    }

    /// Waits until a ticket may be due, at most so long.
    pub(super) async fn wait(&self, readers: &Readers, at_most: Duration) {
        let end = Instant::now() + at_most;
        loop {
            let sooner = self.sooner.notified();
            tokio::pin!(sooner);
            sooner.as_mut().enable();
            let next = match timeout_at(end, next_due(readers)).await {
                Ok(Ok(next)) => next,
                Ok(Err(_)) => None,
                Err(_) => return,
            };
            self.expected.store(next.map_or(i64::MAX, Timestamp::nanos), Ordering::Relaxed);
            let until = next.map_or(end, |next| end.min(Instant::now() + next.since(Timestamp::now())));
            tokio::select! {
                () = self.raised.notified() => return,
                () = sleep_until(until) => return,
                () = sooner => {}
            }
        }
    }
}

// === impl Rings ===

impl Rings {
    /// Notes when a ticket wants a worker.
    pub(super) fn note(&mut self, due_at: Option<Timestamp>, ready: bool) {
        match due_at {
            Some(_) if ready => self.now += 1,
            Some(due) => self.next = Some(self.next.map_or(due, |next| next.min(due))),
            None => {}
        }
    }
}

/// The next moment at which a ticket becomes due, or a lease ends; those that are ready already wait for something else
/// than time.
async fn next_due(readers: &Readers) -> Result<Option<Timestamp>, LedgerError> {
    let next = "SELECT min(due_at) AS due_at FROM tickets WHERE ready = 0 AND due_at IS NOT NULL";
    readers
        .read(move |reader| {
            let mut next = reader.prepare_cached(next)?;
            Ok(next.query_one((), |row| Ok(moment_if_any(row, "due_at")))??)
        })
        .await
}
