//! Reading JSON that other people's tools have touched.
//!
//! Names match whatever their case, null counts as absent, a number may come as text and text as a number. Nothing here fails:
//! what cannot be read is absent, and the caller decides what that means.

use serde_json::{Number, Value};

/// Tolerant access to the members of a JSON value.
pub trait Lenient {
    /// The member of this name in any case; none where it is absent or null.
    fn field(&self, name: &str) -> Option<&Value>;

    /// The first of these members that is there.
    fn any_field(&self, names: &[&str]) -> Option<&Value>;

    /// A member as trimmed text; none where it is empty, an array, or an object that holds no value.
    fn text(&self, name: &str) -> Option<String>;

    /// The first of these members that reads as text.
    fn any_text(&self, names: &[&str]) -> Option<String>;

    /// A member as truth, also where it is spelt `"True"` or `1`.
    fn flag(&self, name: &str) -> Option<bool>;

    /// The elements of an array; a lone value counts as one element.
    fn list(&self, name: &str) -> Vec<&Value>;

    /// The elements of an array that read as text.
    fn texts(&self, name: &str) -> Vec<String>;

    /// Names with values, from an object or from an array of `{"name", "value"}`.
    fn pairs(&self, name: &str) -> Vec<(String, String)>;
}

/// Most members that are asked for are absent, so that the length, which is cheap, is compared first.
fn is_spelling(key: &str, name: &str) -> bool {
    key.len() >= name.len() && key.trim().eq_ignore_ascii_case(name)
}

// === impl Lenient ===

impl Lenient for Value {
    fn field(&self, name: &str) -> Option<&Value> {
        let members = self.as_object()?;
        members.get(name).filter(|value| !value.is_null()).or_else(|| {
            let mut spelt = members.iter().filter(|(key, _)| is_spelling(key, name)).map(|(_, value)| value);
            spelt.find(|value| !value.is_null())
        })
    }

    fn any_field(&self, names: &[&str]) -> Option<&Value> {
        names.iter().find_map(|name| self.field(name))
    }

    fn text(&self, name: &str) -> Option<String> {
        self.field(name).and_then(text_of)
    }

    fn any_text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.text(name)?.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        }
    }

    fn list(&self, name: &str) -> Vec<&Value> {
        match self.field(name) {
            Some(Value::Array(elements)) => elements.iter().filter(|element| !element.is_null()).collect(),
            Some(lone) => vec![lone],
            None => Vec::new(),
        }
    }

    fn texts(&self, name: &str) -> Vec<String> {
        self.list(name).into_iter().filter_map(text_of).collect()
    }

    fn pairs(&self, name: &str) -> Vec<(String, String)> {
        self.field(name).map(pairs_of).unwrap_or_default()
    }
}

/// A scalar as trimmed text; an object `{"value", "localizedValue"}`, as the activity log has them, as what people read.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number_text(number)),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Object(_) => value.any_text(&["localizedValue", "value"]),
        Value::Null | Value::Array(_) => None,
    }
}

/// Names with values, from an object or from an array of `{"name", "value"}`; in the order sent.
pub fn pairs_of(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(members) => {
            members.iter().filter_map(|(name, value)| Some((name.clone(), any_text(value)?))).collect()
        }
        Value::Array(elements) => elements
            .iter()
            .filter_map(|element| Some((element.any_text(&["name", "key"])?, any_text(element.field("value")?)?)))
            .collect(),
        _ => Vec::new(),
    }
}

/// What a person would call this JSON type, for messages.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Any value that is not empty as text, containers as compact JSON.
fn any_text(value: &Value) -> Option<String> {
    match value {
        Value::Array(elements) if elements.is_empty() => None,
        Value::Object(members) if members.is_empty() => None,
        Value::Array(_) | Value::Object(_) => Some(value.to_string()),
        scalar => text_of(scalar),
    }
}

/// A JSON number without the `.0` that says nothing.
fn number_text(number: &Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_match_in_any_case_and_null_is_absent() {
        let value = json!({"AlertRuleID": "a", "description": null});
        assert_eq!(value.text("alertRuleId").as_deref(), Some("a"));
        assert_eq!(value.field("description"), None);
        assert_eq!(json!({"alertRuleId": null, "alertRuleID": "a"}).text("alertRuleId").as_deref(), Some("a"));
    }

    #[test]
    fn numbers_and_texts_stand_in_for_each_other() {
        let value =
            json!({"a": "12.5", "b": 5.0, "c": 7, "d": "x", "e": "True", "f": {"value": "v", "localizedValue": "V"}});
        assert_eq!(value.text("b").as_deref(), Some("5"));
        assert_eq!(value.text("c").as_deref(), Some("7"));
        assert_eq!(value.flag("e"), Some(true));
        assert_eq!(value.text("f").as_deref(), Some("V"));
    }

    #[test]
    fn pairs_come_from_objects_and_from_lists() {
        let expected = vec![("a".to_owned(), "1".to_owned())];
        assert_eq!(json!({"d": {"a": 1, "b": null}}).pairs("d"), expected);
        assert_eq!(json!({"d": [{"Name": "a", "Value": "1"}, {"name": "b", "value": null}, 3]}).pairs("D"), expected);
    }

    #[test]
    fn lone_value_is_a_list_of_one() {
        assert_eq!(json!({"t": "x"}).texts("t"), ["x"]);
        assert_eq!(json!({"t": ["x", null, "", 4]}).texts("t"), ["x", "4"]);
    }
}
