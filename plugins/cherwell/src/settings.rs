//! The operator's settings, with defaults that fit a system as it is delivered.
//!
//! `settings.schema.json` is what people and editors read; a test holds the two together. The host has checked a value against the
//! schema before it comes here; [`Settings::findings`] says what a schema cannot.

use crate::fields::{self, Names, Role};
use crate::time::{Dates, InvalidDates};
use serde::Deserialize;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::types::{Severity, TicketState};
use std::collections::BTreeMap;

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Fields and their values.
pub type Values = BTreeMap<String, String>;

/// How the adapter speaks to this system.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where people open a record; empty for nowhere.
    pub record_url: String,
    /// Asked for with each call; empty for the system's own.
    pub locale: String,
    /// The field that holds the gateway's key.
    pub key_field: String,
    /// A field that shows the alert's id; empty for none.
    pub alert_field: String,
    /// Incidents.
    pub incident: Shape,
    /// Change requests.
    pub change: Shape,
    /// Where notes go.
    pub journal: Journal,
    /// Ids of business objects, by name: what is not here is asked for.
    pub ids: Values,
    /// Fields by severity.
    pub severity: BySeverity,
    /// Fields of a new incident.
    pub opening: Values,
    /// Fields of an incident that is resolved, beside its state and text.
    pub resolving: Values,
    /// Fields of an incident that is reopened, beside its state.
    pub reopening: Values,
    /// Text of a resolution where there is no note.
    pub resolution: String,
    /// Default team; empty for none.
    pub assignment: String,
    /// Default caller; empty for none.
    pub caller: String,
    /// Default configuration item; empty for none.
    pub configuration_item: String,
    /// Default service; empty for none.
    pub service: String,
    /// Default category; empty for none.
    pub category: String,
    /// What an incident's states mean.
    pub states: BTreeMap<String, State>,
    /// The state Resolved.
    pub resolved_state: String,
    /// The state after reopening.
    pub reopen_state: String,
    /// Whether a closed incident can be reopened.
    pub closed_reopens: bool,
    /// What a change's states mean.
    pub change_states: BTreeMap<String, Phase>,
    /// How names become record ids.
    pub references: BTreeMap<String, Reference>,
    /// How dates are written.
    pub dates: DateSettings,
    /// How searches count and sort.
    pub search: Search,
    /// What a pull takes.
    pub list: List,
}

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

/// A setting that no schema can refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingFault {
    /// JSON Pointer.
    pub at: String,
    /// What is wrong with it.
    pub message: String,
}

// === impl Settings ===

impl Settings {
    /// Reads settings.
    ///
    /// # Errors
    /// In serde's words, where they are not as the schema says.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// What a schema cannot see.
    #[must_use]
    pub fn findings(&self) -> Vec<SettingFault> {
        let mut faults = Vec::new();
        let mut find = |at: &str, message: String| faults.push(SettingFault { at: at.to_owned(), message });
        if let Err(invalid) = self.dates() {
            let at = match invalid {
                InvalidDates::Format(_) => "/dates/format",
                InvalidDates::Zone(_) => "/dates/time_zone",
            };
            find(at, invalid.to_string());
        }
        if self.state(&self.resolved_state) != Some(TicketState::Resolved) {
            find("/resolved_state", format!("`{}` must mean `resolved`: add it to `states`", self.resolved_state));
        }
        if !matches!(self.state(&self.reopen_state), Some(TicketState::Open | TicketState::Pending)) {
            find("/reopen_state", format!("`{}` must mean `open` or `pending`: add it to `states`", self.reopen_state));
        }
        for role in [Role::State, Role::Description, Role::Resolution, Role::UpdatedAt] {
            if self.field(RecordKind::Incident, role).is_empty() {
                find("/incident/fields", format!("`{role:?}` needs a field"));
            }
        }
        if self.field(RecordKind::Change, Role::UpdatedAt).is_empty() {
            find("/change/fields", "a pull needs the field of the last change, `updated_at`".into());
        }
        for (name, kind, conditions) in
            [("incident", RecordKind::Incident, &self.list.incident), ("change", RecordKind::Change, &self.list.change)]
        {
            let own = [self.field(kind, Role::UpdatedAt), "RecID"];
            for (index, condition) in conditions.iter().enumerate() {
                if own.iter().any(|own| own.eq_ignore_ascii_case(&condition.field)) {
                    let message = format!(
                        "`{}` is the pull's own condition: a second one would be an alternative to it",
                        condition.field
                    );
                    find(&format!("/list/{name}/{index}"), message);
                }
            }
        }
        faults
    }

    /// How dates are written.
    ///
    /// # Errors
    /// Where they can't be.
    pub fn dates(&self) -> Result<Dates, InvalidDates> {
        Dates::try_new(&self.dates.format, &self.dates.time_zone)
    }

    /// The internal name of a kind's business object.
    #[must_use]
    pub fn object(&self, kind: RecordKind) -> &str {
        let (shape, delivered) = match kind {
            RecordKind::Incident => (&self.incident, "Incident"),
            RecordKind::Change => (&self.change, "ChangeRequest"),
        };
        if shape.object.is_empty() { delivered } else { &shape.object }
    }

    /// The name of a field, by what it means; empty where there is none.
    #[must_use]
    pub fn field(&self, kind: RecordKind, role: Role) -> &str {
        let shape = match kind {
            RecordKind::Incident => &self.incident,
            RecordKind::Change => &self.change,
        };
        fields::name(&shape.fields, kind, role)
    }

    /// What an incident's state means; none where neither the settings nor the states as delivered know it.
    #[must_use]
    pub fn state(&self, value: &str) -> Option<TicketState> {
        self.states.get(value).map(|state| TicketState::from(*state)).or_else(|| crate::states::incident(value))
    }
}

impl Default for Settings {
    fn default() -> Self {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Values>()
        };
        Self {
            record_url: String::new(),
            locale: "en-US".into(),
            key_field: "ExternalAlertID".into(),
            alert_field: String::new(),
            incident: Shape::new("Incident", RecordKind::Incident),
            change: Shape::new("ChangeRequest", RecordKind::Change),
            journal: Journal::default(),
            ids: Values::new(),
            severity: BySeverity::default(),
            opening: pairs(&[("IncidentType", "Incident"), ("Source", "Event")]),
            resolving: Values::new(),
            reopening: Values::new(),
            resolution: "The monitor reports that the problem is over.".into(),
            assignment: String::new(),
            caller: String::new(),
            configuration_item: String::new(),
            service: String::new(),
            category: String::new(),
            states: BTreeMap::new(),
            resolved_state: "Resolved".into(),
            reopen_state: "Reopened".into(),
            closed_reopens: false,
            change_states: BTreeMap::new(),
            references: BTreeMap::new(),
            dates: DateSettings::default(),
            search: Search::default(),
            list: List::default(),
        }
    }
}

// === impl Shape, Journal, BySeverity ===

impl Shape {
    fn new(object: &str, kind: RecordKind) -> Self {
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

#[cfg(test)]
mod tests;
