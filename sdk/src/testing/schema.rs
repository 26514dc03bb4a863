//! A schema of settings, held against what it describes: people and editors read the schema, the adapter reads the settings, and
//! the two must not part.

use serde_json::{Map, Value};

/// The defaults that a schema states, as settings; what has none is left out, unless it is a table with defaults of its own.
///
/// # Panics
/// Where the text is no JSON.
#[must_use]
pub fn stated_defaults(schema: &str) -> Value {
    defaults(&parsed(schema))
}

/// Asserts that each property is described, definitions included, and that no table takes another one.
///
/// # Panics
/// Where it is not so, with the property's place.
pub fn assert_whole(schema: &str) {
    let schema = parsed(schema);
    assert_eq!(schema.get("additionalProperties"), Some(&Value::Bool(false)), "the whole");
    each_property(&schema, "", &mut |at, property| {
        let words = property.get("description").and_then(Value::as_str).unwrap_or_default();
        assert!(!words.is_empty(), "{at} has no description");
        let is_table = property.get("properties").is_some();
        assert!(
            !is_table || property.get("additionalProperties") == Some(&Value::Bool(false)),
            "{at} takes any property"
        );
    });
}

#[allow(clippy::expect_used, reason = "a schema that is no JSON must fail the test")]
fn parsed(schema: &str) -> Value {
    serde_json::from_str(schema).expect("the schema is JSON")
}

fn defaults(schema: &Value) -> Value {
    let mut object = Map::new();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let default = property.get("default").cloned();
        let own = property.get("properties").map(|_| defaults(property));
        if let Some(default) = default.or(own) {
            object.insert(name.clone(), default);
        }
    }
    object.into()
}

fn each_property(schema: &Value, at: &str, check: &mut impl FnMut(&str, &Value)) {
    for group in ["properties", "$defs"] {
        for (name, property) in schema.get(group).and_then(Value::as_object).into_iter().flatten() {
            let at = format!("{at}/{name}");
            check(&at, property);
            each_property(property, &at, check);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(page: &Value) -> String {
        let list = json!({
            "description": "The list.", "type": "object", "additionalProperties": false, "properties": {"page": page}
        });
        let properties = json!({"name": {"description": "The name."}, "list": list});
        json!({"type": "object", "additionalProperties": false, "properties": properties}).to_string()
    }

    #[test]
    fn defaults_are_read_from_tables_too() {
        let schema = schema(&json!({"description": "Rows.", "default": 20}));
        assert_eq!(stated_defaults(&schema), json!({"list": {"page": 20}}));
        assert_whole(&schema);
    }

    #[test]
    #[should_panic(expected = "/list/page has no description")]
    fn a_property_without_a_description_fails_the_test() {
        assert_whole(&schema(&json!({"default": 20})));
    }

    #[test]
    #[should_panic(expected = "/list/page takes any property")]
    fn a_table_that_takes_anything_fails_the_test() {
        assert_whole(&schema(&json!({"description": "Rows.", "properties": {}})));
    }
}
