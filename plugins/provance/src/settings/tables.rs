//! The two tables: where tickets stand, and where change requests do.
//!
//! What the operator gives is laid over a base: over the stock Case table as long as `logical_name` is `incident`, over a table that
//! has nothing but what every table has where it is another. So a custom table never inherits a column that only Case has.

use super::{BySeverity, Columns, Phase, Resolve, ResolveBy, State, StateAndStatus, Writes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
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
    pub title_length: usize,
    /// How much its description holds.
    pub description_length: usize,
    /// Whether the platform refuses to edit a ticket that is over.
    pub locked_when_over: bool,
    /// Which column holds what.
    pub columns: Columns,
    /// Where content is written.
    pub writes: Writes,
    /// Columns and values for each severity.
    pub severity: BySeverity<Map<String, Value>>,
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
            writes: Writes { assignment: "ownerid".into(), caller: "customerid_account".into(), ..Writes::default() },
            severity: BySeverity::made([1, 1, 2, 3, 3], priority),
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

fn priority(code: i64) -> Map<String, Value> {
    Map::from_iter([("prioritycode".to_owned(), code.into())])
}

fn states<const N: usize>(entries: [(&str, State); N]) -> BTreeMap<String, State> {
    entries.into_iter().map(|(value, state)| (value.to_owned(), state)).collect()
}
