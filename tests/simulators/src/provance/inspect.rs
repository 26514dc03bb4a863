//! What tests look at: rows as they are stored, and how many there are of each key.
//!
//! Looking is not calling: no privileges, nothing in the journal.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{filter::Filter, organisation::Organisation, render::by_name, schema::Table, store::Row};

/// A row's columns and values as texts, by their names in an answer; empty ones left out.
pub type Fields = BTreeMap<String, String>;

impl Organisation {
    /// All rows of a table that answer a condition, oldest first; all for an empty one.
    #[must_use]
    pub fn rows(&self, table: &str, filter: &str) -> Vec<Fields> {
        let Some(table) = self.schema.table(table) else { return Vec::new() };
        let filter = Filter::parse(filter).or((!filter.is_empty()).then_some(Filter::Not(Box::new(everything(table)))));
        let memory = self.memory();
        let mut rows = memory.store.rows(&table.logical_name);
        rows.retain(|row| filter.as_ref().is_none_or(|filter| filter.holds(&|name| by_name(table, row, name))));
        rows.into_iter().map(|row| fields(table, row)).collect()
    }

    /// How many rows of a table have this key.
    #[must_use]
    pub fn count(&self, table: &str, key: &str) -> usize {
        self.keys(table).get(key).copied().unwrap_or_default()
    }

    /// How many rows of a table there are of each key; those without one are left out.
    #[must_use]
    pub fn keys(&self, table: &str) -> BTreeMap<String, usize> {
        let column = key_column(table);
        let memory = self.memory();
        let mut keys = BTreeMap::new();
        for row in memory.store.rows(table) {
            let key = row.text(column);
            if !key.is_empty() {
                *keys.entry(key.to_owned()).or_default() += 1;
            }
        }
        keys
    }

    /// What was noted on a row, oldest first.
    #[must_use]
    pub fn notes(&self, id: &str) -> Vec<String> {
        let memory = self.memory();
        let mut notes = memory.store.rows("annotation");
        notes.retain(|note| note.lookups.get("objectid").is_some_and(|(_, object)| object == id));
        notes.into_iter().map(|note| note.text("notetext").to_owned()).collect()
    }

    /// What Cases were resolved with: the subject and the description of each resolution, oldest first.
    #[must_use]
    pub fn resolutions(&self, id: &str) -> Vec<(String, String)> {
        let memory = self.memory();
        let mut left = memory.store.rows("incidentresolution");
        left.retain(|left| left.lookups.get("incidentid").is_some_and(|(_, case)| case == id));
        left.into_iter().map(|left| (left.text("subject").to_owned(), left.text("description").to_owned())).collect()
    }
}

/// The column that holds the gateway's key.
#[must_use]
pub fn key_column(table: &str) -> &'static str {
    if table == "incident" { super::stock::CASE_KEY } else { super::stock::TICKET_KEY }
}

fn fields(table: &Table, row: &Row) -> Fields {
    let named = table.columns.iter().map(|column| {
        let name = column.wire_name();
        let value = by_name(table, row, &name);
        (name, value)
    });
    let texts = named.filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) => Some((name, text)),
        other => Some((name, other.to_string())),
    });
    texts.collect()
}

/// A condition that every row answers: one that cannot be read matches nothing.
fn everything(table: &Table) -> Filter {
    Filter::Compare(table.primary_key.clone(), super::filter::Operator::Ne, Value::Null)
}
