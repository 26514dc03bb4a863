//! What stands around a ticket: alerts of other tickets that fire, and changes that people make there.
//!
//! Nothing is kept for the first question: accepting an alert must not cost more for it. So only the latest observations are
//! looked through, of which there is a bound: what a storm has pushed further back is not found. Who asks keeps what was
//! read, so that each observation is read once; what still fires is asked anew, and only of those that count.

use super::LedgerError;
use crate::domain::{Alert, ConnectionName, CorrelationKey, Resource, Severity, TicketKey, Timestamp};
use async_trait::async_trait;
use serde::Deserialize;

/// How many of the latest observations are looked through.
pub const LOOKED_THROUGH: i64 = 500;
/// The longest alert that is looked at, in bytes as stored: what was read is kept in memory.
pub const LONGEST_SEEN: u32 = 64 * 1024;

/// Where an observation stands among all; those that came later stand higher.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(pub i64);

/// What an observation that fired may have in common with others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sighting {
    /// What its problem's observations have in common.
    pub correlation_key: CorrelationKey,
    /// How bad.
    pub severity: Severity,
    /// Name of the rule that fired.
    pub rule: String,
    /// When the episode began.
    pub fired_at: Timestamp,
    /// What it is about.
    pub resources: Vec<Resource>,
}

/// The latest observations that fired.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sightings {
    /// The latest last.
    pub fired: Vec<(Place, Sighting)>,
    /// The last of all observations.
    pub last: Place,
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
    /// Of the latest [`LOOKED_THROUGH`] observations those that fired and came after this one. Alerts longer than
    /// [`LONGEST_SEEN`] are left out.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn sightings(&self, after: Place) -> Result<Sightings, LedgerError>;

    /// Those of these observations that still are the last word on another ticket that has not ended; in their order,
    /// each correlation key once, and no more than so many.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn firing(
        &self,
        of: &TicketKey,
        these: Vec<Place>,
        most: usize,
    ) -> Result<Vec<(Place, FiringNearby)>, LedgerError>;

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
