//! The table of ticket events: what the gateway did, or saw, with each of its tickets, and the alert that it was about.
//!
//! `TicketKey` is what this table and the work items have in common. Severities are `Sev0` to `Sev4`, as Azure Monitor has them.

use crate::schema::Fill::{Labels, Text, Texts, Time, Whole};
use crate::schema::{Column, Table, column};
use crate::work_items;
use signalbox_sdk::sink::TicketEvent;
use signalbox_sdk::types::{Condition, Severity, Ticket, WorkItemKind};

/// An event, and how it came.
#[derive(Clone, Debug)]
pub struct Happening {
    /// Its place among all that the sink ever gets.
    pub sequence: u64,
    /// The event.
    pub event: TicketEvent,
}

/// The table.
pub const TABLE: Table<Happening> = Table {
    name: "SignalboxTicketEvents_CL",
    description: "What happened to the gateway's own tickets, a row an event, with the alert that it was about.",
    columns: COLUMNS,
};

const COLUMNS: &[Column<Happening>] = &[
    column!("TimeGenerated", Time, |it| Some(&it.event.at), "When it happened."),
    column!("Sequence", Whole, |it| it.sequence, "Its place in the feed; the same is the same event again."),
    column!(
        "EventName",
        Text,
        |it| &it.event.event,
        "As in the ticket's timeline: `fired`, `created`, `resolved`, `parked`."
    ),
    column!("ConnectionName", Text, |it| &it.event.connection, "The gateway's connection that the ticket is on."),
    column!("WorkItemType", Text, |it| it.kind(), "`Incident`, `Alert` or `Event`."),
    column!("TicketKey", Text, |it| &it.event.key, "The gateway's key of the ticket."),
    column!(
        "TicketNumber",
        Text,
        |it| it.ticket(|ticket| &ticket.number),
        "Number that people read out; empty before the ticket is there."
    ),
    column!("TicketId", Text, |it| it.ticket(|ticket| &ticket.id), "The platform's own key."),
    column!("TicketUrl", Text, |it| it.ticket(|ticket| &ticket.url), "Where a person opens it."),
    column!(
        "TicketState",
        Text,
        |it| it.ticket(|ticket| work_items::state(ticket.state)),
        "`open`, `pending`, `resolved`, `closed` or `canceled`, as it was then."
    ),
    column!(
        "TicketPlatformState",
        Text,
        |it| it.ticket(|ticket| &ticket.platform_state),
        "The same in the platform's words."
    ),
    column!("TicketPriority", Text, |it| it.ticket(|ticket| &ticket.priority), "Priority, in the platform's words."),
    column!("TicketAssignment", Text, |it| it.ticket(|ticket| &ticket.assignment), "Group or queue that it was with."),
    column!("TicketAssignedTo", Text, |it| it.ticket(|ticket| &ticket.assigned_to), "Whom it was with."),
    column!("TicketCreatedDate", Time, |it| it.time(|ticket| &ticket.created_at), "When the ticket was made."),
    column!("TicketResolvedDate", Time, |it| it.time(|ticket| &ticket.resolved_at), "When it was resolved."),
    column!("TicketClosedDate", Time, |it| it.time(|ticket| &ticket.closed_at), "When it was closed."),
    column!("AlertId", Text, |it| &it.event.alert_id, "The alert's id, as its monitor has it."),
    column!("AlertRule", Text, |it| &it.event.rule, "Name of the rule that fired."),
    column!("AlertSeverity", Text, |it| severity(it.event.severity), "`Sev0` to `Sev4`."),
    column!("AlertCondition", Text, |it| it.condition(), "`Fired` or `Resolved`."),
    column!("CorrelationKey", Text, |it| &it.event.correlation_key, "What all alerts of one problem have in common."),
    column!("Computer", Text, |it| it.resource(), "The most affected resource."),
    column!("ResourceIds", Texts, |it| &it.event.resource_ids, "All that the alert is about, the most affected first."),
    column!("Labels", Labels, |it| &it.event.labels, "What no column exists for."),
];

// === impl Happening ===

impl Happening {
    fn kind(&self) -> &str {
        match self.event.kind {
            WorkItemKind::Incident => "Incident",
            WorkItemKind::Alert => "Alert",
            WorkItemKind::Event => "Event",
        }
    }

    fn condition(&self) -> &str {
        match self.event.condition {
            Condition::Fired => "Fired",
            Condition::Resolved => "Resolved",
        }
    }

    fn resource(&self) -> &str {
        self.event.resource_ids.first().map_or("", String::as_str)
    }

    fn ticket(&self, text: fn(&Ticket) -> &str) -> &str {
        self.event.ticket.as_ref().map_or("", text)
    }

    fn time(&self, time: fn(&Ticket) -> &Option<String>) -> Option<&str> {
        self.event.ticket.as_ref().and_then(|ticket| time(ticket).as_deref())
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Sev0",
        Severity::Error => "Sev1",
        Severity::Warning => "Sev2",
        Severity::Informational => "Sev3",
        Severity::Verbose => "Sev4",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{KEY, event, happening, row};
    use serde_json::json;

    #[test]
    fn an_event_has_its_ticket_and_its_alert() {
        assert_eq!(
            row(&happening(7, "created")),
            json!({
                "TimeGenerated": "2026-11-22T11:00:00.5Z",
                "Sequence": 7,
                "EventName": "created",
                "ConnectionName": "snow",
                "WorkItemType": "Incident",
                "TicketKey": KEY,
                "TicketId": "i-1",
                "TicketState": "open",
                "TicketPlatformState": "New",
                "AlertId": "alert-77",
                "AlertRule": "disk-full",
                "AlertSeverity": "Sev1",
                "AlertCondition": "Fired",
                "CorrelationKey": "k-1",
                "Computer": "/subscriptions/s/vm/db-1",
                "ResourceIds": ["/subscriptions/s/vm/db-1", "/subscriptions/s/vm/db-2"],
                "Labels": {"gateway": "acme-test"},
            })
        );
    }

    #[test]
    fn before_it_is_made_a_ticket_has_only_its_key() {
        let happening = Happening { sequence: 1, event: TicketEvent { ticket: None, ..event("fired") } };
        let row: serde_json::Value = serde_json::from_str(&TABLE.row(&happening)).unwrap();
        let of_ticket: Vec<_> = row.as_object().unwrap().keys().filter(|name| name.starts_with("Ticket")).collect();
        assert_eq!(of_ticket, ["TicketKey"]);
    }

    #[test]
    fn severities_are_azure_s() {
        use Severity::{Critical, Error, Informational, Verbose, Warning};
        let all = [Critical, Error, Warning, Informational, Verbose];
        assert_eq!(all.map(severity), ["Sev0", "Sev1", "Sev2", "Sev3", "Sev4"]);
    }
}
