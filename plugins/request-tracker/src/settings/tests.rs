use super::*;
use serde_json::{Value, json};
use signalbox_sdk::testing::schema;

fn findings(settings: Value) -> Vec<String> {
    Settings::parse(&settings.to_string()).unwrap().findings().into_iter().map(|fault| fault.at).collect()
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
    assert!(Settings::parse(r#"{"queues": "x"}"#).is_err());
}

#[test]
fn a_status_of_one_s_own_needs_its_meaning() {
    assert_eq!(findings(json!({})), [""; 0]);
    assert_eq!(findings(json!({"resolved_status": "done"})), ["/resolved_status"]);
    assert_eq!(findings(json!({"resolved_status": "done", "states": {"done": "resolved"}})), [""; 0]);
    assert_eq!(findings(json!({"reopened_status": "rejected"})), ["/reopened_status"]);
    assert_eq!(findings(json!({"withdrawn_status": "stalled"})), ["/withdrawn_status"]);
}

#[test]
fn the_key_s_field_holds_nothing_else() {
    assert_eq!(findings(json!({"custom_fields": {"service": "signalbox key"}})), ["/custom_fields/service"]);
    assert_eq!(findings(json!({"custom_fields": {"service": "Service"}})), [""; 0]);
}

#[test]
fn a_queue_holds_incidents_or_changes() {
    assert_eq!(findings(json!({"list": {"change": ["General"]}})), ["/list/change"]);
    assert_eq!(findings(json!({"list": {"incident": ["Ops"], "change": ["General"]}})), [""; 0]);
}

#[test]
fn a_meaning_of_one_s_own_wins() {
    let settings =
        json!({"states": {"stalled": "closed"}, "phases": {"stalled": "approved"}, "priority": {"error": 9}});
    let settings = Settings::parse(&settings.to_string()).unwrap();
    assert_eq!(settings.state("stalled"), Some(TicketState::Closed));
    assert_eq!(settings.state("new"), Some(TicketState::Open));
    assert_eq!(settings.state("unheard"), None);
    assert_eq!(settings.phase("stalled"), Some(ChangePhase::Approved));
    assert_eq!((settings.priority.error, settings.priority.critical), (9, 100));
}
