use super::*;
use crate::chunk;
use crate::schema::tables;
use crate::testing::{KEY, NOW, incident};
use serde_json::{Value, json};
use signalbox_sdk::record;

fn row(record: ItsmRecord) -> Value {
    let platform = PlatformRecord { connection: "snow".into(), record };
    serde_json::from_str(&TABLE.row(&WorkItem { sequence: 42, now: NOW.into(), platform })).unwrap()
}

/// The connector's columns, as Microsoft documented them.
const CONNECTOR: [(&str, &str); 30] = [
    ("ServiceDeskConnectionName_s", "string"),
    ("ServiceDeskWorkItemType_s", "string"),
    ("ServiceDeskId_s", "string"),
    ("IncidentState_s", "string"),
    ("CRState_s", "string"),
    ("Urgency_s", "string"),
    ("Impact_s", "string"),
    ("Priority_s", "string"),
    ("Risk_s", "string"),
    ("Escalation_s", "string"),
    ("ConflictStatus_s", "string"),
    ("CreatedBy_s", "string"),
    ("ResolvedBy_s", "string"),
    ("ClosedBy_s", "string"),
    ("Source_s", "string"),
    ("AssignedTo_s", "string"),
    ("Category_s", "string"),
    ("Type_s", "string"),
    ("Title_s", "string"),
    ("Description_s", "string"),
    ("CreatedDate_t", "datetime"),
    ("ClosedDate_t", "datetime"),
    ("ResolvedDate_t", "datetime"),
    ("LastModifiedDate_t", "datetime"),
    ("RequestedDate_t", "datetime"),
    ("PlannedStartDate_t", "datetime"),
    ("PlannedEndDate_t", "datetime"),
    ("WorkStartDate_t", "datetime"),
    ("WorkEndDate_t", "datetime"),
    ("Computer", "string"),
];

#[test]
fn queries_for_the_connector_find_their_columns() {
    let [table, _] = tables();
    assert_eq!(table.name, "ServiceDesk_CL");
    for (name, kind) in CONNECTOR {
        assert!(table.columns.iter().any(|column| (column.0, column.1) == (name, kind)), "{name}");
    }
}

#[test]
fn an_incident_is_told_in_the_connector_s_columns() {
    let record = ItsmRecord {
        number: "INC0010077".into(),
        url: "https://example.com/INC0010077".into(),
        key: Some(KEY.into()),
        state: TicketState::Resolved,
        platform_state: "Resolved".into(),
        priority: "2 - High".into(),
        escalation: "Overdue".into(),
        origin: "monitoring".into(),
        configuration_items: vec!["db-1".into(), "db-2".into()],
        assignment: "Databases".into(),
        created_by: "Ada".into(),
        requested_by: "Ben".into(),
        created_at: Some("2026-11-20T08:00:00Z".into()),
        updated_at: Some("2026-11-20T09:30:00.123456Z".into()),
        resolved_at: Some("2026-11-20T09:30:00Z".into()),
        fields: r#"{"u_site":"Lyon"}"#.into(),
        ..incident("Disk full")
    };
    assert_eq!(
        row(record),
        json!({
            "TimeGenerated": "2026-11-20T09:30:00.123Z",
            "ServiceDeskConnectionName_s": "snow",
            "ServiceDeskWorkItemType_s": "Incident",
            "ServiceDeskId_s": "INC0010077",
            "IncidentState_s": "Resolved",
            "Priority_s": "2 - High",
            "Escalation_s": "Overdue",
            "Source_s": "monitoring",
            "Title_s": "Disk full",
            "Computer": "db-1",
            "CreatedBy_s": "Ada",
            "CreatedDate_t": "2026-11-20T08:00:00Z",
            "LastModifiedDate_t": "2026-11-20T09:30:00.123Z",
            "ResolvedDate_t": "2026-11-20T09:30:00Z",
            "Sequence": 42,
            "RecordId": "i-1",
            "Url": "https://example.com/INC0010077",
            "TicketKey": KEY,
            "State": "resolved",
            "Deleted": false,
            "ConfigurationItems": ["db-1", "db-2"],
            "AssignmentGroup": "Databases",
            "OpenedBy": "Ada",
            "RequestedBy": "Ben",
            "PlatformFields": {"u_site": "Lyon"},
        })
    );
}

