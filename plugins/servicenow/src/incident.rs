//! Incidents: which column means what.
//!
//! Priority is computed by the instance from impact and urgency. An incident is resolved by state, resolution code and resolution
//! notes in one write, else a data policy refuses it; only a resolved one can be reopened. The key stands in `correlation_id`.

use crate::draft::Draft;
use crate::row::Row;
use crate::settings::Settings;
use crate::tickets::Form;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::note;
use signalbox_sdk::text::one_line;
use signalbox_sdk::ticket::is_over;
use signalbox_sdk::types::{CallError, Ticket, TicketState};
use signalbox_sdk::work::{Content, WorkItem};

/// What `correlation_display` can hold.
const DISPLAY_LENGTH: usize = 100;

/// Incidents of one instance.
#[derive(Debug)]
pub struct Incidents<'a>(pub &'a Settings);

// === impl Incidents ===

impl Form for Incidents<'_> {
    fn table(&self) -> &str {
        &self.0.tables.incident
    }

    fn key_column(&self) -> &'static str {
        "correlation_id"
    }

    fn opening(&self, item: &WorkItem) -> Result<Draft, CallError> {
        let (settings, content) = (self.0, &item.content);
        let mut draft = Draft::default();
        draft.set_or("contact_type", None, &settings.contact_type);
        draft.set_or("category", None, &settings.category);
        draft.set_or("assignment_group", None, &settings.assignment_group);
        draft.set_or("caller_id", None, &settings.caller);
        draft.set_or("cmdb_ci", None, &settings.configuration_item);
        draft.set_or("business_service", None, &settings.service);
        self.write_content(&mut draft, content);
        if let Some(old) = &item.follows {
            let follows = format!("\n\nFollows {}.", old.number);
            let description = content.description.as_deref().unwrap_or_default();
            draft.set("description", &Unit::Characters.cut_before(description, &follows, settings.lengths.description));
        }
        display_alert(&mut draft, item);
        draft.overlay(&content.fields, &[self.key_column(), "sys_id"])?;
        draft.fit(&settings.lengths.of_incidents());
        draft.set(self.key_column(), &item.key);
        Ok(draft)
    }

    fn amendment(&self, ticket: &Ticket, change: Change, item: &WorkItem) -> Result<Draft, CallError> {
        let settings = self.0;
        let mut draft = Draft::default();
        self.write_content(&mut draft, &item.content);
        match change {
            Change::Resolve if !is_over(ticket.state) => {
                let notes = note::newest_text(&item.notes);
                draft.set("state", &settings.resolved_state);
                draft.set("close_code", &settings.close_code);
                draft.set("close_notes", notes.unwrap_or(&settings.close_notes));
            }
            Change::Reopen if is_over(ticket.state) => {
                draft.set("state", &settings.reopen_state);
                display_alert(&mut draft, item);
            }
            Change::Update | Change::Resolve | Change::Reopen | Change::Annotate => {}
        }
        draft.overlay(&item.content.fields, &[self.key_column(), "sys_id"])?;
        draft.fit(&settings.lengths.of_incidents());
        Ok(draft)
    }

    fn ticket(&self, row: &Row) -> Ticket {
        let state = self.0.state(row.value("state")).unwrap_or(match row.value("active") {
            "false" => TicketState::Closed,
            _ => TicketState::Open,
        });
        Ticket {
            id: row.value("sys_id").into(),
            number: row.value("number").into(),
            url: url(self.0, self.table(), row),
            key: row.value(self.key_column()).into(),
            state,
            platform_state: row.display("state").into(),
            version: row.value("sys_mod_count").into(),
            priority: row.display("priority").into(),
            assignment: row.display("assignment_group").into(),
            assigned_to: row.display("assigned_to").into(),
            created_at: row.time("sys_created_on"),
            updated_at: row.time("sys_updated_on"),
            resolved_at: row.time("resolved_at"),
            closed_at: row.time("closed_at"),
            fields: row.fields(),
        }
    }
}

impl Incidents<'_> {
    /// The columns of what content says; what it leaves open stays as it is.
    fn write_content(&self, draft: &mut Draft, content: &Content) {
        draft.set_or("short_description", content.title.as_deref().map(one_line).as_deref(), "");
        draft.set_or("description", content.description.as_deref(), "");
        if let Some(severity) = content.severity {
            let weight = self.0.severity.of(severity);
            draft.set("impact", &weight.impact.to_string());
            draft.set("urgency", &weight.urgency.to_string());
        }
        draft.set_or("assignment_group", content.assignment.as_deref(), "");
        draft.set_or("caller_id", content.caller.as_deref(), "");
        draft.set_or("cmdb_ci", content.configuration_item.as_deref(), "");
        draft.set_or("business_service", content.service.as_deref(), "");
        draft.set_or("category", content.category.as_deref(), "");
    }
}

/// Shows which alert the incident is about: each firing has another.
fn display_alert(draft: &mut Draft, item: &WorkItem) {
    draft.set_or("correlation_display", label(item, "alert.id").map(|id| tail(id, DISPLAY_LENGTH)), "");
}

/// Where a person opens a row; empty where nothing tells the instance's address.
#[must_use]
pub fn url(settings: &Settings, table: &str, row: &Row) -> String {
    let set = Some(settings.instance_url.trim_end_matches('/')).filter(|url| !url.is_empty());
    let base = set.or_else(|| row.instance_url());
    base.map_or_else(String::new, |base| format!("{base}/nav_to.do?uri={table}.do?sys_id={}", row.value("sys_id")))
}

/// A label of the alert that an item is for.
#[must_use]
pub fn label<'a>(item: &'a WorkItem, name: &str) -> Option<&'a str> {
    item.labels.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The end of an id that is too long, from one of its slashes on where there is one: that is where ids differ.
fn tail(id: &str, length: usize) -> &str {
    let fits = |part: &&str| part.chars().count() <= length;
    let parts = id.match_indices('/').filter_map(|(slash, _)| id.get(slash + 1..));
    let cut = || id.char_indices().rev().nth(length.saturating_sub(1)).and_then(|(start, _)| id.get(start..));
    Some(id).filter(fits).or_else(|| parts.filter(|part| !part.is_empty()).find(fits)).or_else(cut).unwrap_or(id)
}

#[cfg(test)]
mod tests;
