//! The tables that settings are made of.

use crate::fields::{self, Names};
use serde::Deserialize;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::terms::Missing;

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

/// Where a change stands, as settings spell it: the sdk's phases, and one that waits, which is a state and no phase.
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

// === impl Shape, Journal ===

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
