use super::*;
use crate::lists::List;
use crate::testing::{ID, KEY, entry, projection, settings, stored, with};
use serde_json::{Value, json};
use signalbox_sdk::records::ChangePhase;

fn of(kind: RecordKind, object: Value) -> ItsmRecord {
    record(&settings(json!({})), kind, &projection(object))
}

fn change(more: Value) -> Value {
    let change = json!({
        "ClassTypeId": "e6c9cf6e-d7fe-1b5d-216c-c3f5d2c7670c",
        "BaseId": ID,
        "Id": "CR31",
        "Title": "Patch db-1",
        "Description": "monthly",
        "Status": entry(List::ChangeStatus, "InProgress"),
        "Priority": {"Id": ID, "Name": "High"},
        "Impact": {"Id": ID, "Name": "Minor"},
        "Risk": {"Id": ID, "Name": "Low"},
        "Category": {"Id": ID, "Name": "Standard"},
        "Area": {"Id": ID, "Name": "Server"},
        "RequiredBy": "2026-11-25T00:00:00",
        "ScheduledStartDate": "2026-11-23T20:00:00",
        "ScheduledEndDate": "2026-11-23T22:00:00",
        "ActualStartDate": "2026-11-23T20:05:00",
        "ActualEndDate": null,
        "CreatedDate": "2026-11-20T08:00:00",
        "LastModified": "2026-11-22T13:06:00.25",
        "HasRelatedConfigItems": [{"BaseId": ID, "DisplayName": "db-1"}],
        "RequestedWorkItem": {"BaseId": ID, "DisplayName": "Robin Vale"},
    });
    with(change, more)
}

#[test]
fn an_incident_is_a_record() {
    let object = with(
        stored("Resolved"),
        json!({
            "Escalated": true, "ResolvedDate": "2026-11-22T14:00:00", "Classification": {"Id": ID, "Name": "Hardware"},
            "ResolutionCategory": entry(List::ResolutionCategory, "FixedByAnalyst"),
            "RelatesToConfigItem": [{"BaseId": ID, "DisplayName": "db-1"}],
            "RequestedWorkItem": {"BaseId": ID, "DisplayName": "Robin Vale"}
        }),
    );
    let record = of(RecordKind::Incident, object);
    assert_eq!((record.id.as_str(), record.number.as_str(), record.key.as_deref()), (ID, "IR77", Some(KEY)));
    assert_eq!((record.state, record.platform_state.as_str(), record.phase), (TicketState::Resolved, "Resolved", None));
    assert_eq!((record.priority.as_str(), record.impact.as_str(), record.urgency.as_str()), ("2", "Medium", "High"));
    assert_eq!((record.category.as_str(), record.origin.as_str()), ("Hardware", "System"));
    assert_eq!((record.escalation.as_str(), record.close_code.as_str()), ("true", "FixedByAnalyst"));
    assert_eq!((record.configuration_items, record.requested_by.as_str()), (vec!["db-1".to_owned()], "Robin Vale"));
    assert_eq!(record.resolved_at.as_deref(), Some("2026-11-22T14:00:00Z"));
    assert_eq!(record.url, "https://portal.example.com/Incident/Edit/IR77");
}

#[test]
fn a_change_is_a_record_with_its_times() {
    let record = of(RecordKind::Change, change(json!({})));
    assert_eq!((record.number.as_str(), record.phase), ("CR31", Some(ChangePhase::Implementing)));
    assert_eq!(
        (record.priority.as_str(), record.risk.as_str(), record.change_type.as_str()),
        ("High", "Low", "Standard")
    );
    assert_eq!((record.category.as_str(), record.key), ("Server", None));
    assert_eq!(record.planned_start.as_deref(), Some("2026-11-23T20:00:00Z"));
    assert_eq!((record.requested_at.as_deref(), record.actual_end), (Some("2026-11-25T00:00:00Z"), None));
    assert_eq!(record.configuration_items, ["db-1"]);
    assert_eq!(record.url, "https://portal.example.com/ChangeRequest/Edit/CR31");
}

#[test]
fn a_change_in_a_status_of_the_installation_has_no_phase() {
    let own = json!({"Status": {"Id": ID, "Name": "With the board"}});
    let record = of(RecordKind::Change, change(own.clone()));
    assert_eq!((record.state, record.phase), (TicketState::Open, None));
    let over = with(own, json!({"ActualEndDate": "2026-11-23T21:00:00"}));
    assert_eq!(of(RecordKind::Change, change(over)).state, TicketState::Resolved);
}

#[test]
fn only_a_gateway_s_key_is_a_key() {
    for (text, is_one) in [
        (KEY, true),
        ("", false),
        ("+41 44 000 00 00", false),
        ("0e54ab7c9d3f1862055aa1b2c3d4e5f6071829ab", false),
        ("0E54AB7C9D3F1862055AA1B2C3D4E5F6071829AB-1", false),
    ] {
        let record = of(RecordKind::Incident, with(stored("Active"), json!({"ContactMethod": text})));
        assert_eq!(record.key.is_some(), is_one, "{text}");
    }
}
