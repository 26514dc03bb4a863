//! Incidents: which column means what.
//!
//! State and status reason are always written together, and never on create, where the platform ignores them. A Case that is over is
//! locked: only bringing it back is let through. The key stands in a column that was made for it.

use crate::draft::Draft;
use crate::row::Row;
use crate::settings::{Columns, Settings};
use crate::states;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::text::{one_line, printable};
use signalbox_sdk::types::{CallError, Ticket, TicketState};
use signalbox_sdk::work::{Content, WorkItem};

/// The columns of a new ticket, notes left out.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn opening(settings: &Settings, item: &WorkItem) -> Result<Draft, CallError> {
    let table = &settings.incident;
    let mut draft = Draft::default();
    draft.set_all(settings, settings.defaults.clone())?;
    write_content(settings, &mut draft, &item.content)?;
    if let Some(old) = &item.follows {
        let description = item.content.description.as_deref().unwrap_or_default();
        let follows = format!("\n\nFollows {}.", old.number);
        let description = Unit::Utf16.cut_before(&printable(description), &follows, table.description_length);
        set_text(&mut draft, &table.columns.description, &description);
    }
    overlay(settings, &mut draft, &item.content)?;
    draft.set(&table.columns.key, item.key.as_str());
    Ok(draft)
}

/// The columns of a change, its state and notes left out.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn amendment(settings: &Settings, item: &WorkItem) -> Result<Draft, CallError> {
    let mut draft = Draft::default();
    write_content(settings, &mut draft, &item.content)?;
    overlay(settings, &mut draft, &item.content)?;
    Ok(draft)
}

/// The columns that end a ticket by a write.
#[must_use]
pub fn ending(settings: &Settings, text: &str) -> Draft {
    let (columns, resolve) = (&settings.incident.columns, &settings.incident.resolve);
    let mut draft = state(columns, resolve.state, resolve.status);
    set_text(&mut draft, &resolve.text_column, text);
    draft
}

/// The columns that bring a ticket back.
#[must_use]
pub fn reopening(settings: &Settings) -> Draft {
    state(&settings.incident.columns, settings.incident.reopen.state, settings.incident.reopen.status)
}

/// The ticket in a row.
#[must_use]
pub fn ticket(settings: &Settings, row: &Row) -> Ticket {
    let table = &settings.incident;
    let columns = &table.columns;
    let (assignment, assigned_to) = owner(columns, row);
    let number = row.value(&columns.number);
    Ticket {
        id: row.value(&table.primary_key),
        // A table without numbers is read out by its title.
        number: if number.is_empty() { row.value(&columns.title) } else { number },
        url: url(settings, &table.logical_name, &row.value(&table.primary_key), row),
        key: row.value(&columns.key),
        state: state_of(settings, row),
        platform_state: platform_state(columns, row),
        version: row.etag().into(),
        priority: row.display(&columns.priority),
        assignment,
        assigned_to,
        created_at: row.time(&columns.created),
        updated_at: row.time(&columns.modified),
        resolved_at: row.time(&columns.resolved),
        closed_at: row.time(&columns.closed),
        fields: row.fields(),
    }
}

/// What a row's state means; what the settings do not know is open.
#[must_use]
pub fn state_of(settings: &Settings, row: &Row) -> TicketState {
    let columns = &settings.incident.columns;
    let meaning = states::meaning(&settings.incident, &row.value(&columns.state), &row.value(&columns.status));
    meaning.unwrap_or(TicketState::Open)
}

/// The platform's own word: its status reason, or its state.
#[must_use]
pub fn platform_state(columns: &Columns, row: &Row) -> String {
    let reason = row.display(&columns.status);
    if reason.is_empty() { row.display(&columns.state) } else { reason }
}

/// The team and the person that a row is with.
#[must_use]
pub fn owner(columns: &Columns, row: &Row) -> (String, String) {
    let is_team = row.kind(&columns.owner) == "team";
    let owner = row.display(&columns.owner);
    let (team, user) = if is_team { (owner, String::new()) } else { (String::new(), owner) };
    let person = row.display(&columns.assigned_to);
    (team, if person.is_empty() { user } else { person })
}

/// Where a person opens a row; empty where nothing tells the organisation's address.
#[must_use]
pub fn url(settings: &Settings, table: &str, id: &str, row: &Row) -> String {
    let set = Some(settings.instance_url.trim_end_matches('/')).filter(|url| !url.is_empty());
    let base = set.unwrap_or_else(|| row.instance());
    if base.is_empty() {
        return String::new();
    }
    let app = Some(&settings.app_id).filter(|app| !app.is_empty()).map(|app| format!("appid={app}&"));
    format!("{base}/main.aspx?{}pagetype=entityrecord&etn={table}&id={id}", app.unwrap_or_default())
}

fn write_content(settings: &Settings, draft: &mut Draft, content: &Content) -> Result<(), CallError> {
    let (table, columns) = (&settings.incident, &settings.incident.columns);
    if let Some(title) = &content.title {
        set_text(draft, &columns.title, &one_line(title));
    }
    if let Some(description) = &content.description {
        set_text(draft, &columns.description, description);
    }
    if let Some(severity) = content.severity {
        draft.set_all(settings, table.severity.of(severity).clone())?;
    }
    let writes = &table.writes;
    draft.place(settings, &writes.assignment, content.assignment.as_deref())?;
    draft.place(settings, &writes.caller, content.caller.as_deref())?;
    draft.place(settings, &writes.configuration_item, content.configuration_item.as_deref())?;
    draft.place(settings, &writes.service, content.service.as_deref())?;
    draft.place(settings, &writes.category, content.category.as_deref())
}

/// Lets a mapping's own fields win, and cuts what is then too long.
fn overlay(settings: &Settings, draft: &mut Draft, content: &Content) -> Result<(), CallError> {
    draft.overlay(settings, &content.fields, &identity(settings))?;
    let (table, columns) = (&settings.incident, &settings.incident.columns);
    draft.fit(&[(&columns.title, table.title_length), (&columns.description, table.description_length)]);
    Ok(())
}

fn set_text(draft: &mut Draft, column: &str, text: &str) {
    if !column.is_empty() {
        draft.set(column, text);
    }
}

fn state(columns: &Columns, state: i64, status: i64) -> Draft {
    let mut draft = Draft::default();
    draft.set(&columns.state, state);
    draft.set(&columns.status, status);
    draft
}

fn identity(settings: &Settings) -> [&str; 2] {
    [&settings.incident.columns.key, &settings.incident.primary_key]
}

#[cfg(test)]
mod tests;
