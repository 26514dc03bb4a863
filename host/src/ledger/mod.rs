//! The durable store: what was accepted, what each ticket should be, and what it is.
//!
//! One trait, so that engines can be changed without another stage noticing. Two kinds of callers meet here. *Ingest*
//! appends: observations, members, and each ticket's wanted revision. *Converge* owns a ticket's life while it holds the
//! ticket's lease. The one writes what is wanted, the other what is, and neither waits for the other; both say when a
//! ticket is due, and there a raise only ever makes it sooner.
//!
//! A call that returned `Ok` is on disk and synced. An engine that can't promise that any more (disk full, file gone)
//! answers [`LedgerError::Unavailable`], and the gateway answers 503.

mod accept;
mod browse;
#[cfg(test)]
mod conformance;
mod lease;
mod monitors;
mod nearby;
mod records;
mod reports;
mod rules;
mod sqlite;
mod upkeep;
mod windows;

pub use accept::{Accepted, BodyId, PlacedTicket, Placement, Receipt, Storm, Submission, SubmittedAlert, Verdict};
pub use browse::{
    AlertRow, AlertSelection, AttemptRow, BodyRow, BodyStatus, Counts, TicketRow, TicketSelection, TicketStory,
};
pub use lease::{
    AttemptChange, Claimed, Due, EndReason, Lease, NewestAlert, Parked, Renewal, Save, Saved, Shown, Standing, Unlisted,
};
pub use monitors::{Enquiry, Findings, Firing, Known, MonitorState, MonitorTask, Monitors, Report, Reported};
pub use nearby::{
    ChangeUnderWay, ChangesAt, FiringNearby, LONGEST_SEEN, LOOKED_THROUGH, Nearby, Place, Sighting, Sightings, UnderWay,
};
pub use records::{Leader, Portion, PullName, PullState, PulledPage, Records, RefusalRow, SinkState};
pub use reports::Reports;
pub use sqlite::{OpenError, SqliteLedger};
pub use upkeep::{Old, Room, Stage, Sweep, Swept, Upkeep};
pub use windows::{NewWindow, WindowRow, Windows};

use crate::domain::{ConnectionName, TicketKey, Timestamp};
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};

/// Why the ledger did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Disk full, file gone, database down: nothing was kept, try again later.
    #[error("the ledger can't keep anything now")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another worker holds the ticket now: what was to be saved is void.
    #[error("the lease of ticket {0} was lost")]
    LeaseLost(TicketKey),
    /// Another gateway does this task now: what was to be written is void.
    #[error("another gateway does `{0}` now")]
    NotLeader(String),
    /// No such ticket, alert or body.
    #[error("{0} is not in the ledger")]
    NotFound(String),
    /// It is there, but not in a state for this.
    #[error("{0}")]
    Refused(String),
    /// A row that this version did not write.
    #[error("the ledger holds something that this version can't read: {0}")]
    Corrupt(String),
}

/// A ticket's revision: raised by each alert that may change it.
pub type Revision = i64;

