use super::*;
use serde_json::{Value, json};
use signalbox_sdk::testing::schema;

#[test]
fn the_schema_states_each_default() {
    let stated = schema::stated_defaults(SCHEMA);
    assert_eq!(Settings::parse(&stated.to_string()).unwrap(), Settings::default());
    assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
}

#[test]
fn every_property_is_described_and_no_other_is_taken() {
    schema::assert_whole(SCHEMA);
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
