use super::*;
use crate::testing::{GROUP, ID, INSTANCE, KEY, cell, settings};
use serde_json::{Value, json};

const PERSON: &str = "46d44a5dc0a8010e0000b10b7a3c9d21";

fn read(kind: RecordKind, row: &Value) -> ItsmRecord {
    record(&settings(json!({})), kind, &Row::parse(row).unwrap())
}

fn incident() -> Value {
    json!({
        "sys_id": ID, "number": "INC0010077", "correlation_id": KEY,
        "short_description": "Disk full on db-1", "description": "97 % > 90 %",
        "state": cell("6", "Resolved"), "priority": cell("2", "2 - High"), "urgency": cell("1", "1 - High"),
        "impact": cell("2", "2 - Medium"), "escalation": cell("0", "Normal"), "category": cell("software", "Software"),
        "contact_type": cell("monitoring", "Monitoring"), "cmdb_ci": cell(GROUP, "db-1"),
        "business_service": cell(GROUP, "Shop"), "assignment_group": cell(GROUP, "Operations"),
        "assigned_to": cell(PERSON, "Robin Vale"), "opened_by": cell(PERSON, "Signalbox"), "caller_id": cell(PERSON, "Kim Rue"),
        "resolved_by": cell(PERSON, "Robin Vale"), "closed_by": cell("", ""), "close_code": cell("Solution provided", ""),
        "caused_by": cell(GROUP, "CHG0030007"), "opened_at": cell("2026-11-22 13:06:00", "22.11.2026 14:06"),
        "sys_created_on": "2026-11-22 13:06:01", "sys_updated_on": "2026-11-22 15:00:00",
        "resolved_at": "2026-11-22 14:59:58", "closed_at": ""
    })
}

#[test]
fn an_incident_has_all_that_people_see_of_it() {
    let expected = ItsmRecord {
        kind: RecordKind::Incident,
        id: ID.into(),
        number: "INC0010077".into(),
        url: format!("{INSTANCE}/nav_to.do?uri=incident.do?sys_id={ID}"),
        key: Some(KEY.into()),
        title: "Disk full on db-1".into(),
        description: "97 % > 90 %".into(),
        state: TicketState::Resolved,
        platform_state: "Resolved".into(),
        phase: None,
        deleted: false,
        priority: "2 - High".into(),
        urgency: "1 - High".into(),
        impact: "2 - Medium".into(),
        escalation: "Normal".into(),
        category: "Software".into(),
        change_type: String::new(),
        risk: String::new(),
        conflict_status: String::new(),
        origin: "Monitoring".into(),
        configuration_items: vec!["db-1".into()],
        service: "Shop".into(),
        assignment: "Operations".into(),
        assigned_to: "Robin Vale".into(),
        created_by: "Signalbox".into(),
        requested_by: "Kim Rue".into(),
        resolved_by: "Robin Vale".into(),
        closed_by: String::new(),
        close_code: "Solution provided".into(),
        caused_by: "CHG0030007".into(),
        created_at: Some("2026-11-22T13:06:00Z".into()),
        updated_at: Some("2026-11-22T15:00:00Z".into()),
        resolved_at: Some("2026-11-22T14:59:58Z".into()),
        closed_at: None,
        requested_at: None,
        planned_start: None,
        planned_end: None,
        actual_start: None,
        actual_end: None,
        labels: Vec::new(),
        fields: Row::parse(&incident()).unwrap().fields(),
    };
    assert_eq!(read(RecordKind::Incident, &incident()), expected);
}

#[test]
fn a_correlation_id_of_somebody_else_is_no_key() {
    let mut row = incident();
    for (id, is_ours) in [
        (KEY.to_owned(), true),
        (String::new(), false),
        ("SR-4711".into(), false),
        (KEY.to_uppercase(), false),
        (KEY.replace("-1", "-x"), false),
        (KEY.replace("-1", ""), false),
    ] {
        row["correlation_id"] = json!(id);
        assert_eq!(read(RecordKind::Incident, &row).key.is_some(), is_ours, "{id}");
    }
}

#[test]
fn a_change_has_its_phase_and_its_times() {
    let change = read(
        RecordKind::Change,
        &json!({
            "sys_id": ID, "number": "CHG0030007", "state": cell("-1", "Implement"), "type": cell("emergency", "Emergency"),
            "risk": cell("2", "High"), "conflict_status": cell("Not Run", "Not Run"), "requested_by": cell(PERSON, "Kim Rue"),
            "requested_by_date": "2026-11-23 00:00:00", "start_date": "2026-11-22 20:00:00", "end_date": "2026-11-22 22:00:00",
            "work_start": "2026-11-22 20:01:00", "work_end": "", "sys_created_by": "kim.rue",
            "sys_created_on": "2026-11-20 08:00:00", "cmdb_ci": cell("", "")
        }),
    );
    assert_eq!((change.state, change.phase), (TicketState::Open, Some(ChangePhase::Implementing)));
    assert_eq!((change.change_type.as_str(), change.risk.as_str()), ("emergency", "High"));
    assert_eq!((change.conflict_status.as_str(), change.requested_by.as_str()), ("Not Run", "Kim Rue"));
    assert_eq!(change.requested_at.as_deref(), Some("2026-11-23T00:00:00Z"));
    assert_eq!(change.planned_start.as_deref(), Some("2026-11-22T20:00:00Z"));
    assert_eq!(change.planned_end.as_deref(), Some("2026-11-22T22:00:00Z"));
    assert_eq!((change.actual_start.as_deref(), change.actual_end), (Some("2026-11-22T20:01:00Z"), None));
    assert_eq!((change.created_by.as_str(), change.created_at.as_deref()), ("kim.rue", Some("2026-11-20T08:00:00Z")));
    assert_eq!(change.configuration_items, [""; 0]);
    assert_eq!(change.url, format!("{INSTANCE}/nav_to.do?uri=change_request.do?sys_id={ID}"));
}

#[test]
fn a_change_in_a_state_of_the_instance_s_own_is_open_until_it_is_inactive() {
    let state = |active: &str| {
        let change =
            read(RecordKind::Change, &json!({"sys_id": ID, "state": cell("42", "Piloting"), "active": active}));
        (change.state, change.phase)
    };
    assert_eq!(state("true"), (TicketState::Open, None));
    assert_eq!(state("false"), (TicketState::Closed, Some(ChangePhase::Done)));
}

#[test]
fn changes_stand_in_the_table_that_the_settings_name() {
    let settings = Settings::parse(r#"{"tables": {"change": "u_change"}}"#).unwrap();
    assert_eq!(table(&settings, RecordKind::Change), "u_change");
    assert_eq!(table(&settings, RecordKind::Incident), "incident");
}
