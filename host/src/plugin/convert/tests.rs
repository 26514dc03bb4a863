use super::*;
use crate::domain::{CallErrorKind, Condition, PlatformTicket, Severity, TicketState};
use crate::plugin::bindings::types;

fn contract_alert() -> types::Alert {
    let at = "2026-03-01T10:00:00.1234567Z".to_owned();
    types::Alert {
        id: "a".to_owned(),
        correlation_key: "k".to_owned(),
        condition: types::Condition::Resolved,
        severity: types::Severity::Warning,
        resolves: true,
        signal: "metric".to_owned(),
        rule: "rule".to_owned(),
        title: "title".to_owned(),
        summary: "summary".to_owned(),
        description: "description".to_owned(),
        observed_at: at.clone(),
        fired_at: at.clone(),
        resolved_at: Some(at),
        resources: vec![types::Resource {
            id: "r".to_owned(),
            name: "n".to_owned(),
            kind: "t".to_owned(),
            scope: vec![("cluster".to_owned(), "c".to_owned())],
            configuration_item: "ci".to_owned(),
        }],
        facts: vec![types::Fact {
            group: "condition".to_owned(),
            name: "Threshold".to_owned(),
            value: "80".to_owned(),
            unit: "%".to_owned(),
        }],
        links: vec![types::Link { title: "Portal".to_owned(), url: "https://portal.example/a".to_owned() }],
        labels: vec![("env".to_owned(), "prod".to_owned())],
        payload: r#"{"a":1}"#.to_owned(),
    }
}

fn platform_ticket() -> PlatformTicket {
    let at = Some("2026-03-01T10:00:00Z".parse().unwrap());
    PlatformTicket {
        id: "1".to_owned(),
        number: "N1".to_owned(),
        url: "https://desk.example/1".to_owned(),
        key: "p-1".to_owned(),
        state: TicketState::Pending,
        platform_state: "On Hold".to_owned(),
        version: "3".to_owned(),
        priority: "2".to_owned(),
        assignment: "group".to_owned(),
        assigned_to: "person".to_owned(),
        created_at: at,
        updated_at: at,
        resolved_at: None,
        closed_at: None,
        fields: serde_json::from_str(r#"{"a":[1,"b"]}"#).unwrap(),
    }
}

#[test]
fn an_alert_is_the_same_after_it_went_out_and_in_again() {
    let alert = alerts_out(vec![contract_alert()]).unwrap().remove(0);
    assert_eq!((alert.condition, alert.severity), (Condition::Resolved, Severity::Warning));
    assert_eq!(alert.observed_at.nanos() % 1_000_000_000, 123_456_700);
    let again = alerts_out(vec![alert_in(alert.clone())]).unwrap();
    assert_eq!(again, [alert]);
}

#[test]
fn a_ticket_is_the_same_after_it_went_in_and_out_again() {
    assert_eq!(ticket_out(ticket_in(platform_ticket())), Ok(platform_ticket()));
}

#[test]
fn what_does_not_fit_is_named_by_its_place() {
    let base = contract_alert;
    let resource = |id: &str| types::Resource { id: id.to_owned(), ..base().resources.remove(0) };
    let table = [
        (types::Alert { id: String::new(), ..base() }, "alerts[0].id"),
        (types::Alert { correlation_key: "k".repeat(5_000), ..base() }, "alerts[0].correlation-key"),
        (types::Alert { observed_at: "soon".to_owned(), ..base() }, "alerts[0].observed-at"),
        (types::Alert { resolved_at: Some(String::new()), ..base() }, "alerts[0].resolved-at"),
        (types::Alert { resources: vec![resource("r"), resource("")], ..base() }, "alerts[0].resources[1].id"),
        (types::Alert { labels: vec![(String::new(), "v".to_owned())], ..base() }, "alerts[0].labels[0].name"),
        (types::Alert { payload: "{".to_owned(), ..base() }, "alerts[0].payload"),
    ];
    for (alert, place) in table {
        assert_eq!(alerts_out(vec![alert]).unwrap_err().field, place);
    }
}

#[test]
fn a_tickets_fields_are_an_object() {
    for fields in ["[]", "1", "{"] {
        let ticket = types::Ticket { fields: fields.to_owned(), ..ticket_in(platform_ticket()) };
        assert_eq!(ticket_out(ticket).unwrap_err().field, "fields", "{fields}");
    }
}

#[test]
fn a_platforms_words_are_escaped_and_its_kind_is_kept() {
    let error = types::CallError {
        kind: types::CallErrorKind::Throttled,
        code: "42".to_owned(),
        message: "slow\u{1b}[31m down".to_owned(),
        field: String::new(),
        retry_after: Some(7),
    };
    let error = call_error_out(error);
    assert_eq!((error.kind, error.retry_after), (CallErrorKind::Throttled, Some(7)));
    assert_eq!(error.message, "slow\\u{1b}[31m down");
}
