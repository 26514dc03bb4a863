//! The workers of one process: as many tickets at a time as each connection takes.
//!
//! Each connection has places of its own, so that a platform that answers slowly, or not at all, holds up nobody else's
//! tickets. The crew claims no more than it has places for: a ticket that waits here would only hold its lease. Told to
//! stop, it claims nothing more and finishes what is under way; cut short, it leaves everything to be found again.

use super::worker::Worker;
use crate::domain::ConnectionName;
use crate::ledger::Claimed;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::{Id, JoinError, JoinSet},
};

/// How long the crew sleeps at most, if nothing wakes it.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long it sleeps at least after it found nothing to do.
const SHORTEST_SLEEP: Duration = Duration::from_millis(25);
/// How long the crew leaves the ledger alone that does not answer.
const LEDGER_PAUSE: Duration = Duration::from_secs(1);

/// Runs workers until it is told to stop.
pub struct Crew {
    worker: Arc<Worker>,
    name: String,
    probe_every: Duration,
    tickets: JoinSet<()>,
    probes: JoinSet<()>,
    /// Whose ticket each task works on, or whom it probes.
    at_work: HashMap<Id, ConnectionName>,
    probing: HashMap<Id, ConnectionName>,
}

// === impl Crew ===

impl Crew {
    /// A crew; `name` is this process's among all that share the ledger.
    #[must_use]
    pub fn new(worker: Worker, name: impl Into<String>) -> Self {
        Self {
            worker: Arc::new(worker),
            name: name.into(),
            probe_every: Duration::from_secs(60),
            tickets: JoinSet::new(),
            probes: JoinSet::new(),
            at_work: HashMap::new(),
            probing: HashMap::new(),
        }
    }

    /// Tries stopped connections this often, instead of each minute.
    #[must_use]
    pub fn probing_every(self, probe_every: Duration) -> Self {
        Self { probe_every, ..self }
    }

    /// Converges until `stop` says true, then finishes what is under way.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.worker.health.start_changed(self.worker.desk.generation());
            self.probe_stopped();
            if self.claim_all().await {
                continue;
            }
            let ledger = Arc::clone(&self.worker.ledger);
            let due = async {
                tokio::time::sleep(SHORTEST_SLEEP).await;
                ledger.due(LONGEST_SLEEP).await;
            };
            tokio::select! {
                () = due => {}
                Some(ended) = self.tickets.join_next_with_id() => self.leave(ended),
                Some(ended) = self.probes.join_next_with_id() => drop(self.probing.remove(&id_of(&ended))),
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
            let busy = self.at_work.values().filter(|each| **each == connection).count();
            let free = places.saturating_sub(busy);
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
                    tracing::error!(%connection, error = &error as &dyn std::error::Error, "no tickets can be claimed");
                    tokio::time::sleep(LEDGER_PAUSE).await;
                }
            }
        }
        any
    }

    fn take(&mut self, claimed: Claimed) {
        let connection = claimed.connection.clone();
        let worker = Arc::clone(&self.worker);
        let task = self.tickets.spawn(async move {
            let key = claimed.lease.key.clone();
            if let Err(error) = worker.converge(claimed).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(ticket = %key, error, "the ticket's turn was cut short");
            }
        });
        self.at_work.insert(task.id(), connection);
    }

    /// Gives back the places of all tasks that have ended: one claim fills them.
    fn leave(&mut self, first: Result<(Id, ()), JoinError>) {
        let mut ended = Some(first);
        while let Some(each) = ended {
            self.at_work.remove(&id_of(&each));
            ended = self.tickets.try_join_next_with_id();
        }
    }

    fn probe_stopped(&mut self) {
        for (connection, _) in self.worker.health.stopped() {
            if self.probing.values().any(|each| *each == connection) {
                continue;
            }
            let worker = Arc::clone(&self.worker);
            let (name, pause) = (connection.clone(), self.probe_every);
            let task = self.probes.spawn(async move {
                tokio::time::sleep(pause).await;
                match worker.desk.probe(&name).await {
                    Ok(()) => worker.health.start(&name),
                    Err(error) => tracing::error!(connection = %name, %error, "the connection stays stopped"),
                }
            });
            self.probing.insert(task.id(), connection);
        }
    }
}

fn id_of(ended: &Result<(Id, ()), JoinError>) -> Id {
    match ended {
        Ok((id, ())) => *id,
        Err(error) => error.id(),
    }
}
