//! What tests look at and put in. Neither is a call: no roles, nothing in the journal.

use serde_json::{Map, Value};

use super::{
    cloud::Cloud,
    ingestion::{CollectionRule, Upload},
};

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
}
