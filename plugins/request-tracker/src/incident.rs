//! Incidents: which field means what.
//!
//! What a ticket says first is its description, and cannot be changed later: a new one is posted as a comment. Its key stands in a
//! custom field. A ticket is resolved and brought back by its status alone; what goes with it is a comment.

use crate::draft::Draft;
use crate::row::Row;
use crate::settings::Settings;
use crate::states::DELETED;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::text::printable;
use signalbox_sdk::ticket::{follows, is_over};
use signalbox_sdk::types::{CallError, Ticket, TicketState};
use signalbox_sdk::work::{Content, WorkItem};

/// The fields of a new ticket.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn opening(settings: &Settings, item: &WorkItem) -> Result<Draft, CallError> {
    let mut draft = Draft::default();
    draft.set("Queue", &settings.queue);
    draft.set_or("Requestor", None, &settings.requestor);
    write_content(settings, &mut draft, &item.content);
    draft.overlay(&item.content.fields, &settings.key_field)?;
    draft.set(&settings.key_field, &item.key);
    Ok(draft.without_blanks())
}

/// What a new ticket says.
#[must_use]
pub fn description(item: &WorkItem) -> String {
    let description = printable(item.content.description.as_deref().unwrap_or_default());
    match &item.follows {
        // A link would be written into the old one, too, which is not ours any more.
        Some(old) => format!("{description}\n\n{}", follows(old)).trim_start().into(),
        None => description,
    }
}

/// The fields of a change; a status that the ticket has already is left out.
///
/// # Errors
/// `rejected`, where content does not fit.
pub fn amendment(settings: &Settings, ticket: &Ticket, change: Change, item: &WorkItem) -> Result<Draft, CallError> {
    let mut draft = Draft::default();
    write_content(settings, &mut draft, &item.content);
    match change {
        Change::Resolve if !is_over(ticket.state) => draft.set("Status", &settings.resolved_status),
        Change::Reopen if is_over(ticket.state) => draft.set("Status", &settings.reopened_status),
        Change::Update | Change::Resolve | Change::Reopen | Change::Annotate => {}
    }
    draft.overlay(&item.content.fields, &settings.key_field)?;
    Ok(draft)
}

/// The ticket in an answer.
#[must_use]
pub fn ticket(settings: &Settings, row: &Row) -> Ticket {
    let (id, status) = (row.id(), row.text("Status"));
    let state = state(settings, &status);
    let over_at = row.time("Resolved");
    Ticket {
        number: format!("#{id}"),
        url: url(settings, row),
        key: row.first_custom(&settings.key_field),
        state,
        platform_state: status,
        version: row.version.clone(),
        priority: row.text("Priority"),
        assignment: row.text("Queue"),
        assigned_to: row.person("Owner"),
        created_at: row.time("Created"),
        updated_at: row.time("LastUpdated"),
        // The date stays when a ticket is opened again.
        resolved_at: over_at.clone().filter(|_| state == TicketState::Resolved),
        closed_at: over_at.filter(|_| matches!(state, TicketState::Closed | TicketState::Canceled)),
        fields: row.fields(),
        id,
    }
}

/// What a status means; open where nobody says, since a ticket that is wrongly taken for done would be forgotten.
#[must_use]
pub fn state(settings: &Settings, status: &str) -> TicketState {
    settings.state(status).unwrap_or(TicketState::Open)
}

/// Whether people took this ticket away.
#[must_use]
pub fn is_deleted(row: &Row) -> bool {
    row.text("Status") == DELETED
}

/// Where a person opens a ticket; empty where nothing tells the server's address.
#[must_use]
pub fn url(settings: &Settings, row: &Row) -> String {
    let set = Some(settings.web_url.trim_end_matches('/').to_owned()).filter(|url| !url.is_empty());
    let base = set.or_else(|| row.web_url());
    base.map_or_else(String::new, |base| format!("{base}/Ticket/Display.html?id={}", row.id()))
}

