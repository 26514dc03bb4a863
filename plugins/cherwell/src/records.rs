//! Incidents and change requests as people work on them: which field means what.

use crate::fields::Role;
use crate::incident::{self, url};
use crate::row::Row;
use crate::settings::Settings;
use crate::states;
use crate::time::Dates;
use signalbox_sdk::record;
use signalbox_sdk::records::{ItsmRecord, RecordKind};
use signalbox_sdk::types::TicketState;

/// The record in a row.
#[must_use]
pub fn record(settings: &Settings, dates: &Dates, kind: RecordKind, row: &Row) -> ItsmRecord {
    let common = common(settings, dates, kind, row);
    match kind {
        RecordKind::Incident => {
            let ticket = incident::ticket(settings, dates, row);
            let key = record::key(ticket.key);
            ItsmRecord {
                key,
                state: ticket.state,
                resolved_at: ticket.resolved_at,
                closed_at: ticket.closed_at,
                ..common
            }
        }
        RecordKind::Change => {
            let known = states::change(settings, &common.platform_state);
            let (state, phase) = known.map_or((TicketState::Open, None), |(state, phase)| (state, Some(phase)));
            ItsmRecord { state, phase, ..common }
        }
    }
}

/// What is read the same way for both kinds.
fn common(settings: &Settings, dates: &Dates, kind: RecordKind, row: &Row) -> ItsmRecord {
    let text = |role| row.get(settings.field(kind, role)).to_owned();
    let time = |role| dates.read(row.get(settings.field(kind, role))).map(|stamp| stamp.to_string());
    let item = text(Role::ConfigurationItemName);
    ItsmRecord {
        kind,
        id: row.rec_id.clone(),
        number: row.public_id.clone(),
        url: url(settings, kind, row),
        title: text(Role::Title),
        description: text(Role::Description),
        platform_state: text(Role::State),
        priority: text(Role::Priority),
        urgency: text(Role::Urgency),
        impact: text(Role::Impact),
        escalation: text(Role::Escalation),
        category: text(Role::Category),
        change_type: text(Role::Type),
        risk: text(Role::Risk),
        conflict_status: text(Role::Conflict),
        origin: text(Role::Origin),
        configuration_items: Some(item).filter(|item| !item.is_empty()).into_iter().collect(),
        service: text(Role::Service),
        assignment: text(Role::Assignment),
        assigned_to: text(Role::AssignedTo),
        created_by: text(Role::CreatedBy),
        requested_by: text(Role::CallerName),
        resolved_by: text(Role::ResolvedBy),
        closed_by: text(Role::ClosedBy),
        close_code: text(Role::CloseCode),
        caused_by: text(Role::CausedBy),
        created_at: time(Role::CreatedAt),
        updated_at: time(Role::UpdatedAt),
        resolved_at: time(Role::ResolvedAt),
        closed_at: time(Role::ClosedAt),
        requested_at: time(Role::RequestedAt),
        planned_start: time(Role::PlannedStart),
        planned_end: time(Role::PlannedEnd),
        actual_start: time(Role::ActualStart),
        actual_end: time(Role::ActualEnd),
        fields: row.fields(),
        ..record::blank(kind)
    }
}

#[cfg(test)]
mod tests;
