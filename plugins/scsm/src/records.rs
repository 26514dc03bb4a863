//! Incidents and change requests as people work on them: which property means what.

use crate::incident;
use crate::projection::Projection;
use crate::settings::Settings;
use crate::states;
use signalbox_sdk::record;
use signalbox_sdk::records::{ItsmRecord, RecordKind};
use signalbox_sdk::types::TicketState;

/// The projection that a kind is asked for.
#[must_use]
pub fn projection(settings: &Settings, kind: RecordKind) -> &str {
    match kind {
        RecordKind::Incident => &settings.projections.incident,
        RecordKind::Change => &settings.projections.change,
    }
}

/// The record in an object.
#[must_use]
pub fn record(settings: &Settings, kind: RecordKind, object: &Projection) -> ItsmRecord {
    match kind {
        RecordKind::Incident => of_incident(settings, object),
        RecordKind::Change => of_change(settings, object),
    }
}

fn of_incident(settings: &Settings, object: &Projection) -> ItsmRecord {
    let key = object.text(&settings.key.property);
    ItsmRecord {
        url: incident::url(settings, &settings.paths.incident_form, &object.text("Id")),
        key: record::key(key.trim()),
        state: incident::state(settings, object),
        urgency: object.name("Urgency"),
        escalation: object.text("Escalated"),
        category: object.name("Classification"),
        origin: object.name("Source"),
        assignment: object.name("TierQueue"),
        resolved_by: object.name("ResolvedBy"),
        close_code: object.name("ResolutionCategory"),
        priority: object.text("Priority"),
        ..common(RecordKind::Incident, object)
    }
}

fn of_change(settings: &Settings, object: &Projection) -> ItsmRecord {
    let known = object.entry("Status").and_then(states::change);
    let (state, phase) = match known {
        Some((state, phase)) => (state, Some(phase)),
        None if object.stamp("ActualEndDate").is_some() => (TicketState::Resolved, None),
        None => (TicketState::Open, None),
    };
    ItsmRecord {
        url: incident::url(settings, &settings.paths.change_form, &object.text("Id")),
        state,
        phase,
        priority: object.name("Priority"),
        category: object.name("Area"),
        change_type: object.name("Category"),
        risk: object.name("Risk"),
        close_code: object.name("ImplementationResults"),
        requested_at: object.time("RequiredBy"),
        planned_start: object.time("ScheduledStartDate"),
        planned_end: object.time("ScheduledEndDate"),
        actual_start: object.time("ActualStartDate"),
        actual_end: object.time("ActualEndDate"),
        ..common(RecordKind::Change, object)
    }
}

/// What both kinds have.
fn common(kind: RecordKind, object: &Projection) -> ItsmRecord {
    let items = ["RelatesToConfigItem", "HasRelatedConfigItems", "AboutConfigItem"];
    ItsmRecord {
        kind,
        id: object.id().map(|id| id.to_string()).unwrap_or_default(),
        number: object.text("Id"),
        title: object.text("Title"),
        description: object.text("Description"),
        platform_state: object.name("Status"),
        impact: object.name("Impact"),
        configuration_items: items.into_iter().flat_map(|property| object.names(property)).collect(),
        assigned_to: object.name("AssignedWorkItem"),
        created_by: object.name("CreatedWorkItem"),
        requested_by: object.name("RequestedWorkItem"),
        closed_by: object.name("ClosedBy"),
        created_at: object.time("CreatedDate").or_else(|| object.time("TimeAdded")),
        updated_at: object.time("LastModified"),
        resolved_at: object.time("ResolvedDate"),
        closed_at: object.time("ClosedDate"),
        fields: object.fields(),
        ..record::blank(kind)
    }
}

#[cfg(test)]
mod tests;
