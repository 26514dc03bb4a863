//! What a save will carry: fields by name, and their texts.
//!
//! Values are texts on the wire, whatever they are in a mapping. A mapping's own fields win over everything else but a ticket's
//! identity, which nobody may change: a ticket without its key would be made twice.

use crate::catalog::Object;
use serde_json::{Value, json};
use signalbox_sdk::cut::Unit;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::json;
use signalbox_sdk::text::printable;
use signalbox_sdk::types::{CallError, CallErrorKind};
use std::collections::BTreeMap;

/// Fields to write. Names are the same in any case, as the system has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft(BTreeMap<String, (String, String)>);

// === impl Draft ===

impl Draft {
    /// Sets a field; a field without a name is left out.
    pub fn set(&mut self, field: &str, value: &str) {
        if !field.is_empty() {
            self.0.insert(field.to_ascii_lowercase(), (field.to_owned(), printable(value)));
        }
    }

    /// Sets a field where there is a value, or a default that is not empty.
    pub fn set_or(&mut self, field: &str, value: Option<&str>, default: &str) {
        match value {
            Some(value) => self.set(field, value),
            None if !default.is_empty() => self.set(field, default),
            None => {}
        }
    }

    /// Sets several.
    pub fn set_all(&mut self, values: &BTreeMap<String, String>) {
        values.iter().for_each(|(field, value)| self.set(field, value));
    }

    /// Lets a mapping's own fields win.
    ///
    /// # Errors
    /// `rejected` with the field, where it is part of the ticket's identity or its value has no text.
    pub fn overlay(&mut self, fields: &str, identity: &[&str]) -> Result<(), CallError> {
        let is_identity = |field: &str| identity.iter().any(|identity| identity.eq_ignore_ascii_case(field));
        for (field, value) in json::free_fields(fields, is_identity)? {
            let text = text_of(&value).ok_or_else(|| json::not_a_value(&field, "a text"))?;
            self.set(&field, &text);
        }
        Ok(())
    }

    /// Adds a line to a text that is written; begins one where there is none.
    pub fn add_line(&mut self, field: &str, line: &str) {
        let text = self.get(field).unwrap_or_default();
        let text = if text.is_empty() { line.to_owned() } else { format!("{text}\n\n{line}") };
        self.set(field, &text);
    }

    /// A field's text; none where it is not written.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        self.0.get(&field.to_ascii_lowercase()).map(|(_, text)| text.as_str())
    }

    /// Leaves a field out.
    pub fn remove(&mut self, field: &str) {
        self.0.remove(&field.to_ascii_lowercase());
    }

    /// Leaves out what a ticket's fields have already.
    pub fn leave_out_what_stands(&mut self, fields: &str) {
        let Ok(Value::Object(fields)) = serde_json::from_str(fields) else { return };
        self.0.retain(|_, (name, text)| fields.get(name.as_str()).and_then(Value::as_str) != Some(text.as_str()));
    }

    /// What is written, by field.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.values().map(|(field, text)| (field.as_str(), text.as_str()))
    }

    /// Whether nothing is left to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The `fields` of a save: all dirty, since only those are applied; texts that are too long are cut, but for `whole`.
    ///
    /// # Errors
    /// `rejected` with the field, where the object has none of this name, or `whole` does not fit.
    pub fn items(&self, object: &Object, whole: &str) -> Result<Vec<Value>, CallError> {
        self.iter()
            .map(|(name, text)| {
                let field = object.field(name)?;
                let fits = field.longest.is_none_or(|longest| text.chars().count() <= longest);
                if !fits && field.name.eq_ignore_ascii_case(whole) {
                    let message = format!("`{name}` is too short for the gateway's key: it needs 64 characters");
                    return Err(fault(CallErrorKind::Rejected, message).with_field(name));
                }
                let text = field.longest.map_or_else(|| text.to_owned(), |longest| Unit::Characters.cut(text, longest));
                Ok(json!({"dirty": true, "fieldId": field.id, "name": field.name, "value": text}))
            })
            .collect()
    }
}

/// A scalar's text as the system spells it, `True` for true; a list is joined by commas.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Bool(true) => Some("True".into()),
        Value::Bool(false) => Some("False".into()),
        Value::Array(items) => items.iter().map(json::scalar).collect::<Option<Vec<_>>>().map(|texts| texts.join(", ")),
        scalar => json::scalar(scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn fields_are_sent_as_texts_and_win() {
        let mut draft = Draft::default();
        draft.set("Priority", "2");
        let fields = json!({"priority": 1, "Vip": true, "Tags": ["a", "b"], "None": null, "Text": "x\u{0}y"});
        draft.overlay(&fields.to_string(), &[]).unwrap();
        let texts: Vec<_> = draft.iter().collect();
        assert_eq!(texts, [("None", ""), ("priority", "1"), ("Tags", "a, b"), ("Text", "xy"), ("Vip", "True")]);
    }

    #[test]
    fn a_mapping_cannot_change_a_ticket_s_identity() {
        let error = Draft::default().overlay(r#"{"externalalertid": "mine"}"#, &["ExternalAlertID"]).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "externalalertid"));
    }

    #[test]
    fn what_no_field_can_hold_is_refused_with_its_name() {
        let error = Draft::default().overlay(r#"{"Map": {"a": 1}}"#, &[]).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "Map"));
        assert_eq!(Draft::default().overlay("[]", &[]).unwrap_err().field, "fields");
    }

    #[test]
    fn items_are_dirty_cut_and_known() {
        let incident = testing::incident();
        let mut draft = Draft::default();
        draft.set("shortdescription", &"word ".repeat(40));
        let items = draft.items(&incident, "ExternalAlertID").unwrap();
        let text = items[0]["value"].as_str().unwrap();
        assert_eq!((&items[0]["dirty"], &items[0]["name"]), (&json!(true), &json!("ShortDescription")));
        assert!(text.chars().count() <= 100 && text.ends_with('…'), "{text}");
        draft.set("Nonsense", "x");
        let error = draft.items(&incident, "ExternalAlertID").unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "Nonsense"));
    }

    #[test]
    fn a_key_is_never_cut() {
        let mut draft = Draft::default();
        draft.set("ExternalAlertID", &"k".repeat(101));
        assert_eq!(draft.items(&testing::incident(), "ExternalAlertID").unwrap_err().field, "ExternalAlertID");
    }

    #[test]
    fn what_stands_is_not_written_again() {
        let mut draft = Draft::default();
        draft.set("Status", "Resolved");
        draft.set("Cause", "Disk");
        draft.leave_out_what_stands(r#"{"Status": "Resolved", "Cause": ""}"#);
        assert_eq!(draft.iter().collect::<Vec<_>>(), [("Cause", "Disk")]);
    }
}
