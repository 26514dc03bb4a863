//! The tables that settings are made of.

use super::Values;
use crate::fields::{self, Names};
use serde::Deserialize;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::types::{Severity, TicketState};

/// A business object, and what its fields mean.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Its internal name; empty for as delivered.
    #[serde(default)]
    pub object: String,
    /// Its fields by what they mean, where they are not as delivered.
    #[serde(default)]
    pub fields: Names,
}

/// How notes are kept.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Journal {
    /// The business object of a note.
    pub object: String,
    /// The relationship by which an incident owns its notes.
    pub relationship: String,
    /// The note's field that has its text.
    pub text_field: String,
}

/// Fields for each severity.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BySeverity {
    /// Of a critical alert.
    pub critical: Values,
    /// Of an error.
    pub error: Values,
    /// Of a warning.
    pub warning: Values,
    /// Of what is informational.
    pub informational: Values,
    /// Of what is verbose.
    pub verbose: Values,
}

/// [`TicketState`] as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Someone should work on it.
    Open,
    /// It waits.
    Pending,
    /// Done, and can come back.
    Resolved,
    /// Done for good.
    Closed,
    /// Will not be done.
    Canceled,
}

/// Where a change stands, as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Being written, or waiting for approval.
    Draft,
    /// Approved, not begun.
    Approved,
    /// Under way.
    Implementing,
    /// Under way, and waiting.
    Held,
    /// Done, and being looked at.
    Reviewing,
    /// Over, well.
    Done,
    /// Over, badly.
    Failed,
    /// Withdrawn.
    Canceled,
}

/// How a name becomes a record's id.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The business object of the record.
    pub object: String,
    /// Fields that may hold the name, the most telling first.
    pub by: Vec<String>,
    /// What to do where no single record has it.
    #[serde(default)]
    pub missing: Missing,
}

/// What to do with a name that stands for no single record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Missing {
    /// Refuse the ticket: a person must look.
    #[default]
    Reject,
    /// Leave the field empty, and say so in the description.
    Omit,
}

/// How the system writes dates.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DateSettings {
    /// In the notation of strftime.
    pub format: String,
    /// By the clock of which zone.
    pub time_zone: String,
}

/// What differs between versions of the search.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// Number of the first page.
    pub first_page: u8,
    /// The direction that puts the least first.
    pub ascending: u8,
}

/// Which records a pull takes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct List {
    /// Conditions on incidents.
    pub incident: Vec<Condition>,
    /// Conditions on change requests.
    pub change: Vec<Condition>,
    /// Most records of one answer.
    pub page: u32,
}

/// A condition of a search.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// The comparison.
    #[serde(default)]
    pub operator: Operator,
    /// What with.
    pub value: String,
}

/// A comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// Equal.
    #[default]
    Eq,
    /// Greater.
    Gt,
    /// Less.
    Lt,
    /// Holds it.
    Contains,
    /// Begins with it.
    StartsWith,
}

// === impl Shape, Journal, BySeverity ===

impl Shape {
    /// As delivered.
    #[must_use]
    pub fn new(object: &str, kind: RecordKind) -> Self {
        Self { object: object.to_owned(), fields: fields::delivered(kind) }
    }
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            object: "JournalNote".into(),
            relationship: "Incident Owns Journals".into(),
            text_field: "Details".into(),
        }
    }
}

impl BySeverity {
    /// The fields for one.
    #[must_use]
    pub fn of(&self, severity: Severity) -> &Values {
        match severity {
            Severity::Critical => &self.critical,
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
            Severity::Informational => &self.informational,
            Severity::Verbose => &self.verbose,
        }
    }
}

impl Default for BySeverity {
    /// The priorities 1 to 5.
    fn default() -> Self {
        let priority = |value: &str| Values::from([("Priority".to_owned(), value.to_owned())]);
        Self {
            critical: priority("1"),
            error: priority("2"),
            warning: priority("3"),
            informational: priority("4"),
            verbose: priority("5"),
        }
    }
}

// === impl DateSettings, Search, List, Operator ===

impl Default for DateSettings {
    fn default() -> Self {
        Self { format: "%-m/%-d/%Y %-I:%M %p".into(), time_zone: "UTC".into() }
    }
}

impl Default for Search {
    fn default() -> Self {
        Self { first_page: 1, ascending: 0 }
    }
}

impl Default for List {
    fn default() -> Self {
        Self { incident: Vec::new(), change: Vec::new(), page: 200 }
    }
}

impl Operator {
    /// As the interface spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Gt => "gt",
            Self::Lt => "lt",
            Self::Contains => "contains",
            Self::StartsWith => "startswith",
        }
    }
}

// === impl State ===

impl From<State> for TicketState {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Pending => Self::Pending,
            State::Resolved => Self::Resolved,
            State::Closed => Self::Closed,
            State::Canceled => Self::Canceled,
        }
    }
}
