//! The two tables: where tickets stand, and where change requests do.
//!
//! What the operator gives is laid over a base: over the stock Case table as long as `logical_name` is `incident`, over a table that
//! has nothing but what every table has where it is another. So a custom table never inherits a column that only Case has.

use super::{Columns, Writes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::types::{Severity, TicketState};
use std::collections::BTreeMap;

/// The logical name of the Case table.
pub const CASE: &str = "incident";

/// The table that tickets stand in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Its name in metadata.
    pub logical_name: String,
    /// Its name in addresses.
    pub entity_set: String,
    /// Its primary key's column.
    pub primary_key: String,
    /// Whether its key column is an alternate key.
    pub alternate_key: bool,
    /// How much its title holds.
    pub title_length: u32,
    /// How much its description holds.
    pub description_length: u32,
    /// Whether the platform refuses to edit a ticket that is over.
    pub locked_when_over: bool,
    /// Which column holds what.
    pub columns: Columns,
    /// Where content is written.
    pub writes: Writes,
    /// Columns and values for each severity.
    pub severity: BySeverity,
    /// What a state means.
    pub states: BTreeMap<String, State>,
    /// What a status reason means, which wins over the state.
    pub status_reasons: BTreeMap<String, State>,
    /// How a ticket is resolved.
    pub resolve: Resolve,
    /// How it is brought back.
    pub reopen: StateAndStatus,
    /// Which rows a pull takes; empty for all.
    pub filter: String,
    /// Whether a pull asks the platform's change tracking.
    pub change_tracking: bool,
}

/// The table that change requests stand in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its name in metadata; empty where there is none.
    pub logical_name: String,
    /// Its name in addresses.
    pub entity_set: String,
    /// Its primary key's column.
    pub primary_key: String,
    /// Which column holds what.
    pub columns: Columns,
    /// What a state means.
    pub states: BTreeMap<String, State>,
    /// What a status reason means, which wins over the state.
    pub status_reasons: BTreeMap<String, State>,
    /// Where a change stands at a status reason.
    pub phases: BTreeMap<String, Phase>,
    /// Which rows a pull takes; empty for all.
    pub filter: String,
    /// Whether a pull asks the platform's change tracking.
    pub change_tracking: bool,
}

/// Columns and values for each severity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BySeverity {
    /// Of a critical alert.
    pub critical: Map<String, Value>,
    /// Of an error.
    pub error: Map<String, Value>,
    /// Of a warning.
    pub warning: Map<String, Value>,
    /// Of what is informational.
    pub informational: Map<String, Value>,
    /// Of what is verbose.
    pub verbose: Map<String, Value>,
}

/// How a ticket is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// By which call.
    pub by: ResolveBy,
    /// The state afterwards.
    pub state: i64,
    /// The status reason afterwards.
    pub status: i64,
    /// What stands as the resolution where there is no note.
    pub text: String,
    /// Column that takes the resolution's text, where it is resolved by a write; empty for none.
    pub text_column: String,
}

/// By which call a ticket is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResolveBy {
    /// The action that Case demands.
    CloseIncident,
    /// A write of state and status reason.
    Patch,
}

/// A state with its status reason; the platform wants both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateAndStatus {
    /// The state.
    pub state: i64,
    /// The status reason.
    pub status: i64,
}

/// [`TicketState`] as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// [`ChangePhase`] as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Being written, or waiting for approval.
    Draft,
    /// Approved, not begun.
    Approved,
    /// Under way.
    Implementing,
    /// Done, and being looked at.
    Reviewing,
    /// Over, well.
    Done,
    /// Over, badly.
    Failed,
    /// Withdrawn.
    Canceled,
}

// === impl Incident ===

impl Incident {
    /// The Case table of Dynamics 365 Customer Service.
    #[must_use]
    pub fn stock() -> Self {
        let reasons = [
            ("1", State::Open),        // In Progress
            ("2", State::Pending),     // On Hold
            ("3", State::Pending),     // Waiting for Details
            ("4", State::Open),        // Researching
            ("5", State::Resolved),    // Problem Solved
            ("1000", State::Resolved), // Information Provided
            ("6", State::Canceled),
            ("2000", State::Closed), // Merged
        ];
        Self {
            logical_name: CASE.into(),
            entity_set: "incidents".into(),
            primary_key: "incidentid".into(),
            alternate_key: true,
            title_length: 200,
            description_length: 2_000,
            locked_when_over: true,
            columns: Columns::of_case(),
            writes: Writes {
                assignment: "ownerid".into(),
                caller: "customerid_account".into(),
                ..Writes::default()
            },
            severity: BySeverity::of_priorities("prioritycode", [1, 1, 2, 3, 3]),
            states: states([("0", State::Open), ("1", State::Resolved), ("2", State::Canceled)]),
            status_reasons: states(reasons),
            resolve: Resolve { by: ResolveBy::CloseIncident, state: 1, status: 5, ..Resolve::usual() },
            reopen: StateAndStatus { state: 0, status: 1 },
            filter: String::new(),
            change_tracking: false,
        }
    }

