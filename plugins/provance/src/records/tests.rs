use super::*;
use crate::testing::{ACCOUNT, API, ID, KEY, ORGANISATION, TEAM, settings};
use serde_json::{Value, json};
use signalbox_sdk::records::ChangePhase;

fn told(own: Value, kind: RecordKind, row: Value) -> ItsmRecord {
    let settings = settings(own);
    let row = Row::parse(row, &format!("{ORGANISATION}{API}/$metadata#incidents")).unwrap();
    record(&settings, Table::of(&settings, kind).unwrap(), &row)
}

#[test]
fn a_case_is_told_in_people_s_words() {
    let told = told(
        json!({}),
        RecordKind::Incident,
        json!({
            "incidentid": ID,
            "ticketnumber": "CAS-01077-K4D2P7",
            "title": "Disk full",
            "description": "97 %",
            "new_signalboxkey": KEY,
            "statecode": 1,
            "statuscode": 1000,
            "statuscode@OData.Community.Display.V1.FormattedValue": "Information Provided",
            "prioritycode": 1,
            "prioritycode@OData.Community.Display.V1.FormattedValue": "High",
            "caseorigincode": 3,
            "caseorigincode@OData.Community.Display.V1.FormattedValue": "Web",
            "_customerid_value": ACCOUNT,
            "_customerid_value@OData.Community.Display.V1.FormattedValue": "Contoso",
            "_ownerid_value": TEAM,
            "_ownerid_value@OData.Community.Display.V1.FormattedValue": "Night shift",
            "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "team",
            "createdon": "2026-11-22T13:06:00Z",
            "modifiedon": "2026-11-22T13:07:00Z",
        }),
    );
    assert_eq!((told.id.as_str(), told.number.as_str(), told.key.as_deref()), (ID, "CAS-01077-K4D2P7", Some(KEY)));
    assert_eq!((told.state, told.platform_state.as_str()), (TicketState::Resolved, "Information Provided"));
    assert_eq!((told.priority.as_str(), told.origin.as_str(), told.requested_by.as_str()), ("High", "Web", "Contoso"));
    assert_eq!((told.assignment.as_str(), told.phase, told.deleted), ("Night shift", None, false));
    assert_eq!(told.updated_at.as_deref(), Some("2026-11-22T13:07:00Z"));
    assert!(told.url.ends_with(&format!("etn=incident&id={ID}")));
}

#[test]
fn a_change_is_told_by_the_table_that_the_settings_describe() {
    let own = json!({"change": {
        "logical_name": "acme_change",
        "entity_set": "acme_changes",
        "primary_key": "acme_changeid",
        "columns": {"title": "acme_name", "number": "acme_number", "risk": "acme_risk", "planned_start": "acme_begins"},
        "phases": {"100000002": "implementing"},
    }});
    let row = json!({
        "acme_changeid": ID,
        "acme_number": "CHG-7",
        "acme_name": "Patch db-1",
        "acme_risk": 3,
        "acme_risk@OData.Community.Display.V1.FormattedValue": "Low",
        "acme_begins": "2026-11-23T01:00:00Z",
        "statecode": 0,
        "statuscode": 100_000_002,
    });
    let told = told(own, RecordKind::Change, row);
    assert_eq!((told.number.as_str(), told.title.as_str(), told.risk.as_str()), ("CHG-7", "Patch db-1", "Low"));
    assert_eq!((told.state, told.phase), (TicketState::Open, Some(ChangePhase::Implementing)));
    assert_eq!(told.planned_start.as_deref(), Some("2026-11-23T01:00:00Z"));
    assert!(told.url.ends_with(&format!("etn=acme_change&id={ID}")));
}

#[test]
fn only_a_gateway_s_key_is_a_key() {
    for (key, is) in [(KEY, true), ("", false), ("T-1", false), (&KEY.to_uppercase(), false), (&KEY[..40], false)] {
        let told = told(json!({}), RecordKind::Incident, json!({"new_signalboxkey": key}));
        assert_eq!(told.key.is_some(), is, "{key}");
    }
}

#[test]
fn a_deleted_row_is_told_by_its_identity() {
    let told = deleted(RecordKind::Incident, ID);
    assert!(told.deleted && told.id == ID);
}

#[test]
fn without_a_table_there_are_no_change_requests() {
    assert!(Table::of(&settings(json!({})), RecordKind::Change).is_none());
}

#[test]
fn each_column_that_the_settings_name_has_its_place_in_a_record() {
    let texts = [
        "number",
        "title",
        "description",
        "priority",
        "urgency",
        "impact",
        "escalation",
        "category",
        "origin",
        "configuration_item",
        "service",
        "assigned_to",
        "created_by",
        "requested_by",
        "resolved_by",
        "closed_by",
        "close_code",
        "caused_by",
        "change_type",
        "risk",
        "conflict_status",
    ];
    let times = [
        "created",
        "modified",
        "resolved",
        "closed",
        "requested",
        "planned_start",
        "planned_end",
        "actual_start",
        "actual_end",
    ];
    let columns: serde_json::Map<_, _> =
        texts.iter().chain(&times).map(|name| ((*name).to_owned(), format!("acme_{name}").into())).collect();
    let hour = |at: usize| format!("2026-11-22T{at:02}:00:00Z");
    let mut row = json!({"acme_changeid": ID});
    for name in texts {
        row[format!("acme_{name}")] = name.into();
    }
    for (at, name) in times.iter().enumerate() {
        row[format!("acme_{name}")] = hour(at).into();
    }
    let own = json!({"change": {
        "logical_name": "acme_change", "entity_set": "acme_changes", "primary_key": "acme_changeid", "columns": columns
    }});
    let told = told(own, RecordKind::Change, row);
    let items = told.configuration_items.join(", ");
    let shown = [
        &told.number,
        &told.title,
        &told.description,
        &told.priority,
        &told.urgency,
        &told.impact,
        &told.escalation,
        &told.category,
        &told.origin,
        &items,
        &told.service,
        &told.assigned_to,
        &told.created_by,
        &told.requested_by,
        &told.resolved_by,
        &told.closed_by,
        &told.close_code,
        &told.caused_by,
        &told.change_type,
        &told.risk,
        &told.conflict_status,
    ];
    assert_eq!(shown, texts);
    let told = [
        told.created_at,
        told.updated_at,
        told.resolved_at,
        told.closed_at,
        told.requested_at,
        told.planned_start,
        told.planned_end,
        told.actual_start,
        told.actual_end,
    ];
    assert_eq!(told, std::array::from_fn(|at| Some(hour(at))));
}
