//! What tests look at: rows as they are stored, and how many there are of each key.
//!
//! Looking is not calling: no search lag, no access control, nothing in the journal.

use std::{collections::BTreeMap, time::Duration};

use super::{
    instance::Instance,
    query::{Moment, Query, View, Zone},
    store::Row,
};

/// A row's fields and values, empty ones left out.
pub type Fields = BTreeMap<String, String>;

impl Instance {
    /// All rows of a table that match an encoded query; all for an empty one. Unlike the platform, a query with a part
    /// that would be dropped matches nothing.
    #[must_use]
    pub fn rows(&self, table: &str, query: &str) -> Vec<Fields> {
        let memory = self.memory();
        let Some(table) = self.schema.table(table) else { return Vec::new() };
        let moment = Moment { now: self.apparatus.clock.now(), user: String::new(), zone: Zone::default() };
        let query = Query::parse(query, &self.schema, &table.name, &moment);
        if !query.dropped.is_empty() {
            return Vec::new();
        }
        let view = View { schema: &self.schema, store: &memory.store };
        view.select(&table.name, &query).into_iter().map(Row::fields).collect()
    }

    /// How many rows of a table have this correlation_id.
    #[must_use]
    pub fn count(&self, table: &str, correlation_id: &str) -> usize {
        let memory = self.memory();
        let rows = memory.store.find("correlation_id", correlation_id).unwrap_or_default();
        rows.iter().filter(|row| self.schema.is_a(&row.table, table)).count()
    }

    /// How many rows of a table there are of each correlation_id; those without one are left out.
    #[must_use]
    pub fn keys(&self, table: &str) -> BTreeMap<String, usize> {
        let memory = self.memory();
        let mut keys = BTreeMap::new();
        for row in memory.store.rows(&self.schema, table) {
            let key = row.get("correlation_id");
            if !key.is_empty() {
                *keys.entry(key.to_owned()).or_default() += 1;
            }
        }
        keys
    }

    /// What was written to a ticket's journal field (`work_notes`, `comments`), oldest first.
    #[must_use]
    pub fn journal(&self, sys_id: &str, element: &str) -> Vec<String> {
        let memory = self.memory();
        let mut entries = memory.store.find("element_id", sys_id).unwrap_or_default();
        entries.retain(|entry| entry.get("element") == element);
        entries.sort_by_key(|entry| entry.born);
        entries.into_iter().map(|entry| entry.get("value").to_owned()).collect()
    }

    /// From now on queries don't find rows younger than this; reading by sys_id does.
    pub fn set_search_lag(&self, lag: Duration) {
        self.memory().search_lag = lag;
    }
}
