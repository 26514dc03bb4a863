//! What keeps the ledger from growing for ever.
//!
//! A *sweep* goes over all that is kept, a batch at a time, and deletes what is old and over. Three things stay however old
//! they are: a ticket that has not ended, with its members, their alerts, its timeline and its attempts; what a sink has not
//! taken yet; and bodies that wait for the operator. Of a problem whose tickets have all gone, its last number stays, so that
//! no key is used twice. Sweeps may go on at any time, on several gateways at once, and end anywhere.
//!
//! A ledger is *full* where its disk is, or where it holds seven eighths of what it may. Then nothing is accepted or read
//! back, while workers go on writing what they learn.

use super::LedgerError;
use crate::domain::{ConnectionName, Timestamp};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is old by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Old {
    /// Bodies that came before this.
    pub bodies: Timestamp,
    /// Alerts that came before this.
    pub alerts: Timestamp,
    /// Tickets to which nothing has happened since.
    pub tickets: Timestamp,
    /// Records that have not changed since, and refusals of before.
    pub records: Timestamp,
    /// The sinks in use. What they have not taken stays; what others have not taken goes.
    pub sinks: BTreeSet<ConnectionName>,
}

/// How far a sweep is. It begins with the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// What it is at.
    pub stage: Stage,
    /// The last row that it has looked at.
    pub(super) after: i64,
}

/// What a sweep deletes, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Bodies that were decoded.
    #[default]
    Bodies,
    /// What alerts have of bodies that held several.
    Payloads,
    /// Tickets, with all that belongs to them.
    Tickets,
    /// Alerts that no ticket needs.
    Alerts,
    /// Records that were read back.
    Records,
    /// What sinks' other sides refused.
    Refusals,
}

/// What came of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// How many of the stage's things have gone.
    pub deleted: u64,
    /// Where to go on; none where the sweep is over.
    pub next: Option<Sweep>,
}

/// How much room there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// What is kept, in bytes; free pages of the file are not counted.
    pub used: u64,
    /// How much it may become; none where only the disk says.
    pub most: Option<u64>,
    /// Nothing is accepted until there is room.
    pub full: bool,
}

/// What is done for the ledger as a whole.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// Deletes a batch of what is old.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn sweep(&self, old: &Old, from: Sweep) -> Result<Swept, LedgerError>;

    /// Bounds its size, in bytes, from now on.
    fn bound(&self, max_size: Option<u64>);

    /// How much room there is; where there was none, whether there is by now.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn room(&self) -> Result<Room, LedgerError>;
}

// === impl Stage ===

impl Stage {
    /// What follows.
    #[must_use]
    pub(super) fn next(self) -> Option<Self> {
        match self {
            Self::Bodies => Some(Self::Payloads),
            Self::Payloads => Some(Self::Tickets),
            Self::Tickets => Some(Self::Alerts),
            Self::Alerts => Some(Self::Records),
            Self::Records => Some(Self::Refusals),
            Self::Refusals => None,
        }
    }

    /// In a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bodies => "bodies",
            Self::Payloads => "payloads",
            Self::Tickets => "tickets",
            Self::Alerts => "alerts",
            Self::Records => "records",
            Self::Refusals => "refusals",
        }
    }
}