/// The durable store.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// The gateway whose ledger it is: the first that asked, by its name.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn belongs_to(&self, gateway: &str) -> Result<String, LedgerError>;

    /// The adapters that connections had when they were last remembered, by the name that each gives itself.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn adapters(&self) -> Result<Vec<(ConnectionName, String)>, LedgerError>;

    /// Remembers which adapter makes the tickets of these connections from now on; of others what is remembered stays.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn remember_adapters(&self, adapters: Vec<(ConnectionName, String)>) -> Result<(), LedgerError>;

    /// Keeps a decoded body with its alerts and raises their tickets. Durable when it returns; many calls share one sync.
    ///
    /// A body whose digest this source sent within the last 10 minutes changes nothing and gets its first receipt again.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`]: nothing was kept.
    async fn accept(&self, submission: Submission) -> Result<Receipt, LedgerError>;

    /// Leases up to `limit` due tickets of these connections, worst severity first, then oldest, to `worker` until
    /// `until`. Leases that ran out are taken over.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn claim(
        &self,
        worker: &str,
        connections: &[ConnectionName],
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Claimed>, LedgerError>;

    /// Writes what a worker learned of a ticket, in one transaction.
    ///
    /// # Errors
    /// [`LedgerError::LeaseLost`]: nothing was written. [`LedgerError::Unavailable`]: unknown; claim again.
    async fn save(&self, lease: &Lease, save: Save) -> Result<Saved, LedgerError>;

    /// Extends a lease that is still held.
    ///
    /// # Errors
    /// [`LedgerError::LeaseLost`].
    async fn extend(&self, lease: &Lease, until: Timestamp) -> Result<(), LedgerError>;

    /// Waits until a ticket may be due, at most `at_most`. Woken early by what this process accepts.
    async fn due(&self, at_most: Duration);

    /// Tickets, newest first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn tickets(&self, selection: &TicketSelection) -> Result<Vec<TicketRow>, LedgerError>;

    /// One ticket with all that is known of it.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    async fn ticket(&self, key: &TicketKey) -> Result<TicketStory, LedgerError>;

    /// Takes a parked ticket up again, now.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; [`LedgerError::Refused`] where it has ended.
    async fn retry(&self, key: &TicketKey, now: Timestamp) -> Result<(), LedgerError>;

    /// Has a live ticket looked at again, now: an answer came for which its worker had no lease any more. One that waits for a
    /// person, or has ended, stays as it is.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn look_again(&self, key: &TicketKey, now: Timestamp) -> Result<(), LedgerError>;

    /// Ends a ticket without touching the platform.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; [`LedgerError::Refused`] where it has ended, or a worker holds it.
    async fn drop_ticket(&self, key: &TicketKey, why: &str, now: Timestamp) -> Result<(), LedgerError>;

    /// Alerts, newest first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn alerts(&self, selection: &AlertSelection) -> Result<Vec<AlertRow>, LedgerError>;

    /// Bodies that are no alerts yet (quarantined, undecoded), newest first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn bodies(&self, status: BodyStatus, limit: u32) -> Result<Vec<BodyRow>, LedgerError>;

    /// One body, whole, to show or to decode again.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    async fn body(&self, id: &BodyId) -> Result<BodyRow, LedgerError>;

    /// Takes a body or an unrouted alert out of the operator's sight for good.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]; [`LedgerError::Refused`] for an alert that has tickets.
    async fn drop_alert(&self, id: &str) -> Result<(), LedgerError>;

    /// How much of everything there is.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn counts(&self) -> Result<Counts, LedgerError>;

    /// Connections that tickets which have not ended belong to, with how many: these may not leave the configuration.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn open_connections(&self) -> Result<Vec<(ConnectionName, u64)>, LedgerError>;
}

/// The durable store, by what is kept in it.
#[derive(Clone)]
pub struct Store {
    /// Alerts and tickets.
    pub ledger: Arc<dyn Ledger>,
    /// Records that were read back, and what sinks are to take.
    pub records: Arc<dyn Records>,
    /// What keeps it from growing for ever.
    pub upkeep: Arc<dyn Upkeep>,
    /// Answers over all of it.
    pub reports: Arc<dyn Reports>,
    /// What monitors are asked and told.
    pub monitors: Arc<dyn Monitors>,
    /// What else is wrong around a ticket.
    pub nearby: Arc<dyn Nearby>,
    /// Maintenance windows that people open.
    pub windows: Arc<dyn Windows>,
}

/// Whether it is a ledger's address.
///
/// # Errors
/// [`OpenError::NotAnAddress`].
pub fn check(url: &str) -> Result<(), OpenError> {
    sqlite::check(url)
}

/// Opens the ledger at an address of the configuration: `sqlite:PATH`.
///
/// # Errors
/// [`OpenError`]: nothing that this version can use.
pub async fn open(url: &str) -> Result<Store, OpenError> {
    let engine = Arc::new(SqliteLedger::open(url).await?);
    Ok(Store {
        ledger: engine.clone(),
        records: engine.clone(),
        monitors: engine.clone(),
        reports: engine.clone(),
        nearby: engine.clone(),
        windows: engine.clone(),
        upkeep: engine,
    })
}
