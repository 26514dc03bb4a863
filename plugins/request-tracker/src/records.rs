//! Incidents and change requests as people work on them: which field means what.
//!
//! A change request is a ticket in a queue of changes. A ticket's own text is not in a search's answer, so a record has none.

use crate::incident;
use crate::row::Row;
use crate::settings::Settings;
use signalbox_sdk::record;
use signalbox_sdk::records::{ItsmRecord, RecordKind};
use signalbox_sdk::types::TicketState;

/// The queues whose tickets are of a kind.
#[must_use]
pub fn queues(settings: &Settings, kind: RecordKind) -> &[String] {
    match kind {
        RecordKind::Incident => settings.incident_queues(),
        RecordKind::Change => &settings.list.change,
    }
}

/// The record in an answer.
#[must_use]
pub fn record(settings: &Settings, kind: RecordKind, row: &Row) -> ItsmRecord {
    match kind {
        RecordKind::Incident => common(settings, kind, row),
        RecordKind::Change => change(settings, row),
    }
}

fn change(settings: &Settings, row: &Row) -> ItsmRecord {
    let names = &settings.custom_fields;
    let common = common(settings, RecordKind::Change, row);
    let is_over = matches!(common.state, TicketState::Resolved | TicketState::Closed);
    ItsmRecord {
        phase: settings.phase(&common.platform_state),
        change_type: of_custom(row, &names.change_type),
        risk: of_custom(row, &names.risk),
        requested_at: row.time("Due"),
        planned_start: row.time("Starts"),
        planned_end: row.time("Due"),
        actual_start: row.time("Started"),
        actual_end: row.time("Resolved").filter(|_| is_over),
        ..common
    }
}

/// What both kinds have.
fn common(settings: &Settings, kind: RecordKind, row: &Row) -> ItsmRecord {
    let names = &settings.custom_fields;
    let ticket = incident::ticket(settings, row);
    ItsmRecord {
        kind,
        title: row.text("Subject"),
        key: record::key(ticket.key),
        category: of_custom(row, &names.category),
        configuration_items: row.custom(&names.configuration_item).unwrap_or_default(),
        service: of_custom(row, &names.service),
        created_by: row.person("Creator"),
        requested_by: row.text("Requestor"),
        id: ticket.id,
        number: ticket.number,
        url: ticket.url,
        state: ticket.state,
        platform_state: ticket.platform_state,
        priority: ticket.priority,
        assignment: ticket.assignment,
        assigned_to: ticket.assigned_to,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        resolved_at: ticket.resolved_at,
        closed_at: ticket.closed_at,
        fields: ticket.fields,
        ..record::blank(kind)
    }
}

fn of_custom(row: &Row, name: &str) -> String {
    row.custom(name).unwrap_or_default().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{KEY, parsed, row, settings};
    use serde_json::json;
    use signalbox_sdk::records::ChangePhase;

    #[test]
    fn an_incident_has_what_a_ticket_has() {
        let settings =
            settings(json!({"custom_fields": {"service": "Service", "configuration_item": "Affected System"}}));
        let mut answer = row("stalled");
        answer["Requestor"] = json!([{"id": "kim", "type": "user"}]);
        answer["CustomFields"].as_array_mut().unwrap().extend([
            json!({"id": "4", "name": "Service", "values": ["Shop"]}),
            json!({"id": "3", "name": "Affected System", "values": ["db-1", "db-2"]}),
        ]);
        let record = record(&settings, RecordKind::Incident, &parsed(&answer, ""));
        assert_eq!((record.number.as_str(), record.key.as_deref()), ("#7", Some(KEY)));
        assert_eq!((record.state, record.phase), (TicketState::Pending, None));
        assert_eq!((record.service.as_str(), record.requested_by.as_str()), ("Shop", "kim"));
        assert_eq!(record.configuration_items, ["db-1", "db-2"]);
        assert_eq!(record.created_by, "signalbox");
    }

    #[test]
    fn a_change_has_its_phase_and_its_dates() {
        let settings =
            settings(json!({"custom_fields": {"risk": "Risk", "change_type": "Sort"}, "phases": {"open": "approved"}}));
        for (status, phase, ended) in [
            ("open", Some(ChangePhase::Approved), None),
            ("resolved", Some(ChangePhase::Done), Some("2026-11-22T16:00:00Z")),
            ("rejected", Some(ChangePhase::Canceled), None),
            ("stalled", None, None),
        ] {
            let mut answer = row(status);
            answer["Starts"] = json!("2026-11-22T14:00:00Z");
            answer["Resolved"] = json!("2026-11-22T16:00:00Z");
            answer["CustomFields"] = json!([
                {"id": "8", "name": "Risk", "values": ["high"]}, {"id": "9", "name": "Sort", "values": ["normal"]}
            ]);
            let record = record(&settings, RecordKind::Change, &parsed(&answer, ""));
            assert_eq!((record.phase, record.actual_end.as_deref()), (phase, ended), "{status}");
            assert_eq!(record.planned_start.as_deref(), Some("2026-11-22T14:00:00Z"));
            assert_eq!((record.planned_end, record.risk.as_str(), record.key), (None, "high", None));
            assert_eq!(record.change_type, "normal");
        }
    }
}
