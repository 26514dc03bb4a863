use super::*;
use crate::testing::{INSTANCE, KEY, PROBLEM, content, full_content, item, note, play, refusal, settings};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::WorkItemKind;
use signalbox_sdk::work::Content;

fn event(content: Content) -> WorkItem {
    item(WorkItemKind::Event, content)
}

/// The event that is sent, its `additional_info` read.
fn sent(change: Option<Change>, item: &WorkItem) -> Value {
    let settings = settings(json!({}));
    let is_over = change == Some(Change::Resolve);
    let mut record = record(&settings, item, is_over).unwrap().to_json();
    let info: Value = serde_json::from_str(record["additional_info"].as_str().unwrap()).unwrap();
    record["additional_info"] = info;
    record
}

fn run(change: Option<Change>, item: &WorkItem, answer: impl FnOnce(Step) -> Step) -> Result<Ticket, CallError> {
    let settings = settings(json!({}));
    let is_over = change == Some(Change::Resolve) || label(item, "alert.condition") == Some("resolved");
    let body = json!({"records": [record(&settings, item, is_over).unwrap().to_json()]});
    play(&settings, [answer(Step::on("POST", "/api/global/em/jsonv2").body(body))], |client| post(client, change, item))
        .0
}

fn taken(step: Step) -> Step {
    step.answer(200, &json!({"result": {"Default Bulk Endpoint": "1 events were inserted"}}))
}

#[test]
fn an_event_says_who_what_where_and_how_bad() {
    let expected = json!({
        "source": "Signalbox",
        "event_class": "acme-test",
        "node": "db-1",
        "resource": "db-1",
        "metric_name": "disk-full",
        "type": "metric",
        "message_key": PROBLEM,
        "severity": "2",
        "description": "Disk full on db-1\n\n97 % > 90 %",
        "time_of_event": "2026-11-22 13:06:00",
        "resolution_state": "New",
        "additional_info": {
            "key": KEY, "alert_id": "alert-77", "alert_rule": "disk-full", "alert_signal": "metric",
            "alert_observed_at": "2026-11-22T13:06:00.25Z", "resource_name": "db-1", "gateway": "acme-test"
        }
    });
    assert_eq!(sent(None, &event(full_content())), expected);
}

#[test]
fn severities_are_those_of_event_management() {
    for (severity, value) in [
        (Severity::Critical, "1"),
        (Severity::Error, "2"),
        (Severity::Warning, "4"),
        (Severity::Informational, "4"),
        (Severity::Verbose, "5"),
    ] {
        let item = event(Content { severity: Some(severity), ..content() });
        assert_eq!(sent(None, &item)["severity"], value, "{severity:?}");
    }
}

#[test]
fn what_is_over_is_clear_and_closing() {
    let over = sent(Some(Change::Resolve), &event(full_content()));
    assert_eq!((&over["severity"], &over["resolution_state"]), (&json!("0"), &json!("Closing")));
    assert_eq!(over["message_key"], PROBLEM);
}

#[test]
fn what_has_no_column_goes_into_additional_info() {
    let fields = r#"{"node": "db-1.example.com", "u_site": "ZRH", "u_tags": ["a", "b"]}"#;
    let mut item = event(Content { assignment: Some("Operations".into()), fields: fields.into(), ..content() });
    item.notes = vec![note("n-1", "13:06:00", "fired again")];
    let sent = sent(None, &item);
    assert_eq!(sent["node"], "db-1.example.com");
    let info = &sent["additional_info"];
    assert_eq!((&info["u_site"], &info["u_tags"]), (&json!("ZRH"), &json!(["a", "b"])));
    assert_eq!((&info["assignment_group"], &info["notes"]), (&json!("Operations"), &json!("fired again")));
    assert_eq!(info.get("node"), None);
}

#[test]
fn a_mapping_cannot_change_what_an_event_is_known_by() {
    let item = event(Content { fields: r#"{"message_key": "mine"}"#.into(), ..content() });
    let error = record(&Settings::default(), &item, false).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "message_key"));
}

#[test]
fn an_event_answers_what_was_sent() {
    let ticket = run(None, &event(full_content()), taken).unwrap();
    assert_eq!((ticket.id.as_str(), ticket.key.as_str()), (PROBLEM, KEY));
    assert_eq!(
        (ticket.state, ticket.platform_state.as_str(), ticket.priority.as_str()),
        (TicketState::Open, "New", "2")
    );
    assert_eq!(ticket.url, format!("{INSTANCE}/nav_to.do?uri=em_alert_list.do?sysparm_query=message_key={PROBLEM}"));
    let fields: Value = serde_json::from_str(&ticket.fields).unwrap();
    assert_eq!(fields["metric_name"], "disk-full");
    assert_eq!(run(Some(Change::Resolve), &event(full_content()), taken).unwrap().state, TicketState::Resolved);
}

#[test]
fn a_note_on_what_is_over_does_not_bring_it_back() {
    let mut item = event(full_content());
    item.labels.push(("alert.condition".into(), "resolved".into()));
    assert_eq!(run(Some(Change::Annotate), &item, taken).unwrap().state, TicketState::Resolved);
}

#[test]
fn an_event_that_was_not_taken_is_refused() {
    let nothing = json!({"result": {"Default Bulk Endpoint": "0 events were inserted"}});
    let error = run(None, &event(full_content()), |step| step.answer(200, &nothing)).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Rejected);
}

#[test]
fn an_instance_without_event_management_says_so() {
    let missing = refusal("Requested URI does not represent any resource", "/api/global/em/jsonv2");
    let error = run(None, &event(full_content()), |step| step.answer(400, &missing)).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unsupported);
}

#[test]
fn an_event_without_an_answer_is_unknown() {
    let error =
        run(None, &event(full_content()), |step| step.fail(Failure::OutcomeUnknown("timeout".into()))).unwrap_err();
    assert_eq!(error.kind, CallErrorKind::OutcomeUnknown);
}

#[test]
fn no_column_of_an_event_is_longer_than_event_management_has_it() {
    let long = |words: &str| Some(words.repeat(900));
    let content =
        Content { title: long("title "), description: long("text "), configuration_item: long("node "), ..content() };
    let record = record(&settings(json!({})), &event(content), false).unwrap();
    for (column, longest) in [("description", 4000), ("node", 255)] {
        let length = record.get(column).unwrap().chars().count();
        assert!((longest / 2..=longest).contains(&length), "{column}: {length}");
    }
}
