//! Incidents: which property means what.
//!
//! Service Manager computes the priority from impact and urgency. An incident is resolved by status, category and description; its
//! API demands none of them, its console all, and the portal sets the date itself: so all four are written. Only a resolved one can
//! be activated again. The key stands in the property that the settings name.

use crate::draft::Draft;
use crate::journal;
use crate::projection::Projection;
use crate::references;
use crate::settings::Settings;
use crate::time;
use serde_json::Value;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::note;
use signalbox_sdk::text::{one_line, printable};
use signalbox_sdk::ticket::is_over;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, Ticket, TicketState};
use signalbox_sdk::work::{Content, WorkItem};

/// What only Service Manager writes, or this adapter for it.
pub const OWN: [&str; 13] = [
    "Id",
    "BaseId",
    "ClassTypeId",
    "ClassName",
    "FullName",
    "Path",
    "DisplayName",
    "TimeAdded",
    "LastModified",
    "CreatedDate",
    "CreatedWorkItem",
    "AppliesToTroubleTicket",
    "RelatesToConfigItem",
];

/// The properties of a new incident, notes left out.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn opening(settings: &Settings, item: &WorkItem) -> Result<Draft, CallError> {
    let content = &item.content;
    let mut draft = Draft::default();
    draft.set_or("Source", None, &settings.source);
    draft.set_or("Classification", None, &settings.category);
    draft.set_or("TierQueue", None, &settings.support_group);
    draft.set_or("RequestedWorkItem", None, &settings.caller);
    write_content(settings, &mut draft, content);
    draft.relate_or("configuration item", content.configuration_item.as_deref(), &settings.configuration_item);
    draft.relate_or("service", content.service.as_deref(), &settings.service);
    if let Some(old) = &item.follows {
        let description = content.description.as_deref().unwrap_or_default();
        let follows = format!("\n\nFollows {}.", old.number);
        let text = Unit::Utf16.cut_before(&printable(description), &follows, settings.lengths.description);
        draft.set("Description", &text);
    }
    overlay(settings, &mut draft, content)?;
    draft.set(&settings.key.property, &item.key);
    Ok(draft)
}

/// The properties of a change, notes left out; a status that the ticket has already is left out too.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn amendment(
    settings: &Settings,
    seen: TicketState,
    change: Change,
    item: &WorkItem,
    now: Stamp,
) -> Result<Draft, CallError> {
    let mut draft = Draft::default();
    let content = &item.content;
    write_content(settings, &mut draft, content);
    draft.relate_or("configuration item", content.configuration_item.as_deref(), "");
    draft.relate_or("service", content.service.as_deref(), "");
    match change {
        Change::Resolve if !is_over(seen) => {
            let note = note::newest_text(&item.notes);
            draft.set("Status", &settings.resolved_status);
            draft.set("ResolutionCategory", &settings.resolution_category);
            draft.set("ResolutionDescription", note.unwrap_or(&settings.resolution_description));
            draft.put("ResolvedDate", time::spelled(now).into());
        }
        Change::Reopen if is_over(seen) => {
            draft.set("Status", &settings.reopen_status);
            draft.put("ResolutionCategory", references::nothing());
            draft.put("ResolutionDescription", Value::Null);
            draft.put("ResolvedDate", Value::Null);
        }
        Change::Update | Change::Resolve | Change::Reopen | Change::Annotate => {}
    }
    overlay(settings, &mut draft, content)?;
    Ok(draft)
}

/// The ticket in an object.
#[must_use]
pub fn ticket(settings: &Settings, object: &Projection) -> Ticket {
    let number = object.text("Id");
    Ticket {
        id: object.id().map(|id| id.to_string()).unwrap_or_default(),
        url: url(settings, &settings.paths.incident_form, &number),
        number,
        key: object.text(&settings.key.property).trim().to_owned(),
        state: state(settings, object),
        platform_state: object.name("Status"),
        // A comment is an object of its own, and leaves the incident's stamp as it was.
        version: format!("{}/{}", object.text("LastModified"), journal::length(object)),
        priority: object.text("Priority"),
        assignment: object.name("TierQueue"),
        assigned_to: object.name("AssignedWorkItem"),
        created_at: object.time("CreatedDate").or_else(|| object.time("TimeAdded")),
        updated_at: object.time("LastModified"),
        resolved_at: object.time("ResolvedDate"),
        closed_at: object.time("ClosedDate"),
        fields: object.fields(),
    }
}

/// Its state. A status that nobody has given a meaning shows by the dates that go with it.
#[must_use]
pub fn state(settings: &Settings, object: &Projection) -> TicketState {
    let known = object.entry("Status").and_then(|status| settings.state(status));
    known.unwrap_or_else(|| match (object.stamp("ClosedDate"), object.stamp("ResolvedDate")) {
        (Some(_), _) => TicketState::Closed,
        (None, Some(_)) => TicketState::Resolved,
        (None, None) => TicketState::Open,
    })
}

/// Where a person opens a work item; empty where the settings do not say.
#[must_use]
pub fn url(settings: &Settings, form: &str, number: &str) -> String {
    let portal = settings.portal_url.trim_end_matches('/');
    if portal.is_empty() || number.is_empty() { String::new() } else { format!("{portal}{form}{number}") }
}

/// What the console and the portal call an object; it must be written with it.
#[must_use]
pub fn display_name(object: &Projection) -> String {
    format!("{} - {}", object.text("Id"), object.text("Title"))
}

/// The properties of what content says; what it leaves open stays as it is.
fn write_content(settings: &Settings, draft: &mut Draft, content: &Content) {
    draft.set_or("Title", content.title.as_deref().map(one_line).as_deref(), "");
    draft.set_or("Description", content.description.as_deref(), "");
    if let Some(severity) = content.severity {
        let weight = settings.severity.of(severity);
        draft.set("Impact", &weight.impact);
        draft.set("Urgency", &weight.urgency);
    }
    draft.set_or("TierQueue", content.assignment.as_deref(), "");
    draft.set_or("RequestedWorkItem", content.caller.as_deref(), "");
    draft.set_or("Classification", content.category.as_deref(), "");
}

/// Lets a mapping's own fields win, and cuts what is then too long.
fn overlay(settings: &Settings, draft: &mut Draft, content: &Content) -> Result<(), CallError> {
    draft.overlay(&content.fields, |property| {
        if property == settings.key.property {
            Some("is how the gateway knows its tickets")
        } else if property == "Priority" {
            Some("is computed by Service Manager from impact and urgency")
        } else {
            OWN.contains(&property).then_some("is part of what an incident is")
        }
    })?;
    let lengths = settings.lengths;
    draft.fit(&[
        ("Title", lengths.title),
        ("Description", lengths.description),
        ("ResolutionDescription", lengths.description),
    ]);
    Ok(())
}

#[cfg(test)]
mod tests;
