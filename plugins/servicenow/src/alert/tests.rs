use super::*;
use crate::testing::{GROUP, ID, INSTANCE, KEY, cell, content, full_content, item, settings, ticket};
use serde_json::json;
use signalbox_sdk::types::{CallErrorKind, Severity, WorkItemKind};

fn alert(content: Content) -> WorkItem {
    item(WorkItemKind::Alert, content)
}

fn amendment(seen: &Ticket, change: Change, content: Content) -> Value {
    Alerts(&settings(json!({}))).amendment(seen, change, &alert(content)).unwrap().to_json()
}

fn open() -> Ticket {
    let fields = json!({"description": "Disk full\n\n97 %\n\nlinks"}).to_string();
    Ticket { fields, ..ticket(TicketState::Open, "Open") }
}

fn closed() -> Ticket {
    ticket(TicketState::Resolved, "Closed")
}

#[test]
fn a_new_alert_is_open_and_carries_the_key() {
    let mut draft =
        Alerts(&settings(json!({"configuration_item": GROUP}))).opening(&alert(full_content())).unwrap().to_json();
    let info: Value = serde_json::from_str(draft["additional_info"].as_str().unwrap()).unwrap();
    assert_eq!((&info["key"], &info["alert_id"]), (&json!(KEY), &json!("alert-77")));
    draft.as_object_mut().unwrap().remove("additional_info");
    let expected = json!({
        "source": "Signalbox", "event_class": "acme-test", "node": "db-1", "resource": "db-1", "metric_name": "disk-full",
        "type": "metric", "severity": "2", "description": "Disk full on db-1\n\n97 % > 90 %", "state": "Open",
        "message_key": KEY, "cmdb_ci": GROUP
    });
    assert_eq!(draft, expected);
}

#[test]
fn a_mapping_cannot_change_what_an_alert_is_known_by() {
    let own = Content { fields: r#"{"message_key": "mine"}"#.into(), ..content() };
    let error = Alerts(&Settings::default()).opening(&alert(own)).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "message_key"));
}

#[test]
fn an_alert_is_closed_and_reopened_by_its_state() {
    assert_eq!(amendment(&open(), Change::Resolve, content()), json!({"state": "Closed"}));
    assert_eq!(amendment(&closed(), Change::Reopen, content()), json!({"state": "Reopen"}));
    assert_eq!(amendment(&closed(), Change::Resolve, content()), json!({}));
    assert_eq!(amendment(&open(), Change::Annotate, content()), json!({}));
}

#[test]
fn a_change_of_severity_is_one_column() {
    let worse = Content { severity: Some(Severity::Critical), ..content() };
    assert_eq!(amendment(&open(), Change::Update, worse), json!({"severity": "1"}));
}

#[test]
fn title_and_description_share_a_column_and_leave_each_other_alone() {
    let title = Content { title: Some("Disk very full".into()), ..content() };
    assert_eq!(amendment(&open(), Change::Update, title)["description"], "Disk very full\n\n97 %\n\nlinks");
    let rest = Content { description: Some("99 %".into()), ..content() };
    assert_eq!(amendment(&open(), Change::Update, rest)["description"], "Disk full\n\n99 %");
}

#[test]
fn a_row_is_a_ticket() {
    let row = json!({
        "sys_id": ID, "number": "Alert0010003", "message_key": KEY, "state": "Flapping", "severity": cell("1", "Critical"),
        "sys_mod_count": "2", "sys_updated_on": "2026-11-22 13:06:00"
    });
    let settings = settings(json!({}));
    let ticket = Alerts(&settings).ticket(&Row::parse(&row).unwrap());
    assert_eq!(
        (ticket.number.as_str(), ticket.key.as_str(), ticket.priority.as_str()),
        ("Alert0010003", KEY, "Critical")
    );
    assert_eq!((ticket.state, ticket.platform_state.as_str()), (TicketState::Open, "Flapping"));
    assert_eq!(ticket.updated_at.as_deref(), Some("2026-11-22T13:06:00Z"));
    assert_eq!(ticket.url, format!("{INSTANCE}/nav_to.do?uri=em_alert.do?sys_id={ID}"));
}
