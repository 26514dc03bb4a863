//! What a write will carry: columns and their texts.
//!
//! Values are texts on the wire, whatever they are in a mapping. A mapping's own fields win over everything else but a ticket's
//! identity, which nobody may change: a ticket without its key would be made twice.

use serde_json::{Map, Value};
use signalbox_sdk::cut::Unit;
use signalbox_sdk::json;
use signalbox_sdk::text::printable;
use signalbox_sdk::types::CallError;
use std::collections::BTreeMap;

/// The column that takes notes for the people who work on a ticket.
pub const WORK_NOTES: &str = "work_notes";

/// Columns to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft(BTreeMap<String, String>);

// === impl Draft ===

impl Draft {
    /// Sets a column.
    pub fn set(&mut self, column: &str, value: &str) {
        self.0.insert(column.to_owned(), printable(value));
    }

    /// Sets a column where there is a value, or a default that is not empty.
    pub fn set_or(&mut self, column: &str, value: Option<&str>, default: &str) {
        match value {
            Some(value) => self.set(column, value),
            None if !default.is_empty() => self.set(column, default),
            None => {}
        }
    }

    /// Lets a mapping's own fields win.
    ///
    /// # Errors
    /// `rejected` with the field, where it is part of the ticket's identity or its value has no text.
    pub fn overlay(&mut self, fields: &str, identity: &[&str]) -> Result<(), CallError> {
        for (column, value) in json::free_fields(fields, |column| identity.contains(&column))? {
            let text = text_of(&value).ok_or_else(|| json::not_a_value(&column, "a text"))?;
            self.set(&column, &text);
        }
        Ok(())
    }

    /// Cuts what is longer than its column, between words and with a mark: the platform would cut it without either.
    pub fn fit(&mut self, lengths: &[(&str, usize)]) {
        for (column, longest) in lengths {
            if let Some(text) = self.0.get_mut(*column) {
                *text = Unit::Characters.cut(text, *longest);
            }
        }
    }

    /// Adds to the note that this write leaves.
    pub fn note(&mut self, text: &str) {
        // `[code]` would make the journal render what follows as HTML.
        let text = printable(text).replace("[code]", "(code)").replace("[/code]", "(/code)");
        let notes = self.0.entry(WORK_NOTES.to_owned()).or_default();
        if !notes.is_empty() {
            notes.push_str("\n\n");
        }
        notes.push_str(&text);
    }

    /// A column's text; none where it is not written.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        self.0.get(column).map(String::as_str)
    }

    /// Leaves a column out.
    pub fn remove(&mut self, column: &str) {
        self.0.remove(column);
    }

    /// What is written, by column.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(column, text)| (column.as_str(), text.as_str()))
    }

    /// Whether nothing is left to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The body of the write.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.0.iter().map(|(column, text)| (column.clone(), Value::String(text.clone()))).collect::<Map<_, _>>().into()
    }
}

/// A scalar's text; a list is joined by commas, as lists of references are.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().map(json::scalar).collect::<Option<Vec<_>>>().map(|texts| texts.join(",")),
        scalar => json::scalar(scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use signalbox_sdk::types::CallErrorKind;

    #[test]
    fn fields_are_sent_as_texts_and_win() {
        let mut draft = Draft::default();
        draft.set("urgency", "2");
        let fields = json!({"urgency": 1, "u_vip": true, "u_list": ["a", "b"], "u_none": null, "u_text": "x\u{0}y"});
        draft.overlay(&fields.to_string(), &[]).unwrap();
        let expected = json!({"urgency": "1", "u_vip": "true", "u_list": "a,b", "u_none": "", "u_text": "xy"});
        assert_eq!(draft.to_json(), expected);
    }

    #[test]
    fn what_is_longer_than_its_column_is_cut_with_a_mark_whoever_wrote_it() {
        let mut draft = Draft::default();
        draft
            .overlay(&json!({"short_description": "word ".repeat(800), "u_long": "x".repeat(500)}).to_string(), &[])
            .unwrap();
        draft.fit(&[("short_description", 160), ("description", 4000)]);
        let title = draft.get("short_description").unwrap();
        assert!((100..=160).contains(&title.chars().count()) && !title.ends_with("word"), "{title}");
        assert_eq!(draft.get("u_long").unwrap().len(), 500, "whose length nobody knows");
    }

    #[test]
    fn a_mapping_cannot_change_a_ticket_s_identity() {
        let error = Draft::default().overlay(r#"{"correlation_id": "mine"}"#, &["correlation_id"]).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "correlation_id"));
    }

    #[test]
    fn what_no_column_can_hold_is_refused_with_its_name() {
        let error = Draft::default().overlay(r#"{"u_map": {"a": 1}}"#, &[]).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "u_map"));
        assert_eq!(Draft::default().overlay("[]", &[]).unwrap_err().field, "fields");
    }

    #[test]
    fn notes_are_one_entry_that_cannot_be_rendered() {
        let mut draft = Draft::default();
        draft.note("first");
        draft.note("second [code]<b>[/code]");
        assert_eq!(draft.get(WORK_NOTES), Some("first\n\nsecond (code)<b>(/code)"));
    }
}
