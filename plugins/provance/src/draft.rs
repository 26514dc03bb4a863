//! What a write will carry: columns and their values.
//!
//! Values keep their type: the platform refuses `"2"` where a column holds 2. A mapping's own fields win over everything else but a
//! ticket's identity, which nobody may change: a ticket without its key would be made twice.

use crate::settings::Settings;
use serde_json::{Map, Value};
use signalbox_sdk::cut::Unit;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::json;
use signalbox_sdk::text::printable;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// How a navigation property is written.
const BIND: &str = "@odata.bind";

/// Columns to write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft(Map<String, Value>);

// === impl Draft ===

impl Draft {
    /// Sets a column.
    pub fn set(&mut self, column: &str, value: impl Into<Value>) {
        let value = match value.into() {
            Value::String(text) => Value::String(printable(&text)),
            other => other,
        };
        self.0.insert(column.to_owned(), value);
    }

    /// Sets the place that settings name for a part of content, where they name one and content has it. A label of a choice column
    /// becomes its number.
    ///
    /// # Errors
    /// `rejected` where the column's choices have no such label.
    pub fn place(&mut self, settings: &Settings, place: &str, text: Option<&str>) -> Result<(), CallError> {
        match text.filter(|_| !place.is_empty()) {
            Some(text) => self.choose(settings, place, text.into()),
            None => Ok(()),
        }
    }

    /// Lets a mapping's own fields win.
    ///
    /// # Errors
    /// `rejected` with the column, where it is part of the ticket's identity or no value.
    pub fn overlay(&mut self, settings: &Settings, fields: &str, identity: &[&str]) -> Result<(), CallError> {
        self.set_all(settings, json::free_fields(fields, |column| identity.contains(&column))?)
    }

    /// Cuts the texts of columns that hold so many units, a mapping's own as well.
    pub fn fit(&mut self, lengths: &[(&str, usize)]) {
        for (column, longest) in lengths {
            if let Some(Value::String(text)) = self.0.get_mut(*column) {
                *text = Unit::Utf16.cut(text, *longest);
            }
        }
    }

    /// Sets several columns.
    ///
    /// # Errors
    /// `rejected` with the column that has no value.
    pub fn set_all(&mut self, settings: &Settings, columns: Map<String, Value>) -> Result<(), CallError> {
        for (column, value) in columns {
            if value.is_array() || value.is_object() {
                return Err(json::not_a_value(&column, "one value"));
            }
            self.choose(settings, &column, value)?;
        }
        Ok(())
    }

    fn choose(&mut self, settings: &Settings, column: &str, value: Value) -> Result<(), CallError> {
        let label = value.as_str().map(str::trim);
        let Some((choices, label)) = settings.choices.get(column).zip(label).filter(|(_, label)| !label.is_empty())
        else {
            self.set(column, value);
            return Ok(());
        };
        let known = choices.iter().find(|(known, _)| known.to_lowercase() == label.to_lowercase());
        let number = known.map(|(_, number)| *number).or_else(|| label.parse().ok());
        match number {
            Some(number) => self.set(column, number),
            None => {
                let labels: Vec<_> = choices.keys().map(String::as_str).collect();
                let message = format!("\"{label}\" is none of the choices of `{column}`: {}", labels.join(", "));
                return Err(fault(CallErrorKind::Rejected, message).with_code("choice").with_field(column));
            }
        }
        Ok(())
    }

    /// A column's value; none where it is not written.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&Value> {
        self.0.get(column)
    }

    /// Leaves a column out.
    pub fn remove(&mut self, column: &str) -> Option<Value> {
        self.0.remove(column)
    }

    /// Puts a row in the place of the name that a navigation property had.
    pub fn bind(&mut self, navigation: &str, entity_set: &str, id: &str) {
        self.0.remove(navigation);
        self.0.insert(format!("{navigation}{BIND}"), format!("/{entity_set}({id})").into());
    }

    /// What is written, by column.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(column, value)| (column.as_str(), value))
    }

    /// Whether nothing is left to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The body of the write.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::settings;
    use serde_json::json;

    fn overlaid(fields: &str) -> Result<Value, CallError> {
        let settings = settings(json!({"choices": {"casetypecode": {"Question": 1, "Problem": 2}}}));
        let mut draft = Draft::default();
        draft.set("prioritycode", 2);
        draft.overlay(&settings, fields, &["new_signalboxkey", "incidentid"])?;
        Ok(draft.into_json())
    }

    #[test]
    fn fields_keep_their_type_and_win() {
        let fields = json!({"prioritycode": 1, "new_vip": true, "new_none": null, "new_text": "x\u{0}y"});
        assert_eq!(
            overlaid(&fields.to_string()).unwrap(),
            json!({"prioritycode": 1, "new_vip": true, "new_none": null, "new_text": "xy"})
        );
    }

    #[test]
    fn a_label_becomes_its_number() {
        for (given, written) in
            [(json!("problem"), json!(2)), (json!("2"), json!(2)), (json!(7), json!(7)), (json!(""), json!(""))]
        {
            let fields = json!({ "casetypecode": given });
            assert_eq!(overlaid(&fields.to_string()).unwrap()["casetypecode"], written, "{fields}");
        }
        let error = overlaid(r#"{"casetypecode": "Riddle"}"#).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "casetypecode"));
        assert!(error.message.contains("Problem, Question"), "{}", error.message);
    }

    #[test]
    fn a_mapping_cannot_change_a_ticket_s_identity() {
        let error = overlaid(r#"{"new_signalboxkey": "mine"}"#).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "new_signalboxkey"));
    }

    #[test]
    fn what_no_column_can_hold_is_refused_with_its_name() {
        assert_eq!(overlaid(r#"{"new_map": {"a": 1}}"#).unwrap_err().field, "new_map");
        assert_eq!(overlaid(r#"{"new_list": [1]}"#).unwrap_err().field, "new_list");
        assert_eq!(overlaid("[]").unwrap_err().field, "fields");
    }

    #[test]
    fn a_row_is_bound_in_the_place_of_its_name() {
        let mut draft = Draft::default();
        draft.set("ownerid", "Night shift");
        draft.bind("ownerid", "teams", "1f6a8d10-2b3c-4d5e-8f90-a1b2c3d4e5f6");
        assert_eq!(draft.into_json(), json!({"ownerid@odata.bind": "/teams(1f6a8d10-2b3c-4d5e-8f90-a1b2c3d4e5f6)"}));
    }
}
