//! Records as the interface answers them: ids, and a list of fields whose values are all texts.

use serde_json::{Map, Value};
use signalbox_sdk::json;
use std::collections::BTreeMap;

/// One record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its identity.
    pub rec_id: String,
    /// What people number it by.
    pub public_id: String,
    fields: BTreeMap<String, String>,
}

// === impl Row ===

impl Row {
    /// Reads a record; none where it has no identity.
    #[must_use]
    pub fn parse(record: &Value) -> Option<Self> {
        let rec_id = json::text(record, "busObRecId").to_owned();
        let fields = record.get("fields")?.as_array()?.iter();
        let pair = |field: &Value| {
            let value = field.get("value").and_then(json::scalar).unwrap_or_default();
            (json::text(field, "name").to_owned(), value)
        };
        let public_id = record.get("busObPublicId").and_then(json::scalar).unwrap_or_default();
        (!rec_id.is_empty()).then(|| Self { rec_id, public_id, fields: fields.map(pair).collect() })
    }

    /// A field's value by its internal name, in any case; empty where the record has none.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        let exact = self.fields.get(name);
        let found = exact
            .or_else(|| self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value));
        found.map_or("", String::as_str)
    }

    /// All fields with their values.
    #[must_use]
    pub fn fields(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        Value::Object(fields.collect::<Map<_, _>>()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_has_ids_and_texts() {
        let record = json!({"busObRecId": "9a", "busObPublicId": 10222, "fields": [
            {"name": "Status", "value": "New", "fieldId": "BO:1,FI:2", "displayName": "Status"},
            {"name": "Odd", "value": null}, {"name": "Count", "value": 3}
        ]});
        let row = Row::parse(&record).unwrap();
        assert_eq!((row.rec_id.as_str(), row.public_id.as_str()), ("9a", "10222"));
        assert_eq!((row.get("status"), row.get("Odd"), row.get("Count"), row.get("Absent")), ("New", "", "3", ""));
        assert_eq!(row.fields(), r#"{"Count":"3","Odd":"","Status":"New"}"#);
    }

    #[test]
    fn what_has_no_identity_is_no_record() {
        for foreign in [json!({}), json!([]), json!({"busObRecId": "", "fields": []}), json!({"busObRecId": "9a"})] {
            assert_eq!(Row::parse(&foreign), None, "{foreign}");
        }
    }
}