#[test]
fn a_change_is_told_in_the_connector_s_columns() {
    let record = ItsmRecord {
        id: "c-1".into(),
        number: "CHG0030001".into(),
        platform_state: "Scheduled".into(),
        state: TicketState::Pending,
        phase: Some(ChangePhase::Approved),
        change_type: "normal".into(),
        risk: "High".into(),
        conflict_status: "No Conflict".into(),
        created_by: "Ada".into(),
        requested_by: "Ben".into(),
        planned_start: Some("2026-11-23T20:00:00Z".into()),
        ..record::blank(RecordKind::Change)
    };
    let row = row(record);
    let told: Vec<_> =
        ["ServiceDeskWorkItemType_s", "CRState_s", "Type_s", "Risk_s", "ConflictStatus_s", "CreatedBy_s", "Phase"]
            .map(|name| row[name].as_str().unwrap_or_default().to_owned())
            .to_vec();
    assert_eq!(told, ["ChangeRequest", "Scheduled", "normal", "High", "No Conflict", "Ben", "approved"]);
    assert_eq!((&row["PlannedStartDate_t"], row.get("IncidentState_s")), (&json!("2026-11-23T20:00:00Z"), None));
}

#[test]
fn a_version_s_time_is_the_latest_that_is_known() {
    let bare = incident("a");
    let created = ItsmRecord { created_at: Some("2026-01-01T00:00:00Z".into()), ..bare.clone() };
    let closed = ItsmRecord { closed_at: Some("2026-01-02T00:00:00Z".into()), ..created.clone() };
    let updated = ItsmRecord { updated_at: Some("2026-01-03T00:00:00Z".into()), ..closed.clone() };
    for (record, time) in [
        (bare, NOW),
        (created, "2026-01-01T00:00:00Z"),
        (closed, "2026-01-02T00:00:00Z"),
        (updated, "2026-01-03T00:00:00Z"),
    ] {
        assert_eq!(row(record)["TimeGenerated"], time);
    }
}

#[test]
fn the_largest_row_fits_a_body() {
    // Two bytes a character, escaped; nothing takes more.
    let long = || "\"".repeat(100_000);
    let list = || vec![long(); 100];
    let labels = (0..100).map(|index| (format!("{index}{}", "\\".repeat(500)), long())).collect();
    let record = ItsmRecord {
        kind: RecordKind::Change,
        id: long(),
        number: long(),
        url: long(),
        key: Some(long()),
        title: long(),
        description: long(),
        state: TicketState::Open,
        platform_state: long(),
        phase: Some(ChangePhase::Implementing),
        deleted: true,
        priority: long(),
        urgency: long(),
        impact: long(),
        escalation: long(),
        category: long(),
        change_type: long(),
        risk: long(),
        conflict_status: long(),
        origin: long(),
        configuration_items: list(),
        service: long(),
        assignment: long(),
        assigned_to: long(),
        created_by: long(),
        requested_by: long(),
        resolved_by: long(),
        closed_by: long(),
        close_code: long(),
        caused_by: long(),
        labels,
        fields: json!({"a": long(), "b": [long()], "c": {"d": "e"}}).to_string(),
        ..record::blank(RecordKind::Change)
    };
    let platform = PlatformRecord { connection: long(), record };
    let json = TABLE.row(&WorkItem { sequence: u64::MAX, now: NOW.into(), platform });
    assert!(json.len() + 2 <= chunk::LARGEST, "{}", json.len());
}