/// The fields of what content says; what it leaves open stays as it is.
fn write_content(settings: &Settings, draft: &mut Draft, content: &Content) {
    let names = &settings.custom_fields;
    draft.set_or("Subject", content.title.as_deref(), "");
    if let Some(severity) = content.severity {
        draft.set("Priority", &settings.priority.of(severity).to_string());
    }
    draft.set_or("Queue", content.assignment.as_deref(), "");
    draft.set_or("Requestor", content.caller.as_deref(), "");
    draft.set_or(&names.configuration_item, content.configuration_item.as_deref(), "");
    draft.set_or(&names.service, content.service.as_deref(), "");
    draft.set_or(&names.category, content.category.as_deref(), "");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{KEY, content, full_content, item, parsed, row, settings, ticket as seen};
    use serde_json::{Value, json};

    fn fields(draft: &Draft) -> Value {
        draft.to_json(str::to_owned)
    }

    #[test]
    fn a_new_ticket_has_its_key_and_the_defaults() {
        let settings =
            settings(json!({"requestor": "monitoring@example.com", "custom_fields": {"service": "Service"}}));
        let content = Content { service: Some("Shop".into()), category: Some("disk".into()), ..full_content() };
        let expected = json!({
            "Queue": "Incidents", "Requestor": ["monitoring@example.com"], "Subject": "Disk full on db-1", "Priority": "75",
            "CustomFields": {"Service": "Shop", "Signalbox Key": KEY}
        });
        assert_eq!(fields(&opening(&settings, &item(content)).unwrap()), expected);
    }

    #[test]
    fn a_key_stands_in_the_field_that_the_settings_name() {
        let settings = settings(json!({"key_field": "Alert Key"}));
        let expected = json!({"Queue": "Incidents", "CustomFields": {"Alert Key": KEY}});
        assert_eq!(fields(&opening(&settings, &item(content())).unwrap()), expected);
        let mut answer = row("open");
        answer["CustomFields"] = json!([{"id": "2", "name": "Alert Key", "values": [KEY]}]);
        assert_eq!(ticket(&settings, &parsed(&answer, "35")).key, KEY);
    }

    #[test]
    fn each_severity_has_the_priority_that_the_settings_give_it() {
        use signalbox_sdk::types::Severity::{Critical, Error, Informational, Verbose, Warning};
        let settings = settings(json!({"priority": {"error": 80, "verbose": 5}}));
        let of = |severity| {
            let content = Content { severity: Some(severity), ..content() };
            let seen = seen(TicketState::Open, "open");
            amendment(&settings, &seen, Change::Update, &item(content)).unwrap().get("Priority").to_owned()
        };
        assert_eq!([Critical, Error, Warning, Informational, Verbose].map(of), ["100", "80", "50", "25", "5"]);
    }

    #[test]
    fn a_mapping_wins_over_the_defaults() {
        let mine = json!({"Queue": "Network", "Priority": 3, "Requestor": "", "Site": "North"}).to_string();
        let settings = settings(json!({"requestor": "monitoring@example.com"}));
        let expected = json!({
            "Queue": "Network", "Priority": "3", "Subject": "Disk full on db-1",
            "CustomFields": {"Signalbox Key": KEY, "Site": "North"}
        });
        let content = Content { fields: mine, ..full_content() };
        assert_eq!(fields(&opening(&settings, &item(content)).unwrap()), expected);
    }

    #[test]
    fn a_renewed_ticket_tells_people_whom_it_follows() {
        let mut renewed = item(full_content());
        assert_eq!(description(&renewed), "97 % > 90 %");
        renewed.follows = Some(seen(TicketState::Canceled, "rejected"));
        let follows = "Follows #7 (https://rt.example.com/Ticket/Display.html?id=7), which could not be reopened.";
        assert_eq!(description(&renewed), format!("97 % > 90 %\n\n{follows}"));
        renewed.content = content();
        assert_eq!(description(&renewed), follows);
    }

    #[test]
    fn a_status_is_written_where_it_changes() {
        use Change::{Annotate, Reopen, Resolve, Update};
        use TicketState::{Canceled, Open, Pending, Resolved};
        for (state, change, status) in [
            (Open, Resolve, "resolved"),
            (Pending, Resolve, "resolved"),
            (Resolved, Resolve, ""),
            (Canceled, Resolve, ""),
            (Resolved, Reopen, "open"),
            (Canceled, Reopen, "open"),
            (Open, Reopen, ""),
            (Open, Update, ""),
            (Resolved, Annotate, ""),
        ] {
            let draft = amendment(&settings(json!({})), &seen(state, "as seen"), change, &item(content())).unwrap();
            assert_eq!(draft.get("Status"), status, "{change:?} of {state:?}");
        }
    }

    #[test]
    fn a_ticket_is_read_in_the_gateway_s_words() {
        let mut answer = row("resolved");
        answer["Resolved"] = json!("2026-11-22T13:06:00Z");
        let read = ticket(&settings(json!({})), &parsed(&answer, "35"));
        assert_eq!((read.id.as_str(), read.number.as_str(), read.key.as_str()), ("7", "#7", KEY));
        assert_eq!(read.url, "https://rt.example.com/Ticket/Display.html?id=7");
        assert_eq!((read.state, read.platform_state.as_str()), (TicketState::Resolved, "resolved"));
        assert_eq!((read.version.as_str(), read.priority.as_str()), ("35", "75"));
        assert_eq!((read.assignment.as_str(), read.assigned_to.as_str()), ("Incidents", ""));
        assert_eq!((read.resolved_at.as_deref(), read.closed_at), (Some("2026-11-22T13:06:00Z"), None));
    }

    #[test]
    fn what_was_opened_again_is_not_resolved_though_the_date_stays() {
        let mut answer = row("open");
        answer["Resolved"] = json!("2026-11-22T13:06:00Z");
        assert_eq!(ticket(&settings(json!({})), &parsed(&answer, "35")).resolved_at, None);
        answer["Status"] = json!("rejected");
        let rejected = ticket(&settings(json!({})), &parsed(&answer, "35"));
        assert_eq!(rejected.closed_at.as_deref(), Some("2026-11-22T13:06:00Z"));
    }

    #[test]
    fn a_status_that_nobody_knows_counts_as_open() {
        let waiting = ticket(&settings(json!({})), &parsed(&row("waiting for parts"), "35"));
        assert_eq!((waiting.state, waiting.platform_state.as_str()), (TicketState::Open, "waiting for parts"));
        let settings = settings(json!({"states": {"waiting for parts": "pending"}}));
        assert_eq!(ticket(&settings, &parsed(&row("waiting for parts"), "35")).state, TicketState::Pending);
    }
}
