//! The embedded engine: one SQLite file, which several processes on one machine may share.
//!
//! Writes go through one [`writer`] a process, in groups, each a short immediate transaction that is synced before anyone
//! is answered. Reads have connections of their own and never wait for writes. Nothing is cached between transactions, so
//! what another process wrote is never overlooked.

mod accept;
mod alarm;
mod browse;
mod checkpoint;
mod chores;
mod claimed;
mod column;
mod errand;
mod fault;
mod file;
mod group;
mod lease;
mod limit;
mod monitors;
mod nearby;
mod pen;
mod readers;
mod records;
mod reports;
mod save;
mod sweep;
#[cfg(test)]
mod tests;
mod timeline;
mod whose;
mod windows;
mod writer;

pub use file::{OpenError, check};

use super::{
    AlertRow, AlertSelection, BodyId, BodyRow, BodyStatus, Claimed, Counts, Lease, Ledger, LedgerError, Receipt, Save,
    Saved, Submission, TicketRow, TicketSelection, TicketStory,
};
use crate::domain::{ConnectionName, TicketKey, Timestamp};
use alarm::{Alarm, Rings};
use async_trait::async_trait;
use chores::Chore;
use file::LedgerFile;
use lease::{Claim, Extension};
use limit::Limit;
use readers::Readers;
use reports::ReadingRoom;
use rusqlite::Connection;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use writer::Writer;

/// A ledger in a SQLite file.
#[derive(Debug)]
pub struct SqliteLedger {
    writer: Writer,
    readers: Readers,
    limit: Arc<Limit>,
    reading_room: ReadingRoom,
    alarm: Arc<Alarm>,
}

// === impl SqliteLedger ===

impl SqliteLedger {
    /// Opens the file at `sqlite:PATH`, makes it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`]: not an address, not a ledger, a newer one, or not readable and writable.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let address = url.to_owned();
        let opened = spawn_blocking(move || LedgerFile::open(&address)).await;
        Self::on(opened.map_err(|stopped| OpenError::Unavailable { path: url.into(), cause: stopped.into() })??)
    }

    fn on(file: LedgerFile) -> Result<Self, OpenError> {
        let alarm = Arc::new(Alarm::new());
        let limit = Arc::new(Limit::new());
        let writer = Writer::start(file.clone(), Arc::clone(&limit), Arc::clone(&alarm));
        let writer = writer.map_err(|error| file.unavailable(error))?;
        Ok(Self { writer, readers: Readers::new(file.clone()), limit, reading_room: ReadingRoom::new(file), alarm })
    }
}

#[async_trait]
impl Ledger for SqliteLedger {
    async fn belongs_to(&self, gateway: &str) -> Result<String, LedgerError> {
        let gateway = gateway.to_owned();
        let whose = move |connection: &Connection, _: &mut Rings| whose::belongs_to(connection, &gateway).map(Ok);
        self.writer.errand(whose).await
    }

    async fn adapters(&self) -> Result<Vec<(ConnectionName, String)>, LedgerError> {
        self.readers.read(|reader| whose::adapters(reader)).await
    }

    async fn remember_adapters(&self, adapters: Vec<(ConnectionName, String)>) -> Result<(), LedgerError> {
        let remember = move |connection: &Connection, _: &mut Rings| whose::remember(connection, &adapters).map(Ok);
        self.writer.errand(remember).await
    }

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
        if leads.is_empty() {
            return Ok(Vec::new());
        }
        let filled = self.readers.read(move |reader| claimed::claimed(reader, &leads, until)).await?;
        let mut all = Vec::with_capacity(filled.len());
        for each in filled {
            match each {
                Ok(claimed) => all.push(claimed),
                Err((lead, why)) => {
                    tracing::error!(why, "a ticket can't be read: it is parked");
                    let park = move |connection: &Connection, _: &mut Rings| {
                        lease::park_unreadable(connection, lead, &why, now).map(Ok)
                    };
                    self.writer.errand(park).await?;
                }
            }
        }
        Ok(all)
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
        let selection = selection.clone();
        self.readers.read(move |reader| browse::tickets(reader, &selection)).await
    }

    async fn ticket(&self, key: &TicketKey) -> Result<TicketStory, LedgerError> {
        let key = key.clone();
        self.readers.read(move |reader| browse::ticket(reader, &key)).await
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
        let selection = selection.clone();
        self.readers.read(move |reader| browse::alerts(reader, &selection)).await
    }

    async fn bodies(&self, status: BodyStatus, limit: u32) -> Result<Vec<BodyRow>, LedgerError> {
        self.readers.read(move |reader| browse::bodies(reader, status, limit)).await
    }

    async fn body(&self, id: &BodyId) -> Result<BodyRow, LedgerError> {
        let id = id.clone();
        self.readers.read(move |reader| browse::body(reader, &id)).await
    }

    async fn drop_alert(&self, id: &str) -> Result<(), LedgerError> {
        self.writer.chore(Chore::DropAlert { id: id.to_owned() }).await
    }

    async fn counts(&self) -> Result<Counts, LedgerError> {
        self.readers.read(|reader| browse::counts(reader, Timestamp::now())).await
    }

    async fn open_connections(&self) -> Result<Vec<(ConnectionName, u64)>, LedgerError> {
        self.readers.read(|reader| browse::open_connections(reader)).await
    }
}
