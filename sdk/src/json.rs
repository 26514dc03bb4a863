//! Fields of JSON that others wrote: absent, null and empty are the same, and a scalar is its text.

use crate::fault::{Detail, fault};
use crate::types::{CallError, CallErrorKind};
use serde_json::{Map, Value};

/// A text field; empty where it is absent, null or no text.
#[must_use]
pub fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A scalar as platforms that know only texts spell it: `true`, `3`, and empty for null. None for an array or an object.
#[must_use]
pub fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

/// A mapping's own fields, [`Content::fields`](crate::work::Content::fields); none for an empty text.
///
/// # Errors
/// `rejected` where they are no object.
pub fn own_fields(fields: &str) -> Result<Map<String, Value>, CallError> {
    if fields.is_empty() {
        return Ok(Map::new());
    }
    serde_json::from_str(fields).map_err(|error| {
        fault(CallErrorKind::Rejected, format!("`fields` is no JSON object: {error}")).with_field("fields")
    })
}

/// The same, without what a mapping cannot set: a ticket's identity is nobody's to change, since a ticket without its key would be
/// made twice.
///
/// # Errors
/// `rejected` where they are no object, and with the field where it is one of the ticket's identity.
pub fn free_fields(fields: &str, is_identity: impl Fn(&str) -> bool) -> Result<Map<String, Value>, CallError> {
    let fields = own_fields(fields)?;
    match fields.keys().find(|field| is_identity(field)) {
        None => Ok(fields),
        Some(field) => {
            let message = format!("`{field}` is how the gateway knows its tickets: a mapping cannot set it");
            Err(fault(CallErrorKind::Rejected, message).with_field(field))
        }
    }
}

/// The refusal of a field's value that a platform's field cannot hold; `holds` says what it can: `a text`.
#[must_use]
pub fn not_a_value(field: &str, holds: &str) -> CallError {
    fault(CallErrorKind::Rejected, format!("`{field}` cannot be written: a field holds {holds}")).with_field(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn absent_null_and_foreign_fields_are_empty() {
        let object = json!({"a": "x", "b": null, "c": 3});
        assert_eq!(["a", "b", "c", "d"].map(|name| text(&object, name)), ["x", "", "", ""]);
    }

    #[test]
    fn a_mapping_s_fields_are_an_object_or_refused() {
        assert_eq!(own_fields("").unwrap(), Map::new());
        assert_eq!(own_fields(r#"{"a": 1}"#).unwrap().get("a"), Some(&json!(1)));
        let error = own_fields("[]").unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "fields"));
    }

    #[test]
    fn a_ticket_s_identity_is_not_a_mapping_s_to_set() {
        let fields = r#"{"urgency": 1, "key": "mine"}"#;
        assert_eq!(free_fields(fields, |field| field == "id").unwrap().len(), 2);
        let error = free_fields(fields, |field| field == "key").unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "key"));
        assert_eq!(free_fields("[]", |_| false).unwrap_err().field, "fields");
    }

    #[test]
    fn a_value_that_no_field_holds_is_refused_with_its_name() {
        let error = not_a_value("map", "a text");
        assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "map"));
        assert!(error.message.contains("a field holds a text"), "{}", error.message);
    }

    #[test]
    fn scalars_have_a_text_and_the_rest_has_none() {
        let values = [json!(null), json!(true), json!(3), json!(2.5), json!("x"), json!([]), json!({})];
        let texts = values.each_ref().map(scalar);
        let expected = ["", "true", "3", "2.5", "x"].map(|text| Some(text.to_owned()));
        assert_eq!(texts.get(..5), Some(expected.as_slice()));
        assert_eq!(texts.get(5..), Some([None, None].as_slice()));
    }
}
