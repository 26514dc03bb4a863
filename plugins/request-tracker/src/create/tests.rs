use super::*;
use crate::testing::{
    KEY, change, comment, content, full_content, item, look, note, play, queue, refusal, row, settings, ticket,
};
use CallErrorKind::{OutcomeUnknown, Rejected};
use signalbox_sdk::http::Failure;
use signalbox_sdk::percent;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::TicketState;
use signalbox_sdk::work::Content;

const FIELDS: [&str; 3] = ["Signalbox Key", "Site", "Cost Centre"];

fn incidents() -> Step {
    queue("Incidents", &FIELDS, true)
}

fn made(body: Value) -> Step {
    Step::on("POST", "/REST/2.0/ticket").body(body).answer(201, &json!({"id": "7", "type": "ticket"}))
}

/// What a ticket with nothing but its key and a title asks for.
fn least() -> Value {
    json!({"Queue": "Incidents", "Subject": "Disk full on db-1", "CustomFields": {"2": KEY}})
}

fn titled() -> WorkItem {
    item(Content { title: Some("Disk full on db-1".into()), ..content() })
}

fn run(item: &WorkItem, steps: impl IntoIterator<Item = Step>) -> (Result<Ticket, CallError>, Vec<String>) {
    play(&settings(json!({})), steps, |client| create(client, item))
}

#[test]
fn a_ticket_is_made_with_the_ids_of_its_fields_and_looked_at() {
    let body = json!({
        "Queue": "Incidents", "Subject": "Disk full on db-1", "Priority": "75", "CustomFields": {"2": KEY},
        "Content": "97 % > 90 %", "ContentType": "text/plain"
    });
    let (ticket, warnings) = run(&item(full_content()), [incidents(), made(body), look("31", &row("new"))]);
    let ticket = ticket.unwrap();
    assert_eq!((ticket.number.as_str(), ticket.key.as_str(), ticket.version.as_str()), ("#7", KEY, "31"));
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn what_is_not_there_is_refused_before_anything_is_written() {
    let named = |fields: Value| item(Content { fields: fields.to_string(), ..content() });
    let owner = percent::target("/REST/2.0/users", &[("query", r#"[{"field":"Name","value":"sam"}]"#)]);
    let no_user = Step::on("GET", owner).answer(200, &json!({"items": []}));
    let forbidden = queue("Incidents", &[], false).answer(403, &refusal("Forbidden"));
    let odd = percent::target("/REST/2.0/queues", &[("query", r#"[{"field":"Name","value":"a/b\\"}]"#)]);
    let no_queue = Step::on("GET", odd).answer(200, &json!({"items": []}));
    let cases = [
        (named(json!({})), vec![forbidden], "Queue"),
        (named(json!({"Queue": "a/b\\"})), vec![no_queue], "Queue"),
        (named(json!({"Owner": "sam"})), vec![incidents(), no_user], "Owner"),
        (named(json!({"Nope": "x"})), vec![incidents()], "Nope"),
        (named(json!({})), vec![queue("Incidents", &["Site"], true)], "Signalbox Key"),
    ];
    for (item, steps, field) in cases {
        let error = run(&item, steps).0.unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (Rejected, field));
    }
}

#[test]
fn a_ticket_that_the_server_refuses_is_rejected_in_its_words() {
    let words = "Status 'bogus' isn't a valid status for tickets in this queue.";
    let refused = made(least()).answer(400, &refusal(words));
    let error = run(&titled(), [incidents(), refused]).0.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (Rejected, words));
}

#[test]
fn a_ticket_without_its_key_is_withdrawn_and_not_made_again() {
    let mut bare = row("new");
    bare["CustomFields"] = json!([]);
    let withdraw = || change(json!({"Status": "rejected"}), &["Ticket 7: Status changed from 'new' to 'rejected'"]);
    let mut withdrawn = bare.clone();
    withdrawn["Status"] = json!("rejected");
    for (after, fate) in [(&withdrawn, "was given the status rejected"), (&bare, "still stands: end it by hand")] {
        let steps = [incidents(), made(least()), look("31", &bare), withdraw(), look("32", after)];
        let error = run(&titled(), steps).0.unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (Rejected, "Signalbox Key"));
        assert!(error.message.contains(fate), "{}", error.message);
    }
}

#[test]
fn a_value_that_was_not_kept_is_told_to_people_and_the_operator() {
    let item = item(Content {
        title: Some("Disk full on db-1".into()),
        fields: json!({"Cost Centre": "abc"}).to_string(),
        ..content()
    });
    let body = json!({"Queue": "Incidents", "Subject": "Disk full on db-1", "CustomFields": {"2": KEY, "4": "abc"}});
    let mut kept = row("new");
    kept["CustomFields"].as_array_mut().unwrap().push(json!({"id": "4", "name": "Cost Centre", "values": []}));
    let why = "Could not add a new value to custom field 'Cost Centre': Input must match [Four digits]";
    let told =
        format!("Request Tracker did not keep these values of the new ticket: Cost Centre = \"abc\". It says: {why}");
    let steps = [
        incidents(),
        made(body),
        look("31", &kept),
        change(json!({"CustomFields": {"Cost Centre": "abc"}}), &[why]),
        comment("not-kept", &told),
        look("32", &kept),
    ];
    let (ticket, warnings) = run(&item, steps);
    assert_eq!(ticket.unwrap().version, "32");
    assert_eq!(warnings, ["Request Tracker did not keep values"]);
}

#[test]
fn notes_of_a_new_ticket_are_comments_that_can_be_looked_for() {
    let mut renewed = titled();
    renewed.notes = vec![note("n-1", "13:06:00", "fired again")];
    renewed.follows = Some(ticket(TicketState::Canceled, "rejected"));
    let mut body = least();
    body["Content"] =
        "Follows #7 (https://rt.example.com/Ticket/Display.html?id=7), which could not be reopened.".into();
    body["ContentType"] = "text/plain".into();
    let begin = || [incidents(), made(body.clone()), look("31", &row("new"))];
    let posted = comment("n-1", "fired again\n[n-1]");
    let steps = begin().into_iter().chain([posted.clone(), look("32", &row("new"))]);
    assert!(run(&renewed, steps).0.is_ok());
    let steps = begin().into_iter().chain([posted.answer(400, &refusal("Message could not be recorded"))]);
    assert_eq!(run(&renewed, steps).0.unwrap_err().kind, OutcomeUnknown);
}

#[test]
fn what_cannot_be_seen_after_it_was_made_is_unknown() {
    let lost = Failure::OutcomeUnknown("connection reset".into());
    let cases = [
        vec![incidents(), made(least()).fail(lost.clone())],
        vec![incidents(), made(least()).answer(201, &json!({"type": "ticket"}))],
        vec![incidents(), made(least()), look("31", &row("new")).fail(lost)],
    ];
    for steps in cases {
        assert_eq!(run(&titled(), steps).0.unwrap_err().kind, OutcomeUnknown);
    }
}
