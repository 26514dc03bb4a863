//! What a mapping is told: an observation in the context of its ticket.

use super::{
    Action, Alert, AlertId, Condition, Content, CorrelationKey, Episode, Fact, Labels, PlatformTicket, Resource,
    Severity, Timestamp, WorkItemKind,
};
use serde::{Deserialize, Serialize};

/// The contract's `transform.input`, with its texts parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct MappingInput {
    /// The time that the mapping is for; its clock stands still at it.
    pub now: Timestamp,
    /// What the plan is about to do.
    pub action: Action,
    /// What the route asks for.
    pub kind: WorkItemKind,
    /// `route`, `connection`, `mapping`, `group.*`, and what the desk adds.
    pub context: Labels,
    /// The observation that decides.
    pub alert: Alert,
    /// The one that this ticket is for, where the route makes one for each.
    pub resource: Option<Resource>,
    /// The alerts that this ticket stands for, newest first.
    pub members: Vec<Member>,
    /// How many of all of them fire.
    pub firing: u32,
    /// How many there are.
    pub total: u32,
    /// Oldest first.
    pub timeline: Vec<Entry>,
    /// Other alerts that may have to do with this one.
    pub related: Vec<Related>,
    /// What monitors added.
    pub facts: Vec<Fact>,
    /// None before it is created.
    pub ticket: Option<PlatformTicket>,
    /// What was last confirmed.
    pub previous: Option<Content>,
}

/// A correlation key that a ticket stands for, with its winning observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The key.
    pub correlation_key: CorrelationKey,
    /// Of the winning observation.
    pub alert_id: AlertId,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// Whether it fires.
    pub condition: Condition,
    /// Its place in the order.
    pub episode: Episode,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
    /// Whether the monitor will ever say `resolved`.
    pub resolves: bool,
    /// Its first resource.
    pub resource: Option<Resource>,
}

/// What happened to a ticket, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// `fired`, `resolved`, `severity-changed`, `created`, `changed-on-platform`, …
    pub event: String,
    /// In words.
    pub text: String,
}

/// Another alert that may have to do with this one, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Its id.
    pub alert_id: AlertId,
    /// Its title.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether it fires.
    pub condition: Condition,
    /// Since when.
    pub fired_at: Timestamp,
    /// Empty where it has none.
    pub ticket_number: String,
    /// Why it is named.
    pub why: String,
}
