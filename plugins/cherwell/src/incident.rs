//! Incidents: which field means what, and what a change of state needs.
//!
//! A new one begins as New. One is resolved by its state and the close description in one save, else the form's rules refuse it; it
//! comes back as Reopened, and closed for good it does not, unless the system was set up so. Priority is what people see: the
//! settings say which fields a severity sets.

use crate::draft::Draft;
use crate::fields::Role;
use crate::row::Row;
use crate::settings::Settings;
use crate::time::Dates;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::note;
use signalbox_sdk::percent;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::text::one_line;
use signalbox_sdk::ticket::{follows, is_over};
use signalbox_sdk::types::{CallError, Ticket, TicketState};
use signalbox_sdk::work::{Content, WorkItem};

/// The name of an incident's field.
#[must_use]
pub fn field(settings: &Settings, role: Role) -> &str {
    settings.field(RecordKind::Incident, role)
}

/// The fields of a new incident.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn opening(settings: &Settings, item: &WorkItem) -> Result<Draft, CallError> {
    let content = &item.content;
    let mut draft = Draft::default();
    draft.set_all(&settings.opening);
    for (role, default) in [
        (Role::Assignment, &settings.assignment),
        (Role::Caller, &settings.caller),
        (Role::ConfigurationItem, &settings.configuration_item),
        (Role::Service, &settings.service),
        (Role::Category, &settings.category),
    ] {
        draft.set_or(field(settings, role), None, default);
    }
    write_content(settings, &mut draft, content);
    if let Some(old) = &item.follows {
        draft.add_line(field(settings, Role::Description), &follows(old));
    }
    show_alert(settings, &mut draft, item);
    draft.overlay(&content.fields, &identity(settings))?;
    draft.set(&settings.key_field, &item.key);
    Ok(draft)
}

/// The fields of a change; a state that the ticket has already is left out.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn amendment(settings: &Settings, ticket: &Ticket, change: Change, item: &WorkItem) -> Result<Draft, CallError> {
    let mut draft = Draft::default();
    write_content(settings, &mut draft, &item.content);
    match change {
        Change::Resolve if !is_over(ticket.state) => {
            let note = note::newest_text(&item.notes);
            draft.set_all(&settings.resolving);
            draft.set(field(settings, Role::State), &settings.resolved_state);
            draft.set(field(settings, Role::Resolution), note.unwrap_or(&settings.resolution));
        }
        Change::Reopen if is_over(ticket.state) => {
            draft.set_all(&settings.reopening);
            draft.set(field(settings, Role::State), &settings.reopen_state);
            show_alert(settings, &mut draft, item);
        }
        Change::Update | Change::Resolve | Change::Reopen | Change::Annotate => {}
    }
    draft.overlay(&item.content.fields, &identity(settings))?;
    Ok(draft)
}

/// The ticket in a record.
#[must_use]
pub fn ticket(settings: &Settings, dates: &Dates, row: &Row) -> Ticket {
    let text = |role| row.get(field(settings, role)).to_owned();
    let time = |role| dates.read(row.get(field(settings, role))).map(|stamp| stamp.to_string());
    let state = settings.state(row.get(field(settings, Role::State))).unwrap_or(TicketState::Open);
    Ticket {
        id: row.rec_id.clone(),
        number: row.public_id.clone(),
        url: url(settings, RecordKind::Incident, row),
        key: row.get(&settings.key_field).into(),
        state,
        platform_state: text(Role::State),
        version: version(settings, RecordKind::Incident, row).into(),
        priority: text(Role::Priority),
        assignment: text(Role::Assignment),
        assigned_to: text(Role::AssignedTo),
        created_at: time(Role::CreatedAt),
        updated_at: time(Role::UpdatedAt),
        // Both stay in the record when it is reopened.
        resolved_at: time(Role::ResolvedAt).filter(|_| is_over(state)),
        closed_at: time(Role::ClosedAt).filter(|_| matches!(state, TicketState::Closed | TicketState::Canceled)),
        fields: row.fields(),
    }
}

/// Where a person opens a record; empty where the settings do not say.
#[must_use]
pub fn url(settings: &Settings, kind: RecordKind, row: &Row) -> String {
    settings
        .record_url
        .replace("{object}", &percent::encode(settings.object(kind)))
        .replace("{number}", &percent::encode(&row.public_id))
        .replace("{id}", &percent::encode(&row.rec_id))
}

/// What changes with every write: the record's stamp, or the minute of its last change where it has none.
fn version<'a>(settings: &Settings, kind: RecordKind, row: &'a Row) -> &'a str {
    let of = |role| row.get(settings.field(kind, role));
    Some(of(Role::Version)).filter(|version| !version.is_empty()).unwrap_or_else(|| of(Role::UpdatedAt))
}

/// The fields of what content says; what it leaves open stays as it is.
fn write_content(settings: &Settings, draft: &mut Draft, content: &Content) {
    let field = |role| field(settings, role);
    draft.set_or(field(Role::Title), content.title.as_deref().map(one_line).as_deref(), "");
    draft.set_or(field(Role::Description), content.description.as_deref(), "");
    if let Some(severity) = content.severity {
        draft.set_all(settings.severity.of(severity));
    }
    draft.set_or(field(Role::Assignment), content.assignment.as_deref(), "");
    draft.set_or(field(Role::Caller), content.caller.as_deref(), "");
    draft.set_or(field(Role::ConfigurationItem), content.configuration_item.as_deref(), "");
    draft.set_or(field(Role::Service), content.service.as_deref(), "");
    draft.set_or(field(Role::Category), content.category.as_deref(), "");
}

/// Shows which alert the incident is about: each firing has another.
fn show_alert(settings: &Settings, draft: &mut Draft, item: &WorkItem) {
    let id = item.labels.iter().find(|(name, _)| name == "alert.id").map(|(_, id)| id.as_str());
    draft.set_or(&settings.alert_field, id, "");
}

fn identity(settings: &Settings) -> [&str; 2] {
    [&settings.key_field, "RecID"]
}

#[cfg(test)]
mod tests;
