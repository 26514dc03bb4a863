//! Incidents and change requests as people work on them: which property means what.

use crate::incident;
use crate::projection::Projection;
use crate::settings::Settings;
use crate::states;
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
        key: Some(key.trim()).filter(|key| is_key(key)).map(Into::into),
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
        url: String::new(),
        key: None,
        title: object.text("Title"),
        description: object.text("Description"),
        state: TicketState::Open,
        platform_state: object.name("Status"),
        phase: None,
        deleted: false,
        priority: String::new(),
        urgency: String::new(),
        impact: object.name("Impact"),
        escalation: String::new(),
        category: String::new(),
        change_type: String::new(),
        risk: String::new(),
        conflict_status: String::new(),
        origin: String::new(),
        configuration_items: items.into_iter().flat_map(|property| object.names(property)).collect(),
        service: String::new(),
        assignment: String::new(),
        assigned_to: object.name("AssignedWorkItem"),
        created_by: object.name("CreatedWorkItem"),
        requested_by: object.name("RequestedWorkItem"),
        resolved_by: String::new(),
        closed_by: object.name("ClosedBy"),
        close_code: String::new(),
        caused_by: String::new(),
        created_at: object.time("CreatedDate").or_else(|| object.time("TimeAdded")),
        updated_at: object.time("LastModified"),
        resolved_at: object.time("ResolvedDate"),
        closed_at: object.time("ClosedDate"),
        requested_at: None,
        planned_start: None,
        planned_end: None,
        actual_start: None,
        actual_end: None,
        labels: Vec::new(),
        fields: object.fields(),
    }
}

/// A gateway's key: 40 hex digits, and which of the problem's tickets. People may have used the property for something else.
fn is_key(text: &str) -> bool {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.split_once('-').is_some_and(|(problem, count)| {
        problem.len() == 40
            && problem.bytes().all(is_hex)
            && !count.is_empty()
            && count.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests;
