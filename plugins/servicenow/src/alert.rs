//! Event Management's own alerts, rows of `em_alert`: which column means what.
//!
//! The key stands in `message_key`. A closed alert can be reopened, so it counts as resolved. The table comes with the plugin
//! Event Management; without it every call here is `unsupported`.

use crate::draft::Draft;
use crate::event::{self, context, signal};
use crate::incident::url;
use crate::row::Row;
use crate::settings::Settings;
use crate::states;
use crate::tickets::Form;
use serde_json::Value;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::json;
use signalbox_sdk::text::one_line;
use signalbox_sdk::types::{CallError, Ticket, TicketState};
use signalbox_sdk::work::{Content, WorkItem};

/// Alerts of one instance.
#[derive(Debug)]
pub struct Alerts<'a>(pub &'a Settings);

// === impl Alerts ===

impl Form for Alerts<'_> {
    fn table(&self) -> &str {
        &self.0.tables.alert
    }

    fn key_column(&self) -> &'static str {
        "message_key"
    }

    fn opening(&self, item: &WorkItem) -> Result<Draft, CallError> {
        let (settings, content) = (self.0, &item.content);
        let mut draft = signal(settings, item);
        draft.set("state", "Open");
        draft.set_or("cmdb_ci", content.configuration_item.as_deref(), &settings.configuration_item);
        draft.set("additional_info", &Value::Object(context(item)).to_string());
        if let Some(old) = &item.follows {
            let (description, follows) =
                (draft.get("description").unwrap_or_default(), format!("\n\nFollows {}.", old.number));
            let whole = Unit::Characters.cut_before(description, &follows, settings.lengths.description);
            draft.set("description", &whole);
        }
        draft.overlay(&content.fields, &[self.key_column(), "sys_id"])?;
        draft.fit(&settings.lengths.of_signals());
        draft.set(self.key_column(), &item.key);
        Ok(draft)
    }

    fn amendment(&self, ticket: &Ticket, change: Change, item: &WorkItem) -> Result<Draft, CallError> {
        let content = &item.content;
        let mut draft = Draft::default();
        if content.title.is_some() || content.description.is_some() {
            draft.set("description", &description(&ticket.fields, content));
        }
        if let Some(severity) = content.severity {
            draft.set("severity", &event::severity(self.0, severity));
        }
        draft.set_or("cmdb_ci", content.configuration_item.as_deref(), "");
        let is_over = ticket.state == TicketState::Resolved;
        match change {
            Change::Resolve if !is_over => draft.set("state", "Closed"),
            Change::Reopen if is_over => draft.set("state", "Reopen"),
            Change::Update | Change::Resolve | Change::Reopen | Change::Annotate => {}
        }
        draft.overlay(&content.fields, &[self.key_column(), "sys_id"])?;
        draft.fit(&self.0.lengths.of_signals());
        Ok(draft)
    }

    fn ticket(&self, row: &Row) -> Ticket {
        Ticket {
            id: row.value("sys_id").into(),
            number: row.value("number").into(),
            url: url(self.0, self.table(), row),
            key: row.value(self.key_column()).into(),
            state: states::alert(row.value("state")),
            platform_state: row.display("state").into(),
            version: row.value("sys_mod_count").into(),
            priority: row.display("severity").into(),
            assignment: row.display("assignment_group").into(),
            assigned_to: row.display("assigned_to").into(),
            created_at: row.time("sys_created_on"),
            updated_at: row.time("sys_updated_on"),
            resolved_at: None,
            closed_at: None,
            fields: row.fields(),
        }
    }
}

/// An alert has one text: the title is its first line. What a change leaves open stays as it was.
fn description(fields: &str, content: &Content) -> String {
    let fields: Value = serde_json::from_str(fields).unwrap_or_default();
    let (old_title, old_rest) = json::text(&fields, "description").split_once("\n\n").unwrap_or_default();
    let title = content.title.as_deref().map_or_else(|| old_title.to_owned(), one_line);
    let rest = content.description.as_deref().unwrap_or(old_rest);
    format!("{title}\n\n{rest}").trim().to_owned()
}

#[cfg(test)]
mod tests;
