//! Requests as the interface reads them: names in any case, `"true"` for true, absent and null alike.

use serde_json::Value;

use super::refusal::Refusal;
use crate::shared::Call;

/// The body, which must be an object of JSON.
///
/// # Errors
/// [`Refusal::BadRequest`] where it is not.
pub fn body(call: &Call) -> Result<Value, Refusal> {
    let body: Option<Value> = serde_json::from_slice(&call.body).ok();
    body.filter(Value::is_object).ok_or_else(|| Refusal::BadRequest("The request is invalid.".into()))
}

/// A member of an object, whatever the case of its name; null where there is none.
#[must_use]
pub fn member<'a>(object: &'a Value, name: &str) -> &'a Value {
    let members = object.as_object().into_iter().flatten();
    members.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map_or(&Value::Null, |(_, value)| value)
}

/// A text or a number as text; empty where there is neither.
#[must_use]
pub fn text(object: &Value, name: &str) -> String {
    match member(object, name) {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        _ => String::new(),
    }
}

/// True or false, also as text; none where neither is said.
#[must_use]
pub fn flag(object: &Value, name: &str) -> Option<bool> {
    match member(object, name) {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

/// A whole number, also as text.
#[must_use]
pub fn number(object: &Value, name: &str) -> Option<usize> {
    text(object, name).trim().parse().ok()
}

/// The elements of a list; none where there is no list.
pub fn list<'a>(object: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    member(object, name).as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_and_values_are_read_as_they_come() {
        let object = json!({"busObID": "a", "Persist": "True", "pageNumber": "2", "none": null});
        assert_eq!(text(&object, "busObId"), "a");
        assert_eq!(flag(&object, "persist"), Some(true));
        assert_eq!(number(&object, "pagenumber"), Some(2));
        assert_eq!((flag(&object, "none"), text(&object, "absent")), (None, String::new()));
    }
}
