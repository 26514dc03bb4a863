//! What tests look at and put in. Neither is a call: no roles, nothing in the journal.

use serde_json::{Map, Value};

use super::{
    alerts::{Kept, StateChange},
    cloud::Cloud,
    contents::{Condition, Contents, State},
    ingestion::{CollectionRule, Upload},
    query::AskedQuery,
};

/// Who changes alerts in the portal.
const PERSON: &str = "robin@acme.example";

impl Cloud {
    /// Uploads of a stream, in the order in which they were answered.
    #[must_use]
    pub fn uploads(&self, stream: &str) -> Vec<Upload> {
        self.memory().uploads.iter().filter(|upload| upload.stream == stream).cloned().collect()
    }

    /// The rows of a stream as they are kept, in the order in which they were taken.
    #[must_use]
    pub fn rows(&self, stream: &str) -> Vec<Map<String, Value>> {
        let memory = self.memory();
        let uploads = memory.uploads.iter().filter(|upload| upload.stream == stream);
        uploads.flat_map(|upload| upload.rows.iter().map(|row| row.values.clone())).collect()
    }

    /// Forgets all rows.
    pub fn forget_rows(&self) {
        self.memory().uploads.clear();
    }

    /// Makes a data collection rule, or another one of the same immutable id.
    pub fn set_rule(&self, rule: CollectionRule) {
        let rules = &mut self.memory().rules;
        rules.retain(|known| known.immutable_id != rule.immutable_id);
        rules.push(rule);
    }

    /// Deletes a data collection rule; false where there is none.
    pub fn delete_rule(&self, immutable_id: &str) -> bool {
        let rules = &mut self.memory().rules;
        let before = rules.len();
        rules.retain(|known| known.immutable_id != immutable_id);
        rules.len() < before
    }

    /// Puts in alerts, resources, events and results; an alert, resource or result takes the place of the one that is
    /// there under the same name.
    pub fn put(&self, contents: Contents) {
        let now = self.apparatus.clock.now();
        let mut memory = self.memory();
        for alert in contents.alerts {
            memory.alerts.put(alert, now);
        }
        for resource in contents.resources {
            memory.resources.retain(|known| !known.id.eq_ignore_ascii_case(&resource.id));
            memory.resources.push(resource);
        }
        for result in contents.results {
            memory.results.retain(|known| known.target != result.target || known.query != result.query);
            memory.results.push(result);
        }
        memory.events.extend(contents.events);
    }

    /// Deletes a resource; false where there is none.
    pub fn delete_resource(&self, id: &str) -> bool {
        let resources = &mut self.memory().resources;
        let before = resources.len();
        resources.retain(|known| !known.id.eq_ignore_ascii_case(id));
        resources.len() < before
    }

    /// An alert and what happened to it, by the last part of its id.
    #[must_use]
    pub fn alert(&self, id: &str) -> Option<Kept> {
        let now = self.apparatus.clock.now();
        self.memory().alerts.get(id, now).cloned()
    }

    /// All calls of `changestate` that were done, in order.
    #[must_use]
    pub fn state_changes(&self) -> Vec<StateChange> {
        self.memory().alerts.changes().to_vec()
    }

    /// An alert fires, or does not any more; false where there is none.
    pub fn set_condition(&self, id: &str, condition: Condition) -> bool {
        let now = self.apparatus.clock.now();
        self.memory().alerts.set_condition(id, condition, now)
    }

    /// A person changes an alert's state in the portal; false where there is none.
    pub fn set_state(&self, id: &str, state: State) -> bool {
        let now = self.apparatus.clock.now();
        self.memory().alerts.set_state(id, state, None, PERSON, now).is_some()
    }

    /// Azure forgets an alert; false where there is none.
    pub fn forget_alert(&self, id: &str) -> bool {
        self.memory().alerts.forget(id)
    }

    /// All log queries that were asked of a known target, in order.
    #[must_use]
    pub fn queries(&self) -> Vec<AskedQuery> {
        self.memory().queries.clone()
    }
}
