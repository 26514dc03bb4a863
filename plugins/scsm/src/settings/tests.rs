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
            None if property.get("properties").is_some() => stated_defaults(property),
            None => continue,
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

fn findings(settings: Value) -> Vec<String> {
    let settings = Settings::parse(&settings.to_string()).unwrap();
    settings.findings().into_iter().map(|fault| fault.at).collect()
}

#[test]
fn the_schema_states_each_default() {
    let stated = stated_defaults(&schema());
    assert_eq!(Settings::parse(&stated.to_string()).unwrap(), Settings::default());
    assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
    assert_eq!(schema()["required"], json!(["created_by"]));
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
    assert!(Settings::parse(r#"{"createdby": "x"}"#).is_err());
}

#[test]
fn a_table_may_be_given_in_part() {
    let settings =
        Settings::parse(r#"{"severity": {"error": {"impact": "High", "urgency": "Low"}}, "paths": {"commit": "/x"}}"#)
            .unwrap();
    assert_eq!(settings.severity.error, Weight { impact: "High".into(), urgency: "Low".into() });
    assert_eq!(settings.severity.critical.impact, "High");
    assert_eq!((settings.paths.commit.as_str(), settings.paths.list.as_str()), ("/x", "/api/V3/Enum/GetFlatList"));
}

#[test]
fn the_defaults_have_no_findings() {
    assert_eq!(Settings::default().findings(), []);
}

#[test]
fn what_should_be_a_guid_and_is_none_is_found() {
    let settings = json!({
        "template": "Default", "key": {"class": "x"}, "projections": {"incident": "a", "change": "b", "configuration_item": "c"},
        "states": {"On hold": "pending"}, "lists": {"Site": "Sites"}
    });
    let expected = [
        "/template",
        "/key/class",
        "/projections/incident",
        "/projections/change",
        "/projections/configuration_item",
        "/states/On hold",
        "/lists/Site",
    ];
    assert_eq!(findings(settings), expected);
}

#[test]
fn a_status_must_have_the_meaning_that_it_is_used_for() {
    let own = "5b0e7d34-6a19-4c82-93f7-e1d2c3b4a596";
    for (settings, expected) in [
        (json!({"resolved_status": "Closed"}), vec!["/resolved_status"]),
        (json!({"resolved_status": own}), vec!["/resolved_status"]),
        (json!({"resolved_status": own, "states": {(own): "resolved"}}), vec![]),
        (json!({"reopen_status": "Resolved"}), vec!["/reopen_status"]),
        (json!({"reopen_status": "Active.Pending"}), vec![]),
        // Only the portal knows its names: `probe` asks it.
        (json!({"resolved_status": "Erledigt"}), vec![]),
    ] {
        assert_eq!(findings(settings.clone()), expected, "{settings}");
    }
}

#[test]
fn a_key_cannot_stand_where_service_manager_writes() {
    assert_eq!(findings(json!({"key": {"property": "DisplayName"}})), ["/key/property"]);
    assert_eq!(findings(json!({"key": {"property": "GatewayKey"}})), [""; 0]);
}

#[test]
fn a_status_means_what_the_settings_say_first() {
    let active = List::Status.entry("Active").unwrap();
    let upper = format!("{{{}}}", active.to_string().to_uppercase());
    let settings = Settings::parse(&json!({"states": {(upper): "pending"}}).to_string()).unwrap();
    assert_eq!(settings.state(active), Some(TicketState::Pending));
    assert_eq!(Settings::default().state(active), Some(TicketState::Open));
    assert_eq!(Settings::default().state(List::Impact.root()), None);
}
