//! Incidents and change requests as people work on them: which column means what.

use crate::incident;
use crate::row::Row;
use crate::settings::{Columns, Settings};
use crate::states;
use signalbox_sdk::record;
use signalbox_sdk::records::{ItsmRecord, RecordKind};
use signalbox_sdk::types::TicketState;

/// What a pull needs to know of a table.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// What its rows are.
    pub kind: RecordKind,
    /// Its name in metadata.
    pub logical_name: &'a str,
    /// Its name in addresses.
    pub entity_set: &'a str,
    /// Its primary key's column.
    pub primary_key: &'a str,
    /// Which column holds what.
    pub columns: &'a Columns,
    /// Which rows are wanted; empty for all.
    pub filter: &'a str,
    /// Whether the platform's change tracking is asked.
    pub change_tracking: bool,
}

// === impl Table ===

impl<'a> Table<'a> {
    /// Where records of a kind stand; none where the settings name no table.
    #[must_use]
    pub fn of(settings: &'a Settings, kind: RecordKind) -> Option<Self> {
        let (incident, change) = (&settings.incident, &settings.change);
        let table = match kind {
            RecordKind::Incident => Self {
                kind,
                logical_name: &incident.logical_name,
                entity_set: &incident.entity_set,
                primary_key: &incident.primary_key,
                columns: &incident.columns,
                filter: &incident.filter,
                change_tracking: incident.change_tracking,
            },
            RecordKind::Change => Self {
                kind,
                logical_name: &change.logical_name,
                entity_set: &change.entity_set,
                primary_key: &change.primary_key,
                columns: &change.columns,
                filter: &change.filter,
                change_tracking: change.change_tracking,
            },
        };
        Some(table).filter(|table| !table.logical_name.is_empty())
    }
}

/// The record in a row.
#[must_use]
pub fn record(settings: &Settings, table: Table<'_>, row: &Row) -> ItsmRecord {
    let columns = table.columns;
    let (state, phase) = match table.kind {
        RecordKind::Incident => (incident::state_of(settings, row), None),
        RecordKind::Change => {
            states::of_change(&settings.change, &row.value(&columns.state), &row.value(&columns.status))
        }
    };
    let (assignment, assigned_to) = incident::owner(columns, row);
    let shown = |column: &String| row.display(column);
    let some = |column: &String| Some(shown(column)).filter(|text| !text.is_empty());
    let id = row.value(table.primary_key);
    let number = shown(&columns.number);
    ItsmRecord {
        kind: table.kind,
        url: incident::url(settings, table.logical_name, &id, row),
        id,
        number: if number.is_empty() { shown(&columns.title) } else { number },
        key: record::key(row.value(&columns.key)),
        title: row.value(&columns.title),
        description: row.value(&columns.description),
        state,
        platform_state: incident::platform_state(columns, row),
        phase,
        deleted: false,
        priority: shown(&columns.priority),
        urgency: shown(&columns.urgency),
        impact: shown(&columns.impact),
        escalation: shown(&columns.escalation),
        category: shown(&columns.category),
        change_type: shown(&columns.change_type),
        risk: shown(&columns.risk),
        conflict_status: shown(&columns.conflict_status),
        origin: shown(&columns.origin),
        configuration_items: some(&columns.configuration_item).into_iter().collect(),
        service: shown(&columns.service),
        assignment,
        assigned_to,
        created_by: shown(&columns.created_by),
        requested_by: shown(&columns.requested_by),
        resolved_by: shown(&columns.resolved_by),
        closed_by: shown(&columns.closed_by),
        close_code: shown(&columns.close_code),
        caused_by: shown(&columns.caused_by),
        created_at: row.time(&columns.created),
        updated_at: row.time(&columns.modified),
        resolved_at: row.time(&columns.resolved),
        closed_at: row.time(&columns.closed),
        requested_at: row.time(&columns.requested),
        planned_start: row.time(&columns.planned_start),
        planned_end: row.time(&columns.planned_end),
        actual_start: row.time(&columns.actual_start),
        actual_end: row.time(&columns.actual_end),
        labels: Vec::new(),
        fields: row.fields(),
    }
}

/// A row that is there no more: the platform tells its identity alone.
#[must_use]
pub fn deleted(kind: RecordKind, id: &str) -> ItsmRecord {
    ItsmRecord { kind, id: id.to_owned(), state: TicketState::Closed, deleted: true, ..record::blank(kind) }
}

#[cfg(test)]
mod tests;