    /// A table that has what every table has.
    fn custom() -> Self {
        Self {
            logical_name: String::new(),
            entity_set: String::new(),
            primary_key: String::new(),
            title_length: 100,
            locked_when_over: false,
            columns: Columns::usual(),
            writes: Writes { assignment: "ownerid".into(), ..Writes::default() },
            severity: BySeverity::default(),
            states: states([("0", State::Open), ("1", State::Resolved)]),
            status_reasons: BTreeMap::new(),
            resolve: Resolve::usual(),
            ..Self::stock()
        }
    }

    /// What was given, over what it leaves out.
    pub(super) fn whole(given: Map<String, Value>) -> Value {
        let is_case = given.get("logical_name").is_none_or(|name| name == CASE);
        laid_over(json!(if is_case { Self::stock() } else { Self::custom() }), given)
    }
}

// === impl Change ===

impl Change {
    /// No table: stock Dataverse has none for change requests.
    #[must_use]
    pub fn none() -> Self {
        Self {
            logical_name: String::new(),
            entity_set: String::new(),
            primary_key: String::new(),
            columns: Columns::usual(),
            states: states([("0", State::Open), ("1", State::Closed)]),
            status_reasons: BTreeMap::new(),
            phases: BTreeMap::new(),
            filter: String::new(),
            change_tracking: false,
        }
    }

    /// What was given, over what it leaves out.
    pub(super) fn whole(given: Map<String, Value>) -> Value {
        laid_over(json!(Self::none()), given)
    }
}

/// What was given, over a base: tables with fixed keys are laid over key by key, all else takes the base's place.
fn laid_over(base: Value, given: Map<String, Value>) -> Value {
    const FIXED: [&str; 5] = ["columns", "writes", "severity", "resolve", "reopen"];
    let Value::Object(mut whole) = base else { return given.into() };
    for (name, value) in given {
        match (whole.get_mut(&name), value) {
            (Some(Value::Object(part)), Value::Object(own)) if FIXED.contains(&name.as_str()) => part.extend(own),
            (_, value) => drop(whole.insert(name, value)),
        }
    }
    whole.into()
}

fn states<const N: usize>(entries: [(&str, State); N]) -> BTreeMap<String, State> {
    entries.into_iter().map(|(value, state)| (value.to_owned(), state)).collect()
}

// === impl BySeverity ===

impl BySeverity {
    /// The columns for one.
    #[must_use]
    pub fn of(&self, severity: Severity) -> &Map<String, Value> {
        match severity {
            Severity::Critical => &self.critical,
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
            Severity::Informational => &self.informational,
            Severity::Verbose => &self.verbose,
        }
    }

    /// All five, worst first.
    pub fn each(&self) -> impl Iterator<Item = &Map<String, Value>> {
        [&self.critical, &self.error, &self.warning, &self.informational, &self.verbose].into_iter()
    }

    fn of_priorities(column: &str, [critical, error, warning, informational, verbose]: [i64; 5]) -> Self {
        let one = |value: i64| Map::from_iter([(column.to_owned(), Value::from(value))]);
        Self {
            critical: one(critical),
            error: one(error),
            warning: one(warning),
            informational: one(informational),
            verbose: one(verbose),
        }
    }
}

// === impl Resolve, State, Phase ===

impl Resolve {
    /// As a custom table is made: 1 Inactive, with its status reason 2.
    fn usual() -> Self {
        Self {
            by: ResolveBy::Patch,
            state: 1,
            status: 2,
            text: "The monitor reports that the problem is over.".into(),
            text_column: String::new(),
        }
    }
}

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

impl From<Phase> for ChangePhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Draft => Self::Draft,
            Phase::Approved => Self::Approved,
            Phase::Implementing => Self::Implementing,
            Phase::Reviewing => Self::Reviewing,
            Phase::Done => Self::Done,
            Phase::Failed => Self::Failed,
            Phase::Canceled => Self::Canceled,
        }
    }
}
