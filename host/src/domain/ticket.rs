//! A ticket as its platform has it, and why a platform refuses.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// A ticket's state, in the words that all platforms share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Someone should work on it.
    Open,
    /// It waits for someone or something.
    Pending,
    /// Done, and can come back.
    Resolved,
    /// Done for good.
    Closed,
    /// Will not be done.
    Canceled,
}

/// A ticket as the platform has it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformTicket {
    /// The platform's own key.
    pub id: String,
    /// What people read out.
    pub number: String,
    /// Where a person opens it; empty where there is no such place.
    pub url: String,
    /// The gateway's key that stands in it now; empty where people removed it.
    pub key: String,
    /// In the words that all platforms share.
    pub state: TicketState,
    /// In the platform's own word.
    pub platform_state: String,
    /// Changes with every change on the platform; empty where there is none.
    pub version: String,
    /// The platform's word.
    pub priority: String,
    /// Group or queue.
    pub assignment: String,
    /// Person.
    pub assigned_to: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The platform's own fields as read back.
    pub fields: serde_json::Map<String, serde_json::Value>,
}

// === impl PlatformTicket ===

impl PlatformTicket {
    /// One of which nothing more is known: open, with empty texts.
    #[must_use]
    pub fn new(id: impl Into<String>, number: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            number: number.into(),
            url: String::new(),
            key: key.into(),
            state: TicketState::Open,
            platform_state: String::new(),
            version: String::new(),
            priority: String::new(),
            assignment: String::new(),
            assigned_to: String::new(),
            created_at: None,
            updated_at: None,
            resolved_at: None,
            closed_at: None,
            fields: serde_json::Map::new(),
        }
    }
}

/// What the host must do about a call that failed. Any kind but `OutcomeUnknown` says that the call has written nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallErrorKind {
    /// The platform refuses this content, and will again.
    Rejected,
    /// Credentials were refused.
    Unauthorized,
    /// The ticket is no longer there.
    Gone,
    /// It has changed meanwhile, or its state forbids this.
    Conflict,
    /// Too fast.
    Throttled,
    /// Nobody knows whether it was done.
    OutcomeUnknown,
    /// Down, or not now.
    Unavailable,
    /// What answered is not this platform's API, or it answered another ticket.
    Protocol,
    /// The platform has no such thing.
    Unsupported,
}

/// Why a platform did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct CallError {
    /// What to do about it.
    pub kind: CallErrorKind,
    /// The platform's own code; empty for none.
    pub code: String,
    /// The platform's own words.
    pub message: String,
    /// The field that was refused; empty where not known.
    pub field: String,
    /// Seconds to wait, where the platform says.
    pub retry_after: Option<u32>,
}

// === impl TicketState ===

impl TicketState {
    /// The word that lists, timelines and the ledger use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Canceled => "canceled",
        }
    }
}
