//! Incidents and changes as people work on them, and what sinks take away of them.

use super::{Condition, Labels, PlatformTicket, Severity, TicketState, Timestamp, WorkItemKind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// What a platform lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// Something is broken.
    Incident,
    /// Something is being changed.
    Change,
}

/// Where a change request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangePhase {
    /// Being written, or waiting for a yes.
    Draft,
    /// Allowed, not begun.
    Approved,
    /// Under way.
    Implementing,
    /// Being looked at afterwards.
    Reviewing,
    /// Over, well.
    Done,
    /// Over, badly.
    Failed,
    /// Never done.
    Canceled,
}

/// An incident or change as people work on it. Texts are empty where the platform has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItsmRecord {
    /// Incident or change.
    pub kind: RecordKind,
    /// The platform's own key.
    pub id: String,
    /// What people read out.
    pub number: String,
    /// Where a person opens it.
    pub url: String,
    /// The gateway's key, where this gateway made it.
    pub key: Option<String>,
    /// One line.
    pub title: String,
    /// Many lines.
    pub description: String,
    /// In the words that all platforms share.
    pub state: TicketState,
    /// In the platform's own word.
    pub platform_state: String,
    /// Changes only.
    pub phase: Option<ChangePhase>,
    /// It is there no more.
    pub deleted: bool,
    /// The platform's word.
    pub priority: String,
    /// The platform's word.
    pub urgency: String,
    /// The platform's word.
    pub impact: String,
    /// The platform's word.
    pub escalation: String,
    /// The platform's word.
    pub category: String,
    /// `normal`, `standard`, `emergency`, or the platform's own word.
    pub change_type: String,
    /// The platform's word.
    pub risk: String,
    /// Whether it collides with another change.
    pub conflict_status: String,
    /// How it came in.
    pub origin: String,
    /// What it is about.
    pub configuration_items: Vec<String>,
    /// What it is about, from outside.
    pub service: String,
    /// Group or queue.
    pub assignment: String,
    /// Person.
    pub assigned_to: String,
    /// Person.
    pub created_by: String,
    /// Person.
    pub requested_by: String,
    /// Person.
    pub resolved_by: String,
    /// Person.
    pub closed_by: String,
    /// The platform's word.
    pub close_code: String,
    /// Number of the change that people say caused it.
    pub caused_by: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it was resolved.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// When it was asked for.
    pub requested_at: Option<Timestamp>,
    /// When it shall begin.
    pub planned_start: Option<Timestamp>,
    /// When it shall end.
    pub planned_end: Option<Timestamp>,
    /// When it began.
    pub actual_start: Option<Timestamp>,
    /// When it ended.
    pub actual_end: Option<Timestamp>,
    /// What no field exists for.
    pub labels: Labels,
    /// All of the platform's own fields.
    pub fields: Map<String, Value>,
}

/// Something that happened to a ticket, for a sink.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: String,
    /// Where the ticket is.
    pub connection: String,
    /// What it is.
    pub kind: WorkItemKind,
    /// The ticket's key.
    pub key: String,
    /// As it was then.
    pub ticket: Option<PlatformTicket>,
    /// The alert's id.
    pub alert_id: String,
    /// The alert's correlation key.
    pub correlation_key: String,
    /// The alert's rule.
    pub rule: String,
    /// The alert's severity.
    pub severity: Severity,
    /// The alert's condition.
    pub condition: Condition,
    /// What the alert is about.
    pub resource_ids: Vec<String>,
    /// What no field exists for.
    pub labels: Labels,
}

/// What a sink takes away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A record of a connection's platform.
    PlatformRecord {
        /// Where it was read.
        connection: String,
        /// As it was read.
        record: Box<ItsmRecord>,
    },
    /// Something that happened to a ticket.
    TicketEvent(Box<TicketEvent>),
}

/// One item in its order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its place.
    pub sequence: u64,
    /// What.
    pub item: Item,
}

// === impl ItsmRecord ===

impl ItsmRecord {
    /// One of which nothing more is known: open, with empty texts.
    #[must_use]
    pub fn new(kind: RecordKind, id: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            number: String::new(),
            url: String::new(),
            key: None,
            title: String::new(),
            description: String::new(),
            state: TicketState::Open,
            platform_state: String::new(),
            phase: None,
            deleted: false,
            priority: String::new(),
            urgency: String::new(),
            impact: String::new(),
            escalation: String::new(),
            category: String::new(),
            change_type: String::new(),
            risk: String::new(),
            conflict_status: String::new(),
            origin: String::new(),
            configuration_items: Vec::new(),
            service: String::new(),
            assignment: String::new(),
            assigned_to: String::new(),
            created_by: String::new(),
            requested_by: String::new(),
            resolved_by: String::new(),
            closed_by: String::new(),
            close_code: String::new(),
            caused_by: String::new(),
            created_at: None,
            updated_at: None,
            resolved_at: None,
            closed_at: None,
            requested_at: None,
            planned_start: None,
            planned_end: None,
            actual_start: None,
            actual_end: None,
            labels: Labels::new(),
            fields: Map::new(),
        }
    }
}

// === impl ChangePhase ===

impl ChangePhase {
    /// The word that the ledger and output use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Implementing => "implementing",
            Self::Reviewing => "reviewing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }
}

// === impl RecordKind ===

impl RecordKind {
    /// The word that configuration, abilities and output use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Change => "change",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
