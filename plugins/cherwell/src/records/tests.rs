use super::*;
use crate::testing::{ID, KEY, record as answer, settings};
use serde_json::json;
use signalbox_sdk::records::ChangePhase;

fn read(kind: RecordKind, set: serde_json::Value, fields: &[(&str, &str)]) -> ItsmRecord {
    let settings = settings(set);
    let row = Row::parse(&answer(ID, "10222", fields)).unwrap();
    super::record(&settings, &settings.dates().unwrap(), kind, &row)
}

#[test]
fn an_incident_has_all_that_people_see_of_it() {
    let fields = [
        ("ShortDescription", "Disk full on db-1"),
        ("Description", "97 % > 90 %"),
        ("Status", "Resolved"),
        ("ExternalAlertID", KEY),
        ("Priority", "2"),
        ("Urgency", "High"),
        ("Impact", "Department"),
        ("Category", "Storage"),
        ("Source", "Event"),
        ("Service", "Shop"),
        ("OwnedByTeam", "Operations"),
        ("OwnedBy", "Robin Vale"),
        ("CustomerDisplayName", "Kim Rue"),
        ("ConfigItemDisplayName", "db-1"),
        ("CreatedBy", "Signalbox"),
        ("ChangeID", "50007"),
        ("CreatedDateTime", "11/22/2026 1:06 PM"),
        ("LastModifiedDateTime", "11/22/2026 3:00 PM"),
        ("Stat_DateTimeResolved", "11/22/2026 2:59 PM"),
    ];
    let record = read(RecordKind::Incident, json!({}), &fields);
    let texts = [
        &record.id,
        &record.number,
        &record.title,
        &record.description,
        &record.platform_state,
        &record.priority,
        &record.urgency,
        &record.impact,
        &record.category,
        &record.origin,
        &record.service,
        &record.assignment,
        &record.assigned_to,
        &record.requested_by,
        &record.created_by,
        &record.caused_by,
    ];
    let expected = [
        ID,
        "10222",
        "Disk full on db-1",
        "97 % > 90 %",
        "Resolved",
        "2",
        "High",
        "Department",
        "Storage",
        "Event",
        "Shop",
        "Operations",
        "Robin Vale",
        "Kim Rue",
        "Signalbox",
        "50007",
    ];
    assert_eq!(texts.map(String::as_str), expected);
    assert_eq!((record.state, record.phase, record.key.as_deref()), (TicketState::Resolved, None, Some(KEY)));
    assert_eq!(record.configuration_items, ["db-1"]);
    assert_eq!(record.created_at.as_deref(), Some("2026-11-22T13:06:00Z"));
    assert_eq!(record.updated_at.as_deref(), Some("2026-11-22T15:00:00Z"));
    assert_eq!((record.resolved_at.as_deref(), record.closed_at), (Some("2026-11-22T14:59:00Z"), None));
}

#[test]
fn a_change_has_a_phase_and_a_plan() {
    let fields = [
        ("Title", "Patch db-1"),
        ("Status", "Scheduled"),
        ("Type", "Normal"),
        ("Risk", "Low"),
        ("Conflict", "No"),
        ("RequestedBy", "Kim Rue"),
        ("ProposedStartDate", "11/23/2026 1:00 AM"),
        ("ProposedEndDate", "11/23/2026 3:00 AM"),
        ("ActualStartDate", "11/23/2026 1:05 AM"),
        ("LastModifiedDateTime", "11/22/2026 3:00 PM"),
    ];
    let set = json!({"dates": {"time_zone": "+01:00"}});
    let record = read(RecordKind::Change, set, &fields);
    assert_eq!((record.state, record.phase), (TicketState::Open, Some(ChangePhase::Approved)));
    let texts = [&record.title, &record.change_type, &record.risk, &record.conflict_status, &record.requested_by];
    assert_eq!(texts.map(String::as_str), ["Patch db-1", "Normal", "Low", "No", "Kim Rue"]);
    assert_eq!(record.planned_start.as_deref(), Some("2026-11-23T00:00:00Z"));
    assert_eq!(record.planned_end.as_deref(), Some("2026-11-23T02:00:00Z"));
    assert_eq!(record.actual_start.as_deref(), Some("2026-11-23T00:05:00Z"));
    assert_eq!((record.actual_end, record.key), (None, None));
}

#[test]
fn a_change_in_a_state_that_nobody_knows_is_open_and_has_no_phase() {
    let record = read(RecordKind::Change, json!({}), &[("Status", "Unheard Of")]);
    assert_eq!((record.state, record.phase), (TicketState::Open, None));
}

#[test]
fn only_a_gateway_s_key_is_a_key() {
    for (key, known) in
        [(KEY, true), ("", false), ("INC-1", false), ("0e54ab7c9d3f1862055aa1b2c3d4e5f6071829ab-", false)]
    {
        let record = read(RecordKind::Incident, json!({}), &[("ExternalAlertID", key)]);
        assert_eq!(record.key.is_some(), known, "{key}");
    }
}
