//! What stands around a ticket: alerts of other tickets that fire, and changes that people make there.
//!
//! Nothing is kept for the first question: accepting an alert must not cost more for it. So it looks through the latest
//! observations alone, of which there is a bound: what a storm has pushed further back is not found.

use super::LedgerError;
use crate::domain::{Alert, ConnectionName, TicketKey, Timestamp};
use async_trait::async_trait;
use std::time::Duration;

/// How many of the latest observations are looked through.
pub const LOOKED_THROUGH: u32 = 500;

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vicinity {
    /// The ticket whose own alerts do not count.
    pub of: TicketKey,
    /// The moment around which alerts began.
    pub around: Timestamp,
    /// How long before or after it.
    pub within: Duration,
}

/// An alert that fires, of another ticket that has not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiringNearby {
    /// As decoded, without its payload.
    pub alert: Alert,
    /// What people call its ticket; empty where its platform has not answered yet.
    pub ticket_number: String,
}

/// Which changes to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangesAt {
    /// Where they were read.
    pub connections: Vec<ConnectionName>,
    /// Names of configuration items; a platform may spell them in other cases.
    pub items: Vec<String>,
    /// When.
    pub now: Timestamp,
}

/// A change request that is approved or being implemented, within its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeUnderWay {
    /// Where it was read.
    pub connection: ConnectionName,
    /// What people call it.
    pub number: String,
    /// Where a person opens it; empty where the platform does not say.
    pub url: String,
    /// When it ended, or is to end.
    pub until: Timestamp,
}

/// A change request by the number of its row, and when it ended, or is to end.
pub type UnderWay = (i64, Timestamp);

/// Answers what stands around a ticket.
#[async_trait]
pub trait Nearby: Send + Sync {
    /// Alerts of other tickets that fire, the latest first, of the latest [`LOOKED_THROUGH`] observations.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn firing(&self, vicinity: &Vicinity) -> Result<Vec<FiringNearby>, LedgerError>;

    /// Changes to any of these items that are approved or being implemented, and whose time it is: from when they began, or
    /// are to begin, until they ended, or are to end.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn changes(&self, asked: &ChangesAt) -> Result<Vec<ChangeUnderWay>, LedgerError>;

    /// All changes whose time it is, whatever they are to.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn changes_under_way(&self, now: Timestamp) -> Result<Vec<UnderWay>, LedgerError>;

    /// Live tickets that stand open on their platforms while something fires, each with the alert that decides.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn open_tickets(&self) -> Result<Vec<(TicketKey, Alert)>, LedgerError>;
}
