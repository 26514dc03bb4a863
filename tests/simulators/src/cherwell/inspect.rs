//! What tests look at: records as they are stored, and how many there are of each key.
//!
//! Looking is not calling: no search lag, no rights, nothing in the journal of requests.

use std::{collections::BTreeMap, time::Duration};

use super::server::Server;

/// A record's fields and values, empty ones left out; times are RFC 3339.
pub type Fields = BTreeMap<String, String>;

impl Server {
    /// All records of an object in which every one of these fields has this value.
    #[must_use]
    pub fn records(&self, object: &str, fields: &[(&str, &str)]) -> Vec<Fields> {
        let memory = self.memory();
        let holds = |record: &&super::store::Record| fields.iter().all(|(name, value)| record.get(name) == *value);
        memory.store.of(object).filter(holds).map(super::store::Record::fields).collect()
    }

    /// How many records there are of each value of a field; those without one are left out.
    #[must_use]
    pub fn keys(&self, object: &str, field: &str) -> BTreeMap<String, usize> {
        let memory = self.memory();
        let mut keys = BTreeMap::new();
        for record in memory.store.of(object) {
            let key = record.get(field);
            if !key.is_empty() {
                *keys.entry(key.to_owned()).or_default() += 1;
            }
        }
        keys
    }

    /// What stands in a ticket's journal, oldest first; the ticket by its id or its number.
    #[must_use]
    pub fn notes(&self, ticket: &str) -> Vec<String> {
        let memory = self.memory();
        let find = |object| memory.store.record(object, ticket).or_else(|| memory.store.numbered(object, ticket));
        let Some(owner) = ["Incident", "ChangeRequest"].into_iter().find_map(find) else { return Vec::new() };
        let notes = memory.store.of("JournalNote").filter(|note| note.get("ParentRecID") == owner.rec_id);
        notes.map(|note| note.get("Details").to_owned()).collect()
    }

    /// From now on searches don't find records younger than this; reading by id does.
    pub fn set_search_lag(&self, lag: Duration) {
        self.memory().search_lag = lag;
    }
}
