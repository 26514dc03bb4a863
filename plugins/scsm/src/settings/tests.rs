use super::*;
use serde_json::{Value, json};
use signalbox_sdk::testing::schema;

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn findings(settings: Value) -> Vec<String> {
    let settings = Settings::parse(&settings.to_string()).unwrap();
    settings.findings().into_iter().map(|fault| fault.at).collect()
}

#[test]
fn the_schema_states_each_default() {
    let stated = schema::stated_defaults(SCHEMA);
    assert_eq!(Settings::parse(&stated.to_string()).unwrap(), Settings::default());
    assert_eq!(Settings::parse("{}").unwrap(), Settings::default());
    assert_eq!(schema()["required"], json!(["created_by"]));
}

#[test]
fn every_property_is_described_and_no_other_is_taken() {
    schema::assert_whole(SCHEMA);
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
