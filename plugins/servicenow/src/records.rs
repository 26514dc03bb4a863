//! Incidents and change requests as people work on them: which column means what.

use crate::incident::{Incidents, url};
use crate::row::Row;
use crate::settings::Settings;
use crate::states;
use crate::tickets::Form;
use signalbox_sdk::record;
use signalbox_sdk::records::{ChangePhase, ItsmRecord, RecordKind};
use signalbox_sdk::types::TicketState;

/// Where records of a kind stand.
#[must_use]
pub fn table(settings: &Settings, kind: RecordKind) -> &str {
    match kind {
        RecordKind::Incident => &settings.tables.incident,
        RecordKind::Change => &settings.tables.change,
    }
}

/// The record in a row.
#[must_use]
pub fn record(settings: &Settings, kind: RecordKind, row: &Row) -> ItsmRecord {
    match kind {
        RecordKind::Incident => incident(settings, row),
        RecordKind::Change => change(settings, row),
    }
}

fn incident(settings: &Settings, row: &Row) -> ItsmRecord {
    ItsmRecord {
        state: Incidents(settings).ticket(row).state,
        requested_by: row.display("caller_id").into(),
        resolved_at: row.time("resolved_at"),
        ..common(settings, RecordKind::Incident, row)
    }
}

fn change(settings: &Settings, row: &Row) -> ItsmRecord {
    let known = states::change(row.value("state"), row.value("close_code"));
    let (state, phase) = match (known, row.value("active")) {
        (Some((state, phase)), _) => (state, Some(phase)),
        (None, "false") => (TicketState::Closed, Some(ChangePhase::Done)),
        (None, _) => (TicketState::Open, None),
    };
    ItsmRecord {
        state,
        phase,
        change_type: row.value("type").into(),
        risk: row.display("risk").into(),
        conflict_status: row.display("conflict_status").into(),
        requested_by: row.display("requested_by").into(),
        requested_at: row.time("requested_by_date"),
        planned_start: row.time("start_date"),
        planned_end: row.time("end_date"),
        actual_start: row.time("work_start"),
        actual_end: row.time("work_end"),
        ..common(settings, RecordKind::Change, row)
    }
}

/// What both kinds have.
fn common(settings: &Settings, kind: RecordKind, row: &Row) -> ItsmRecord {
    let text = |column: &str| row.display(column).to_owned();
    let some = |column: &str| Some(text(column)).filter(|text| !text.is_empty());
    ItsmRecord {
        kind,
        id: row.value("sys_id").into(),
        number: row.value("number").into(),
        url: url(settings, table(settings, kind), row),
        key: record::key(row.value("correlation_id")),
        title: row.value("short_description").into(),
        description: row.value("description").into(),
        platform_state: text("state"),
        priority: text("priority"),
        urgency: text("urgency"),
        impact: text("impact"),
        escalation: text("escalation"),
        category: text("category"),
        origin: text("contact_type"),
        configuration_items: some("cmdb_ci").into_iter().collect(),
        service: text("business_service"),
        assignment: text("assignment_group"),
        assigned_to: text("assigned_to"),
        created_by: some("opened_by").unwrap_or_else(|| text("sys_created_by")),
        resolved_by: text("resolved_by"),
        closed_by: text("closed_by"),
        close_code: text("close_code"),
        caused_by: text("caused_by"),
        created_at: row.time("opened_at").or_else(|| row.time("sys_created_on")),
        updated_at: row.time("sys_updated_on"),
        closed_at: row.time("closed_at"),
        fields: row.fields(),
        ..record::blank(kind)
    }
}

#[cfg(test)]
mod tests;
