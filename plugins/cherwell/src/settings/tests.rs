use super::*;
use serde_json::{Value, json};
use signalbox_sdk::testing::schema;

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn at(settings: Value) -> Vec<String> {
    let settings = Settings::parse(&settings.to_string()).unwrap();
    settings.findings().into_iter().map(|fault| fault.at).collect()
}

#[test]
fn the_schema_states_each_default() {
    let stated = schema::stated_defaults(SCHEMA);
    assert_eq!(Settings::parse(&stated.to_string()).unwrap(), Settings::default());
    assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
}

#[test]
fn every_property_is_described_and_no_other_is_taken() {
    schema::assert_whole(SCHEMA);
    assert!(Settings::parse(r#"{"keyfield": "x"}"#).is_err());
    assert!(Settings::parse(r#"{"incident": {"fields": {"headline": "x"}}}"#).is_err());
}

#[test]
fn the_schema_and_the_code_know_the_same_roles() {
    let schema = schema();
    for role in schema["$defs"]["role"]["enum"].as_array().unwrap() {
        let settings = json!({"incident": {"fields": {role.as_str().unwrap(): "x"}}});
        assert!(Settings::parse(&settings.to_string()).is_ok(), "{role}");
    }
}

#[test]
fn an_object_may_be_described_in_part() {
    let settings = json!({"incident": {"fields": {"title": "Headline"}}, "change": {"object": "RFC"}});
    let settings = Settings::parse(&settings.to_string()).unwrap();
    assert_eq!(settings.object(RecordKind::Incident), "Incident");
    assert_eq!(settings.field(RecordKind::Incident, Role::Title), "Headline");
    assert_eq!(settings.field(RecordKind::Incident, Role::State), "Status");
    assert_eq!(settings.object(RecordKind::Change), "RFC");
    assert_eq!(settings.field(RecordKind::Change, Role::Title), "Title");
    let settings = Settings::parse(r#"{"severity": {"error": {"Urgency": "High"}}}"#).unwrap();
    assert_eq!(settings.severity.error, Values::from([("Urgency".into(), "High".into())]));
    assert_eq!(settings.severity.critical, delivered_priorities().critical);
}

#[test]
fn the_defaults_have_no_findings() {
    assert_eq!(Settings::default().findings(), []);
}

#[test]
fn dates_that_cannot_be_read_back_are_found() {
    assert_eq!(at(json!({"dates": {"format": "%m/%d/%Y"}})), ["/dates/format"]);
    assert_eq!(at(json!({"dates": {"time_zone": "Europe/Berlin"}})), ["/dates/time_zone"]);
    assert_eq!(at(json!({"dates": {"format": "%d.%m.%Y %H:%M", "time_zone": "CET-1CEST,M3.5.0,M10.5.0/3"}})), [""; 0]);
}

#[test]
fn a_state_of_the_system_s_own_must_be_given_its_meaning() {
    assert_eq!(at(json!({"resolved_state": "Fixed"})), ["/resolved_state"]);
    assert_eq!(at(json!({"resolved_state": "Fixed", "states": {"Fixed": "resolved"}})), [""; 0]);
    assert_eq!(at(json!({"reopen_state": "Closed"})), ["/reopen_state"]);
}

#[test]
fn a_condition_on_the_pull_s_own_fields_is_found() {
    let on = |field: &str| json!({"list": {"incident": [{"field": field, "value": "x"}]}});
    assert_eq!(at(on("lastmodifieddatetime")), ["/list/incident/0"]);
    assert_eq!(at(on("RecID")), ["/list/incident/0"]);
    assert_eq!(at(on("Status")), [""; 0]);
}

#[test]
fn an_incident_without_a_state_or_a_story_is_found() {
    assert_eq!(at(json!({"incident": {"fields": {"state": ""}}})), ["/incident/fields"]);
    assert_eq!(at(json!({"change": {"fields": {"updated_at": ""}}})), ["/change/fields"]);
}

#[test]
fn a_key_that_a_setting_would_write_over_is_found() {
    assert_eq!(at(json!({"resolving": {"externalalertid": ""}})), ["/resolving"]);
    assert_eq!(at(json!({"key_field": "Tag", "opening": {"Tag": "x"}})), ["/opening"]);
    assert_eq!(at(json!({"severity": {"error": {"RecID": "x"}}})), ["/severity/error"]);
    assert_eq!(at(json!({"reopening": {"Cause": ""}})), [""; 0]);
}
