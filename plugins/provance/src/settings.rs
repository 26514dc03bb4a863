//! The operator's settings: which tables and columns are meant, with defaults for the stock Case table.
//!
//! Dataverse has no table of tickets that all organisations share: Dynamics 365 Customer Service has Case (`incident`), Provance has
//! tables of its own, and each organisation adds columns. So everything that names a table or a column is a setting.
//! `settings.schema.json` is what people and editors read; a test holds the two together. [`Settings::findings`] says what a schema
//! cannot.

mod check;
mod columns;
mod resolve;
mod tables;

pub use columns::{Columns, Writes};
pub use resolve::{Resolve, ResolveBy, StateAndStatus};
pub use signalbox_sdk::terms::{BySeverity, Missing, Phase, SettingFault, State};
pub use tables::{Change, Incident};

use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// How the adapter speaks to this organisation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where people open the organisation; empty for what its answers say.
    pub instance_url: String,
    /// The model-driven app that people open tickets in; empty for their default app.
    pub app_id: String,
    /// Path of the Web API, with its version.
    pub api_path: String,
    /// What a write does when the ticket has changed since it was read.
    pub concurrency: Concurrency,
    /// The table that tickets stand in.
    pub incident: Incident,
    /// The table that change requests stand in.
    pub change: Change,
    /// Columns of a new ticket that neither the mapping nor the alert gives a value.
    pub defaults: Map<String, Value>,
    /// Navigation properties that a name may be given for, beside or instead of what [`crate::references`] knows.
    pub lookups: BTreeMap<String, Lookup>,
    /// Labels of choice columns.
    pub choices: BTreeMap<String, BTreeMap<String, i64>>,
    /// Title of a note.
    pub note_subject: String,
    /// Columns to read beside those that the settings name; empty for all.
    pub columns: Vec<String>,
    /// Most rows of one answer.
    pub page: u32,
}

/// What a write does when the ticket has changed since it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concurrency {
    /// It is refused, and the gateway looks again.
    Optimistic,
    /// It is done all the same.
    LastWins,
}

/// How a name becomes a row's identity.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Where the row stands.
    pub entity_set: String,
    /// Its primary key's column.
    pub primary_key: String,
    /// Columns that may hold the name, the most telling first.
    pub by: Vec<String>,
    /// What to do where no single row has it.
    #[serde(default)]
    pub missing: Missing,
}

// === impl Settings ===

impl Settings {
    /// Reads settings.
    ///
    /// # Errors
    /// In serde's words, where they are not as the schema says.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        let mut given: Map<String, Value> = serde_json::from_str(json)?;
        for (table, whole) in [("incident", Incident::whole as fn(_) -> _), ("change", Change::whole)] {
            if let Some(Value::Object(own)) = given.get_mut(table) {
                let own = std::mem::take(own);
                given.insert(table.to_owned(), whole(own));
            }
        }
        serde_json::from_value(given.into())
    }

    /// The columns to ask for of a table; none for all.
    #[must_use]
    pub fn selected(&self, table: &Columns, primary_key: &str) -> Option<String> {
        let own = self.columns.iter().map(String::as_str);
        let named = table.named().map(|(_, column)| column);
        let all: BTreeSet<_> = named.chain([primary_key]).chain(own).collect();
        (!self.columns.is_empty()).then(|| all.into_iter().collect::<Vec<_>>().join(","))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            instance_url: String::new(),
            app_id: String::new(),
            api_path: "/api/data/v9.2".into(),
            concurrency: Concurrency::Optimistic,
            incident: Incident::stock(),
            change: Change::none(),
            defaults: Map::new(),
            lookups: BTreeMap::new(),
            choices: BTreeMap::from([("casetypecode".into(), case_types())]),
            note_subject: "Signalbox".into(),
            columns: Vec::new(),
            page: 200,
        }
    }
}

/// What a Case is about, as delivered in English.
fn case_types() -> BTreeMap<String, i64> {
    [("Question", 1), ("Problem", 2), ("Request", 3)].map(|(label, number)| (label.to_owned(), number)).into()
}

#[cfg(test)]
mod tests;
