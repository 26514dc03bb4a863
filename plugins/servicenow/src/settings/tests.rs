use super::*;
use serde_json::{Map, Value, json};

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

/// The defaults that a schema states, as an object.
fn stated_defaults(schema: &Value) -> Value {
    let mut object = Map::new();
    for (name, property) in schema["properties"].as_object().unwrap() {
        let default = match property.get("default") {
            Some(default) => default.clone(),
            None => stated_defaults(property),
        };
        object.insert(name.clone(), default);
    }
    Value::Object(object)
}

/// Calls `check` on each property of a schema, definitions included.
fn each_property(schema: &Value, at: &str, check: &mut impl FnMut(&str, &Value)) {
    for group in ["properties", "$defs"] {
        for (name, property) in schema.get(group).and_then(Value::as_object).into_iter().flatten() {
            let at = format!("{at}/{name}");
            check(&at, property);
            each_property(property, &at, check);
        }
    }
}

#[test]
fn the_schema_states_each_default() {
    let stated = stated_defaults(&schema());
    assert_eq!(Settings::parse(&stated.to_string()).unwrap(), Settings::default());
    assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
}

#[test]
fn every_property_is_described_and_no_other_is_taken() {
    each_property(&schema(), "", &mut |at, property| {
        let described = property["description"].as_str().is_some_and(|words| !words.is_empty());
        assert!(described, "{at}");
        if property.get("properties").is_some() {
            assert_eq!(property["additionalProperties"], json!(false), "{at}");
        }
    });
    assert_eq!(schema()["additionalProperties"], json!(false));
    assert!(Settings::parse(r#"{"closecode": "x"}"#).is_err());
}

#[test]
fn a_table_of_severities_may_be_given_in_part() {
    let settings =
        Settings::parse(r#"{"severity": {"error": {"impact": 1, "urgency": 2}}, "event": {"class": "x"}}"#).unwrap();
    assert_eq!(settings.severity.error, Weight { impact: 1, urgency: 2 });
    assert_eq!(settings.severity.critical, Weight { impact: 1, urgency: 1 });
    assert_eq!(settings.event.severity, connector_severities());
}

#[test]
fn the_defaults_have_no_findings() {
    assert_eq!(Settings::default().findings(), []);
}

#[test]
fn a_query_that_would_break_the_pull_is_found() {
    for (query, fit) in [
        ("", true),
        ("category=network^ORcategory=hardware", true),
        ("order_number=3", true),
        ("active=true^NQpriority=1", false),
        ("active=true^ORDERBYnumber", false),
        ("ORDERBYnumber", false),
        ("^active=true", false),
    ] {
        let settings = Settings { list: List { incident: query.into(), ..List::default() }, ..Settings::default() };
        let at: Vec<_> = settings.findings().into_iter().map(|fault| fault.at).collect();
        let expected: &[&str] = if fit { &[] } else { &["/list/incident"] };
        assert_eq!(at, expected, "{query}");
    }
}

#[test]
fn a_state_of_the_instance_must_be_given_its_meaning() {
    let with = |states: Value| Settings::parse(&json!({"resolved_state": "16", "states": states}).to_string()).unwrap();
    assert_eq!(with(json!({})).findings()[0].at, "/resolved_state");
    assert_eq!(with(json!({"16": "resolved"})).findings(), []);
    let settings = Settings::parse(r#"{"reopen_state": "7"}"#).unwrap();
    assert_eq!(settings.findings()[0].at, "/reopen_state");
}
