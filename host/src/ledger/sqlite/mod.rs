//! The embedded engine: one SQLite file, which several processes on one machine may share.
//!
//! Writes go through one [`writer`] a process, in groups, each a short immediate transaction that is synced before anyone
//! is answered. Reads have connections of their own and never wait for writes. Nothing is cached between transactions, so
//! what another process wrote is never overlooked.

mod accept;
mod alarm;
mod browse;
mod chores;
mod claimed;
mod column;
mod fault;
mod file;
mod group;
mod lease;
mod pen;
mod save;
#[cfg(test)]
mod tests;
mod timeline;
mod writer;

pub use file::OpenError;

use super::{
    AlertRow, AlertSelection, BodyId, BodyRow, BodyStatus, Claimed, Counts, Lease, Ledger, LedgerError, Receipt, Save,
    Saved, Submission, TicketRow, TicketSelection, TicketStory,
};
use crate::domain::{ConnectionName, TicketKey, Timestamp};
use alarm::Alarm;
use async_trait::async_trait;
use chores::Chore;
use file::LedgerFile;
use lease::{Claim, Extension};
use sqlx::SqlitePool;
use std::sync::Arc;
use std::time::Duration;
use writer::Writer;

/// A ledger in a SQLite file.
#[derive(Debug)]
pub struct SqliteLedger {
    writer: Writer,
    readers: SqlitePool,
    alarm: Arc<Alarm>,
}

// === impl SqliteLedger ===

impl SqliteLedger {
    /// Opens the file at `sqlite:PATH`, makes it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`]: not an address, not a ledger, a newer one, or not readable and writable.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        LedgerFile::open(url).await.map(Self::on)
    }

    fn on(file: LedgerFile) -> Self {
        let alarm = Arc::new(Alarm::new());
        let readers = file.readers();
        Self { writer: Writer::start(file, Arc::clone(&alarm)), readers, alarm }
    }
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn accept(&self, submission: Submission) -> Result<Receipt, LedgerError> {
        self.writer.accept(submission).await
    }

    async fn claim(
        &self,
        worker: &str,
        connections: &[ConnectionName],
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claimed>, LedgerError> {
        let connections = connections.iter().cloned().collect();
        let leads = self.writer.claim(Claim { worker: worker.to_owned(), connections, now, until, limit }).await?;
        Ok(claimed::claimed(&self.readers, leads, until).await?)
    }

    async fn save(&self, lease: &Lease, save: Save) -> Result<Saved, LedgerError> {
        self.writer.save(lease.clone(), save).await
    }

    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), LedgerError> {
        self.writer.extend(Extension { lease: lease.clone(), until }).await
    }

    async fn due(&self, at_most: Duration) {
        self.alarm.wait(&self.readers, at_most).await;
    }

    async fn tickets(&self, selection: &TicketSelection) -> Result<Vec<TicketRow>, LedgerError> {
        Ok(browse::tickets(&self.readers, selection).await?)
    }

    async fn ticket(&self, key: &TicketKey) -> Result<TicketStory, LedgerError> {
        browse::ticket(&self.readers, key).await
    }

    async fn retry(&self, key: &TicketKey, now: Timestamp) -> Result<(), LedgerError> {
        self.writer.chore(Chore::Retry { key: key.clone(), now }).await
    }

    async fn look_again(&self, key: &TicketKey, now: Timestamp) -> Result<(), LedgerError> {
        self.writer.chore(Chore::LookAgain { key: key.clone(), now }).await
    }

    async fn drop_ticket(&self, key: &TicketKey, why: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.writer.chore(Chore::DropTicket { key: key.clone(), why: why.to_owned(), now }).await
    }

    async fn alerts(&self, selection: &AlertSelection) -> Result<Vec<AlertRow>, LedgerError> {
        Ok(browse::alerts(&self.readers, selection).await?)
    }

    async fn bodies(&self, status: BodyStatus, limit: u32) -> Result<Vec<BodyRow>, LedgerError> {
        Ok(browse::bodies(&self.readers, status, limit).await?)
    }

    async fn body(&self, id: &BodyId) -> Result<BodyRow, LedgerError> {
        browse::body(&self.readers, id).await
    }

    async fn drop_alert(&self, id: &str) -> Result<(), LedgerError> {
        self.writer.chore(Chore::DropAlert { id: id.to_owned() }).await
    }

    async fn counts(&self) -> Result<Counts, LedgerError> {
        Ok(browse::counts(&self.readers, Timestamp::now()).await?)
    }

    async fn open_connections(&self) -> Result<Vec<(ConnectionName, u64)>, LedgerError> {
        Ok(browse::open_connections(&self.readers).await?)
    }
}
