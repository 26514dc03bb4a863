//! What a transform is told of an alert, and what it may answer.

use super::error::Blame;
use crate::domain::{
    Action, Alert, AlertId, Condition, Content, CorrelationKey, Fact, FieldFault, Labels, PlatformTicket, Resource,
    Severity, Timestamp, WorkItemKind,
};
use serde::{Deserialize, Serialize};

/// Something that happened to this ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// `fired`, `resolved`, `severity-changed`, …
    pub event: String,
    /// For people.
    pub text: String,
}

/// Another alert that may have to do with this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Its id.
    pub alert_id: AlertId,
    /// One line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Fired or resolved.
    pub condition: Condition,
    /// When it began.
    pub fired_at: Timestamp,
    /// Its ticket's; empty where it has none.
    pub ticket_number: String,
    /// Why it may have to do with this one.
    pub why: String,
}

/// An alert of the same ticket, without its payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub alert_id: AlertId,
    /// Its key.
    pub correlation_key: CorrelationKey,
    /// One line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
    /// Fired or resolved.
    pub condition: Condition,
    /// When it began.
    pub fired_at: Timestamp,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
    /// What it is about.
    pub resource: Option<Resource>,
}

/// An alert in its context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransformInput {
    /// The time that this mapping is for; the plugin's clock says the same.
    pub now: Timestamp,
    /// What the plan is about to do.
    pub action: Action,
    /// What the route asks for.
    pub kind: WorkItemKind,
    /// `route`, `connection`, `mapping`, `group.*`, `gateway.url`, …
    pub context: Labels,
    /// The newest observation.
    pub alert: Alert,
    /// The one that this ticket is for, where the route splits.
    pub resource: Option<Resource>,
    /// The alerts that the ticket stands for, newest first.
    pub members: Vec<Member>,
    /// How many fire.
    pub firing: u32,
    /// How many there are.
    pub total: u32,
    /// Oldest first.
    pub timeline: Vec<Entry>,
    /// Other alerts.
    pub related: Vec<Related>,
    /// What monitors added.
    pub facts: Vec<Fact>,
    /// None before it is created.
    pub ticket: Option<PlatformTicket>,
    /// What was last confirmed.
    pub previous: Option<Content>,
}

/// Why a mapping gives no content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The settings do not fit this alert.
    #[error(transparent)]
    Field(FieldFault),
    /// It wants no ticket for this alert.
    #[error("no ticket is wanted: {0}")]
    Unwanted(String),
}

// === impl MappingError ===

impl MappingError {
    /// Who has to do something about it: whoever wrote the mapping's settings.
    #[must_use]
    pub fn blame(&self) -> Blame {
        Blame::Operator
    }
}
