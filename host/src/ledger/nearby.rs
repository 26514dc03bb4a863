//! What else is wrong: alerts of other tickets that fire.
//!
//! Nothing is kept for this question: accepting an alert must not cost more for it. So it looks through the latest
//! observations alone, of which there is a bound: what a storm has pushed further back is not found.

use super::LedgerError;
use crate::domain::{Alert, TicketKey, Timestamp};
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

/// Answers what else is wrong.
#[async_trait]
pub trait Nearby: Send + Sync {
    /// Alerts of other tickets that fire, the latest first, of the latest [`LOOKED_THROUGH`] observations.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn firing(&self, vicinity: &Vicinity) -> Result<Vec<FiringNearby>, LedgerError>;
}
