//! The workers of one process: as many tickets at a time as each connection takes.
//!
//! Each connection has places of its own, so that a platform that answers slowly, or not at all, holds up nobody else's
//! tickets. The crew claims no more than it has places for: a ticket that waits here would only hold its lease.

use super::worker::Worker;
use crate::domain::ConnectionName;
use crate::ledger::Claimed;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet};

/// How long the crew sleeps at most, if nothing wakes it.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long it sleeps at least after it found nothing to do.
const SHORTEST_SLEEP: Duration = Duration::from_millis(5);
/// How often a stopped connection is tried.
const PROBE_EVERY: Duration = Duration::from_secs(60);
/// How long the crew leaves the ledger alone that does not answer.
const LEDGER_PAUSE: Duration = Duration::from_secs(1);

/// Runs workers until it is told to stop.
pub struct Crew {
    worker: Arc<Worker>,
    name: String,
    busy: BTreeMap<ConnectionName, usize>,
    tickets: JoinSet<ConnectionName>,
    probes: JoinSet<ConnectionName>,
    probing: BTreeSet<ConnectionName>,
}

// === impl Crew ===

impl Crew {
    /// A crew; `name` is this process's among all that share the ledger.
    #[must_use]
    pub fn new(worker: Worker, name: impl Into<String>) -> Self {
        Self {
            worker: Arc::new(worker),
            name: name.into(),
            busy: BTreeMap::new(),
            tickets: JoinSet::new(),
            probes: JoinSet::new(),
            probing: BTreeSet::new(),
        }
    }

    /// Converges until `stop` says true, then finishes what is under way.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.worker.health.start_changed(self.worker.desk.generation());
            self.probe_stopped();
            let pause = if self.claim_all().await { Duration::ZERO } else { SHORTEST_SLEEP };
            let ledger = Arc::clone(&self.worker.ledger);
            let wake = async {
                tokio::time::sleep(pause).await;
                if !pause.is_zero() {
                    ledger.due(LONGEST_SLEEP).await;
                }
            };
            tokio::select! {
                () = wake => {}
                Some(ended) = self.tickets.join_next() => self.leave(ended.ok()),
                Some(ended) = self.probes.join_next() => self.probed(ended.ok()),
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
        self.probes.abort_all();
        while self.tickets.join_next().await.is_some() {}
    }

    /// Claims what there are places for; answers whether there was anything.
    async fn claim_all(&mut self) -> bool {
        let mut any = false;
        for (connection, places) in self.worker.desk.connections() {
            let free = places.saturating_sub(self.busy.get(&connection).copied().unwrap_or_default());
            if free == 0 || self.worker.health.is_stopped(&connection) {
                continue;
            }
            let now = self.worker.clock.now();
            let until = now.after(self.worker.leases.span);
            let limit = u32::try_from(free).unwrap_or(u32::MAX);
            match self.worker.ledger.claim(&self.name, std::slice::from_ref(&connection), now, until, limit).await {
                Ok(claimed) => {
                    any |= !claimed.is_empty();
                    claimed.into_iter().for_each(|each| self.take(each));
                }
                Err(error) => {
                    tracing::error!(%connection, %error, "no tickets can be claimed");
                    tokio::time::sleep(LEDGER_PAUSE).await;
                }
            }
        }
        any
    }

    fn take(&mut self, claimed: Claimed) {
        let connection = claimed.connection.clone();
        *self.busy.entry(connection.clone()).or_default() += 1;
        let worker = Arc::clone(&self.worker);
        self.tickets.spawn(async move {
            let key = claimed.lease.key.clone();
            if let Err(error) = worker.converge(claimed).await {
                tracing::warn!(ticket = %key, %error, "the ticket's turn was cut short");
            }
            connection
        });
    }

    fn leave(&mut self, connection: Option<ConnectionName>) {
        match connection {
            Some(connection) => {
                if let Some(busy) = self.busy.get_mut(&connection) {
                    *busy = busy.saturating_sub(1);
                }
            }
            // A task that panicked says no name: its place is given back when all are.
            None if self.tickets.is_empty() => self.busy.clear(),
            None => {}
        }
    }

    fn probe_stopped(&mut self) {
        for (connection, _) in self.worker.health.stopped() {
            if !self.probing.insert(connection.clone()) {
                continue;
            }
            let worker = Arc::clone(&self.worker);
            self.probes.spawn(async move {
                tokio::time::sleep(PROBE_EVERY).await;
                match worker.desk.probe(&connection).await {
                    Ok(()) => worker.health.start(&connection),
                    Err(error) => tracing::error!(%connection, %error, "the connection stays stopped"),
                }
                connection
            });
        }
    }

    fn probed(&mut self, connection: Option<ConnectionName>) {
        match connection {
            Some(connection) => drop(self.probing.remove(&connection)),
            None => self.probing.clear(),
        }
    }
}
