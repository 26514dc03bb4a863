//! The operator's settings, with defaults that fit an instance as it is delivered.
//!
//! `settings.schema.json` is what people and editors read; a test holds the two together. The host has checked a value against the
//! schema before it comes here; [`Settings::findings`] says what a schema cannot.

use serde::{Deserialize, Deserializer};
use signalbox_sdk::terms::must_mean;
use signalbox_sdk::types::TicketState;
use std::collections::BTreeMap;

pub use signalbox_sdk::terms::{BySeverity, Missing, SettingFault, State};

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// How the adapter speaks to this instance.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where people open the instance; empty for what its answers link to.
    pub instance_url: String,
    /// Resolution code.
    pub close_code: String,
    /// Resolution notes where there is no note.
    pub close_notes: String,
    /// Work note on reopening where there is no note.
    pub reopen_notes: String,
    /// Channel of new incidents; empty for the instance's default.
    pub contact_type: String,
    /// Default category; empty for the instance's.
    pub category: String,
    /// Default group; empty for none.
    pub assignment_group: String,
    /// Default caller; empty for none.
    pub caller: String,
    /// Default configuration item; empty for none.
    pub configuration_item: String,
    /// Default service; empty for none.
    pub service: String,
    /// Impact and urgency by severity.
    #[serde(deserialize_with = "weights")]
    pub severity: BySeverity<Weight>,
    /// What the instance's own states mean.
    pub states: BTreeMap<String, State>,
    /// Value of Resolved.
    pub resolved_state: String,
    /// Value of the state after reopening.
    pub reopen_state: String,
    /// What the columns of texts hold.
    pub lengths: Lengths,
    /// Columns to read beside those needed; empty for all.
    pub columns: Vec<String>,
    /// How names become identities, beside or instead of what [`crate::references`] knows.
    pub references: BTreeMap<String, Reference>,
    /// Where records stand.
    pub tables: Tables,
    /// What a pull takes.
    pub list: List,
    /// Events for Event Management.
    pub event: EventSettings,
}

/// What the instance computes a priority from: 1 is high, 3 is low.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// How much it affects.
    pub impact: u8,
    /// How soon it must end.
    pub urgency: u8,
}

/// How a name becomes a sys_id.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Where the record stands.
    pub table: String,
    /// Columns that may hold the name, the most telling first.
    pub by: Vec<String>,
    /// What to do where no single record has it.
    #[serde(default)]
    pub missing: Missing,
}

/// How many characters a text may have; the instance would cut what is longer without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lengths {
    /// Of `short_description`.
    pub title: usize,
    /// Of `description`.
    pub description: usize,
}

// === impl Lengths ===

impl Lengths {
    /// Of an incident's columns.
    #[must_use]
    pub fn of_incidents(&self) -> [(&'static str, usize); 3] {
        [("short_description", self.title), ("description", self.description), ("close_notes", 4000)]
    }

    /// Of the columns that events and alerts share.
    #[must_use]
    pub fn of_signals(&self) -> [(&'static str, usize); 7] {
        [
            ("description", self.description),
            ("source", 100),
            ("event_class", 100),
            ("type", 100),
            ("node", 255),
            ("resource", 255),
            ("metric_name", 255),
        ]
    }
}

/// Table names.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tables {
    /// Of incidents.
    pub incident: String,
    /// Of change requests.
    pub change: String,
    /// Of Event Management's alerts.
    pub alert: String,
}

/// Which records a pull takes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct List {
    /// Encoded query on incidents; empty for all.
    pub incident: String,
    /// Encoded query on change requests; empty for all.
    pub change: String,
    /// Most rows of one answer.
    pub page: u32,
}

/// How events name themselves.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventSettings {
    /// What event rules know the sender by.
    pub source: String,
    /// Which instance of the sender; empty for the gateway's name.
    pub class: String,
    /// 1 critical to 5 informational.
    #[serde(deserialize_with = "event_severities")]
    pub severity: BySeverity<u8>,
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
        for (name, query) in [("incident", &self.list.incident), ("change", &self.list.change)] {
            if let Some(message) = unfit_to_append(query) {
                faults.push(SettingFault::new(format!("/list/{name}"), message));
            }
        }
        for (at, name, wanted) in [
            ("/resolved_state", &self.resolved_state, &[State::Resolved][..]),
            ("/reopen_state", &self.reopen_state, &[State::Open, State::Pending]),
        ] {
            faults.extend(must_mean(at, &format!("`{name}`"), self.state(name), wanted, "`states`"));
        }
        faults
    }

    /// What an incident's state means; none where neither the settings nor the table of states as delivered know it.
    #[must_use]
    pub fn state(&self, value: &str) -> Option<TicketState> {
        self.states.get(value).map(|state| TicketState::from(*state)).or_else(|| crate::states::incident(value))
    }
}

/// A part that is appended to the pull's own query must neither end it nor order it.
fn unfit_to_append(query: &str) -> Option<&'static str> {
    let upper = query.to_ascii_uppercase();
    if upper.split('^').any(|part| part.starts_with("NQ")) {
        Some("`^NQ` begins another query, which the pull's position would not bind")
    } else if upper.split('^').any(|part| part.starts_with("ORDERBY") || part.starts_with("GROUPBY")) {
        Some("the pull has its own order")
    } else if query.starts_with('^') {
        Some("a query begins with a condition, not with `^`")
    } else {
        None
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            instance_url: String::new(),
            close_code: "Solution provided".into(),
            close_notes: "The monitor reports that the problem is over.".into(),
            reopen_notes: "The monitor reports that the problem is back.".into(),
            contact_type: "monitoring".into(),
            category: String::new(),
            assignment_group: String::new(),
            caller: String::new(),
            configuration_item: String::new(),
            service: String::new(),
            severity: delivered_weights(),
            states: BTreeMap::new(),
            resolved_state: "6".into(),
            reopen_state: "2".into(),
            lengths: Lengths::default(),
            columns: Vec::new(),
            references: BTreeMap::new(),
            tables: Tables::default(),
            list: List::default(),
            event: EventSettings::default(),
        }
    }
}

// === severities ===

/// The pairs that give the priorities 1 to 5 on an instance as delivered.
fn delivered_weights() -> BySeverity<Weight> {
    BySeverity::made([(1, 1), (2, 1), (2, 2), (3, 2), (3, 3)], |(impact, urgency)| Weight { impact, urgency })
}

/// As ServiceNow's own connector for Azure maps Sev0 to Sev4.
fn connector_severities() -> BySeverity<u8> {
    BySeverity { critical: 1, error: 2, warning: 4, informational: 4, verbose: 5 }
}

fn weights<'de, D: Deserializer<'de>>(given: D) -> Result<BySeverity<Weight>, D::Error> {
    delivered_weights().overlaid(given)
}

fn event_severities<'de, D: Deserializer<'de>>(given: D) -> Result<BySeverity<u8>, D::Error> {
    connector_severities().overlaid(given)
}

// === impl Lengths, Tables, List, EventSettings ===

impl Default for Lengths {
    fn default() -> Self {
        Self { title: 160, description: 4000 }
    }
}

impl Default for Tables {
    fn default() -> Self {
        Self { incident: "incident".into(), change: "change_request".into(), alert: "em_alert".into() }
    }
}

impl Default for List {
    fn default() -> Self {
        Self { incident: String::new(), change: String::new(), page: 200 }
    }
}

impl Default for EventSettings {
    fn default() -> Self {
        Self { source: "Signalbox".into(), class: String::new(), severity: connector_severities() }
    }
}

#[cfg(test)]
mod tests;
