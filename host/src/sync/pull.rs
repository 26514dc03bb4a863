//! One reading of a platform's records: page by page, each kept with its cursor before the next is asked for.

use super::{Done, Sync, Trouble, label, rounds::Task};
use crate::{
    domain::{CallBudget, ConnectionName, RecordKind, Timestamp},
    generation::{Platform, Pull},
    ledger::{Leader, PullName, PulledPage},
};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// The most records of one page. They are kept in one transaction, which alerts that come in meanwhile wait for.
const PAGE: u32 = 200;

/// A connection that is read.
pub(super) struct Pulling<'a> {
    pub(super) sync: &'a Sync,
    pub(super) name: &'a ConnectionName,
    pub(super) platform: &'a Platform,
}

// === impl Pulling ===

impl Pulling<'_> {
    /// Reads all that has changed; what is asked to be read is read in its order.
    pub(super) async fn round(&self, stop: &CancellationToken) -> Result<Done, Trouble> {
        let task = Task::Pull(self.name.clone());
        let Some(pull) = &self.platform.pull else { return Ok(Done::Elsewhere) };
        let Some(mut leader) = self.sync.lead(&task).await? else { return Ok(Done::Elsewhere) };
        for kind in &pull.records {
            let read = self.read(pull, *kind, &task, leader, stop).await;
            if let Err(trouble) = &read {
                let name = PullName { connection: self.name.clone(), kind: *kind };
                self.sync.records.pull_failed(&name, &trouble.to_string()).await?;
            }
            let Some(still) = read? else { return Ok(Done::Elsewhere) };
            leader = still;
        }
        if stop.is_cancelled() {
            self.sync.records.step_down(&leader).await?;
        }
        Ok(Done::Rest(pull.every))
    }

    /// Reads all of one kind; answers who leads then, none where another gateway has taken over.
    async fn read(
        &self,
        pull: &Pull,
        kind: RecordKind,
        task: &Task,
        mut leader: Leader,
        stop: &CancellationToken,
    ) -> Result<Option<Leader>, Trouble> {
        let name = PullName { connection: self.name.clone(), kind };
        let state = self.sync.records.pull(&name, Timestamp::now().before(pull.history)).await?;
        let mut cursor = state.cursor;
        while !stop.is_cancelled() {
            let Some(still) = self.sync.still_lead(task, leader).await? else { return Ok(None) };
            leader = still;
            let at = Timestamp::now();
            let budget = CallBudget { deadline: Instant::now() + self.platform.peer.deadline, send_before: None };
            let listed = self.platform.peer.plugin.list_records(kind, cursor.clone(), state.since, PAGE, budget);
            let page = listed.await.map_err(Trouble::Call)?;
            if page.more && cursor.as_ref() == Some(&page.cursor) {
                return Err(Trouble::NoEnd);
            }
            let (more, read) = (page.more, page.records.len());
            let kept = PulledPage { records: page.records, cursor: page.cursor.clone(), more, at };
            let changed = self.sync.records.keep(&leader, &name, kept).await?;
            self.count("signalbox_records_read_total", kind, u64::try_from(read).unwrap_or(u64::MAX));
            self.count("signalbox_records_changed_total", kind, changed);
            tracing::debug!(connection = %self.name, %kind, read, changed, more, "read a page");
            cursor = Some(page.cursor);
            if !more {
                break;
            }
        }
        Ok(Some(leader))
    }

    fn count(&self, counter: &'static str, kind: RecordKind, number: u64) {
        metrics::counter!(counter, "connection" => label(self.name), "kind" => kind.as_str()).increment(number);
    }
}
