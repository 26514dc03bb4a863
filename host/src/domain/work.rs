//! What becomes of alerts: content, and the work item that carries it to a platform.

use super::{Labels, PlatformTicket, ProblemId, Severity, TicketKey, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a route asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkItemKind {
    /// One thing that happened.
    Event,
    /// The platform's own alert.
    Alert,
    /// Work for people.
    Incident,
}

/// What the plan is about to do with a ticket, as a transform is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Make it.
    Create,
    /// Change it.
    Update,
    /// End it.
    Resolve,
    /// Bring it back.
    Reopen,
    /// Tell people something.
    Annotate,
}

/// A change to a ticket that is there: every action but `Create`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Change it.
    Update,
    /// End it.
    Resolve,
    /// Bring it back.
    Reopen,
    /// Tell people something.
    Annotate,
}

/// A work item's content. None means: leave it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// One line.
    pub title: Option<String>,
    /// Plain text with line breaks.
    pub description: Option<String>,
    /// How bad.
    pub severity: Option<Severity>,
    /// Group or queue, by name or identity.
    pub assignment: Option<String>,
    /// On whose behalf.
    pub caller: Option<String>,
    /// By name or identity.
    pub configuration_item: Option<String>,
    /// By name or identity.
    pub service: Option<String>,
    /// The platform's word.
    pub category: Option<String>,
    /// What to tell people with this change.
    pub note: Option<String>,
    /// The platform's own field names and values.
    pub fields: Map<String, Value>,
}

/// Something to tell people once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Stands in the text, so that it can be found again.
    pub id: String,
    /// When it came up.
    pub at: Timestamp,
    /// For people.
    pub text: String,
}

/// A file to put beside the ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// What an adapter is asked to make, or to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// What the route asks for.
    pub kind: WorkItemKind,
    /// This ticket's.
    pub key: TicketKey,
    /// The problem's.
    pub problem: ProblemId,
    /// The ticket that this one follows.
    pub follows: Option<PlatformTicket>,
    /// Whole on create; on amend what differs from what was last confirmed.
    pub content: Content,
    /// Where it comes from.
    pub labels: Labels,
    /// Newest last.
    pub notes: Vec<Note>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// An earlier attempt may have reached the platform.
    pub again: bool,
}

/// A field that a mapping could not make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("field `{field}`: {message}")]
pub struct FieldFault {
    /// Which.
    pub field: String,
    /// Why.
    pub message: String,
}

// === impl Change ===

impl From<Change> for Action {
    fn from(change: Change) -> Self {
        match change {
            Change::Update => Self::Update,
            Change::Resolve => Self::Resolve,
            Change::Reopen => Self::Reopen,
            Change::Annotate => Self::Annotate,
        }
    }
}

// === impl WorkItemKind ===

impl WorkItemKind {
    /// The word that configuration, abilities and output use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Alert => "alert",
            Self::Incident => "incident",
        }
    }
}
