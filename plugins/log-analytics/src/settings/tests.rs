use super::*;
use crate::testing::DCR;
use serde_json::json;
use signalbox_sdk::testing::schema;

#[test]
fn the_schema_states_each_default() {
    let mut stated = schema::stated_defaults(SCHEMA);
    stated["dcr"] = DCR.into();
    let bare = Settings::parse(&json!({"dcr": DCR}).to_string()).unwrap();
    assert_eq!(Settings::parse(&stated.to_string()).unwrap(), bare);
}

#[test]
fn every_property_is_described_and_no_other_is_taken() {
    schema::assert_whole(SCHEMA);
    assert!(Settings::parse(&json!({"dcr": DCR, "stream": "x"}).to_string()).is_err());
}

#[test]
fn a_rule_must_be_named() {
    assert!(Settings::parse("{}").is_err());
}

#[test]
fn the_streams_differ() {
    let of = |events: &str| json!({"dcr": DCR, "stream_ticket_events": events}).to_string();
    let finding = Settings::parse(&of("Custom-ServiceDesk_CL")).unwrap().findings();
    assert_eq!(finding.iter().map(|fault| fault.at.as_str()).collect::<Vec<_>>(), ["/stream_ticket_events"]);
    assert_eq!(Settings::parse(&of("Custom-Other_CL")).unwrap().findings(), []);
}
