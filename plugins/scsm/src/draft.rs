//! What a write will change: properties, related items, and comments.
//!
//! What a property is (a text, an entry of a list, a person) only the object tells that is written to, so a name stays a name here
//! until [`crate::references`] has the object. A mapping's own fields win over everything else but a ticket's identity, which
//! nobody may change: a ticket without its key would be made twice.

use serde_json::Value;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::json;
use signalbox_sdk::text::printable;
use signalbox_sdk::types::{CallError, CallErrorKind};
use std::collections::BTreeMap;

/// What a property will be.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// This, as it is.
    Value(Value),
    /// This text; the entry or person of this name, where the property holds one.
    Text(String),
}

/// Changes to write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    properties: BTreeMap<String, Wanted>,
    /// Configuration items to relate, by name or GUID, with what they are called in content.
    pub items: Vec<(&'static str, String)>,
}

// === impl Draft ===

impl Draft {
    /// Sets a property to a text, or to what has this name.
    pub fn set(&mut self, property: &str, text: &str) {
        self.properties.insert(property.to_owned(), Wanted::Text(printable(text)));
    }

    /// Sets a property where there is a text, or a default that is not empty.
    pub fn set_or(&mut self, property: &str, text: Option<&str>, default: &str) {
        match text {
            Some(text) => self.set(property, text),
            None if !default.is_empty() => self.set(property, default),
            None => {}
        }
    }

    /// Sets a property as it is.
    pub fn put(&mut self, property: &str, value: Value) {
        self.properties.insert(property.to_owned(), Wanted::Value(value));
    }

    /// Relates an item where there is a name, or a default that is not empty.
    pub fn relate_or(&mut self, called: &'static str, name: Option<&str>, default: &str) {
        let name = name.unwrap_or(default).trim();
        if !name.is_empty() {
            self.items.push((called, name.to_owned()));
        }
    }

    /// Lets a mapping's own fields win.
    ///
    /// # Errors
    /// `rejected` with the field, where `refused` says why a mapping cannot set it.
    pub fn overlay(&mut self, fields: &str, refused: impl Fn(&str) -> Option<&'static str>) -> Result<(), CallError> {
        for (property, value) in json::own_fields(fields)? {
            if let Some(why) = refused(&property) {
                let message = format!("`{property}` {why}: a mapping cannot set it");
                return Err(fault(CallErrorKind::Rejected, message).with_field(property));
            }
            match value {
                Value::String(text) => self.set(&property, &text),
                other => self.put(&property, other),
            }
        }
        Ok(())
    }

    /// Cuts the texts of properties that hold so many units, a mapping's own as well.
    pub fn fit(&mut self, lengths: &[(&str, usize)]) {
        for (property, longest) in lengths {
            if let Some(Wanted::Text(text)) = self.properties.get_mut(*property) {
                *text = Unit::Utf16.cut(text, *longest);
            }
        }
    }

    /// What is written, by property.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Wanted)> {
        self.properties.iter().map(|(property, wanted)| (property.as_str(), wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn free(_: &str) -> Option<&'static str> {
        None
    }

    #[test]
    fn a_mapping_s_own_fields_win() {
        let mut draft = Draft::default();
        draft.set("Urgency", "High");
        draft.set("Title", "a\u{0}b");
        draft.overlay(r#"{"Urgency": "Low", "Vip": true, "Site": null}"#, free).unwrap();
        let written: Vec<_> = draft.iter().map(|(name, wanted)| (name.to_owned(), wanted.clone())).collect();
        let text = |text: &str| Wanted::Text(text.to_owned());
        let expected = [
            ("Site".to_owned(), Wanted::Value(Value::Null)),
            ("Title".to_owned(), text("ab")),
            ("Urgency".to_owned(), text("Low")),
            ("Vip".to_owned(), Wanted::Value(json!(true))),
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn a_mapping_cannot_change_what_is_refused() {
        let refused = |property: &str| (property == "Priority").then_some("is computed");
        let error = Draft::default().overlay(r#"{"Priority": 1}"#, refused).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "Priority"));
        assert_eq!(error.message, "`Priority` is computed: a mapping cannot set it");
        assert_eq!(Draft::default().overlay("[]", free).unwrap_err().field, "fields");
    }

    #[test]
    fn items_are_related_where_there_is_a_name() {
        let mut draft = Draft::default();
        draft.relate_or("configuration item", None, "");
        draft.relate_or("configuration item", Some(" db-1 "), "db-2");
        draft.relate_or("service", None, "Shop");
        assert_eq!(draft.items, [("configuration item", "db-1".to_owned()), ("service", "Shop".to_owned())]);
    }
}
