//! One reading of a platform's records: page by page, each kept with its cursor before the next is asked for.

use super::{Done, Sync, Trouble};
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
    pub(super) leader: &'a Leader,
}

// === impl Pulling ===

impl Pulling<'_> {
    /// Reads all that has changed; what is asked to be read is read in its order.
    pub(super) async fn round(&self, stop: &CancellationToken) -> Result<Done, Trouble> {
        let Some(pull) = &self.platform.pull else { return Ok(Done::Elsewhere) };
        for kind in &pull.records {
            let name = PullName { connection: self.name.clone(), kind: *kind };
            if let Err(trouble) = self.read(pull, &name, stop).await {
                self.sync.records.pull_failed(&name, &trouble.to_string()).await?;
                return Err(trouble);
            }
        }
        Ok(Done::Rest(pull.every))
    }

    /// Reads all of one kind.
    async fn read(&self, pull: &Pull, name: &PullName, stop: &CancellationToken) -> Result<(), Trouble> {
        let kind = name.kind;
        let state = self.sync.records.pull(name, Timestamp::now().before(pull.history)).await?;
        let mut cursor = state.cursor;
        while !stop.is_cancelled() {
            let at = Timestamp::now();
            let budget = CallBudget { deadline: Instant::now() + self.platform.peer.deadline, send_before: None };
            let listed = self.platform.peer.plugin.list_records(kind, cursor.clone(), state.since, PAGE, budget);
            let page = listed.await.map_err(Trouble::Call)?;
            if page.more && cursor.as_ref() == Some(&page.cursor) {
                return Err(Trouble::NoEnd);
            }
            let (more, read) = (page.more, page.records.len());
            let kept = PulledPage { records: page.records, cursor: page.cursor.clone(), more, at };
            let changed = self.sync.records.keep(self.leader, name, kept).await?;
            self.count(kind, u64::try_from(read).unwrap_or(u64::MAX), changed);
            tracing::debug!(connection = %self.name, %kind, read, changed, more, "read a page");
            cursor = Some(page.cursor);
            if !more {
                break;
            }
        }
        Ok(())
    }

    fn count(&self, kind: RecordKind, read: u64, changed: u64) {
        let (connection, kind) = (self.name.to_string(), kind.as_str());
        metrics::counter!("signalbox_records_read_total", "connection" => connection.clone(), "kind" => kind)
            .increment(read);
        metrics::counter!("signalbox_records_changed_total", "connection" => connection, "kind" => kind)
            .increment(changed);
    }
}
