//! Has open tickets told of maintenance when it begins.
//!
//! Every ten seconds it is asked what is in force at all: windows of the configuration, windows that people opened, changes
//! under way. Only when something has begun are open tickets gone through, and those that it is for are made due: their turn
//! says so in a note. What a ticket was told stands in its life, so one that is looked at again, by another gateway or after
//! a restart, says nothing twice. Where the ledger can't be asked the next look begins anew.

use crate::{
    domain::{Timestamp, with_causes},
    generation::{Generation, GenerationDesk},
    ledger::{Ledger, LedgerError, Nearby, WindowRow},
};
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it is looked at what has begun.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// See the module.
pub(super) struct Beginnings {
    pub(super) desk: Arc<GenerationDesk>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) nearby: Arc<dyn Nearby>,
}

/// Something in force, and until when: one that is moved begins anew.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Occasion {
    Window(String, Timestamp),
    Opened(i64, Timestamp),
    Change(i64, Timestamp),
}

// === impl Beginnings ===

impl Beginnings {
    /// Goes on until `stop`.
    pub(super) async fn run(self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = BTreeSet::new();
        loop {
            tokio::select! {
                _ = looks.tick() => {}
                () = stop.cancelled() => return,
            }
            match self.look(&known).await {
                Ok(found) => known = found,
                Err(error) => {
                    tracing::warn!(error = with_causes(&error), "it could not be looked at whether maintenance begins");
                }
            }
        }
    }

    /// Has tickets told of what is not known yet; answers what is in force.
    async fn look(&self, known: &BTreeSet<Occasion>) -> Result<BTreeSet<Occasion>, LedgerError> {
        let (generation, now) = (self.desk.current.load(), Timestamp::now());
        let rows = self.desk.windows(now).await?;
        let found = self.in_force(&generation, &rows, now).await?;
        if found.is_subset(known) {
            return Ok(found);
        }
        let opened = self.desk.ready(rows);
        for (key, alert) in self.nearby.open_tickets().await? {
            if self.desk.maintenance(&generation, &opened, &alert, now).await?.is_some() {
                self.ledger.look_again(&key, now).await?;
            }
        }
        Ok(found)
    }

    async fn in_force(
        &self,
        generation: &Generation,
        rows: &[WindowRow],
        now: Timestamp,
    ) -> Result<BTreeSet<Occasion>, LedgerError> {
        let windows = generation.config.maintenance.iter();
        let windows =
            windows.filter_map(|window| Some(Occasion::Window(window.name.clone(), window.schedule.end(now)?)));
        let opened = rows.iter().filter(|row| row.from <= now);
        let opened = opened.map(|row| Occasion::Opened(row.id, row.until));
        let changes = self.nearby.changes_under_way(now).await?.into_iter();
        let changes = changes.map(|(row, until)| Occasion::Change(row, until));
        Ok(windows.chain(opened).chain(changes).collect())
    }
}
