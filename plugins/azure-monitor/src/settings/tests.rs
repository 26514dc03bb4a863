use super::*;
use crate::testing::SUBSCRIPTION;
use serde_json::{Value, json};
use signalbox_sdk::testing::schema;

fn parsed(more: Value) -> Result<Settings, serde_json::Error> {
    let mut settings = json!({"subscriptions": [SUBSCRIPTION]});
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Settings::parse(&settings.to_string())
}

#[test]
fn the_schema_states_each_default() {
    assert_eq!(parsed(schema::stated_defaults(SCHEMA)).unwrap(), parsed(json!({})).unwrap());
}

#[test]
fn every_property_is_described_and_no_other_is_taken() {
    schema::assert_whole(SCHEMA);
    assert!(parsed(json!({"subscription": []})).is_err());
}

#[test]
fn nothing_is_asked_without_subscriptions() {
    assert!(Settings::parse("{}").is_err());
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    assert_eq!(schema["required"], json!(["subscriptions"]));
    assert_eq!(schema["properties"]["subscriptions"]["minItems"], json!(1));
}

#[test]
fn each_ticket_state_has_its_alert_state() {
    let states =
        [TicketState::Open, TicketState::Pending, TicketState::Resolved, TicketState::Closed, TicketState::Canceled];
    let of = |more: Value| {
        let settings = parsed(json!({ "report": more })).unwrap();
        states.map(|state| settings.report.of(state))
    };
    let (known, over) = (Some(AlertState::Acknowledged), Some(AlertState::Closed));
    assert_eq!(of(json!({})), [known, known, over, over, over]);
    assert_eq!(of(json!({"resolved": "leave", "canceled": "acknowledged"})), [known, known, None, over, known]);
    assert!(parsed(json!({"report": {"open": "New"}})).is_err());
}

#[test]
fn a_workspace_is_a_guid_or_an_id_in_a_listed_subscription() {
    let workspace = |subscription: &str| {
        format!(
            "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log"
        )
    };
    for (text, fit) in [
        ("9b0f6f0e-7d0c-4a53-8a0e-1f2d3c4b5a69".to_owned(), true),
        (workspace(SUBSCRIPTION), true),
        (workspace("9b0f6f0e-7d0c-4a53-8a0e-1f2d3c4b5a69"), false),
        ("log".into(), false),
    ] {
        let findings = parsed(json!({ "workspaces": [text] })).unwrap().findings();
        let at: Vec<_> = findings.iter().map(|fault| fault.at.as_str()).collect();
        assert_eq!(at, if fit { vec![] } else { vec!["/workspaces/0"] }, "{text}");
    }
}
