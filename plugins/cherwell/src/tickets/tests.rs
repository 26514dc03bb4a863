use super::*;
use crate::testing::{
    CUSTOMER, ID, INCIDENT, KEY, content, filter, full_content, incident_step, item, journal_step, note, note_step,
    play, post_step, read_step, record, refusal, row, save_step, saved, schema_step, search_step, settings,
    small_schema, ticket,
};
use CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected, Unavailable};
use TicketState::{Canceled, Closed, Open, Pending, Resolved};
use serde_json::Value;
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::work::Content;

fn search(records: Value) -> Step {
    search_step(INCIDENT, json!([filter(INCIDENT, "ExternalAlertID", "eq", KEY)]), None, 50, records)
}

fn run_find(records: Value) -> Result<Vec<Ticket>, CallError> {
    let settings = settings(json!({}));
    play(&settings, [incident_step(), search(records)], |client| find(client, KEY)).0
}

fn run_create(item: &WorkItem, steps: impl IntoIterator<Item = Step>) -> Result<Ticket, CallError> {
    let settings = settings(json!({}));
    play(&settings, steps, |client| create(client, item)).0
}

fn run_amend(
    seen: TicketState,
    change: Change,
    item: &WorkItem,
    steps: impl IntoIterator<Item = Step>,
) -> Result<Ticket, CallError> {
    let settings = settings(json!({}));
    play(&settings, steps, |client| amend(client, &ticket(seen, "as seen"), change, item)).0
}

const NEW: [(&str, &str); 6] = [
    ("Description", "97 % > 90 %"),
    ("ExternalAlertID", KEY),
    ("IncidentType", "Incident"),
    ("Priority", "2"),
    ("ShortDescription", "Disk full on db-1"),
    ("Source", "Event"),
];

const RESOLVING: [(&str, &str); 2] =
    [("CloseDescription", "The monitor reports that the problem is over."), ("Status", "Resolved")];

fn lost(step: Step) -> Step {
    step.fail(Failure::OutcomeUnknown("connection reset".into()))
}

fn closed_rule(step: Step) -> Step {
    step.answer(200, &refusal("GENERALFAILURE", "Incident cannot go from Closed to Resolved."))
}

// --- find ---

#[test]
fn every_ticket_of_the_key_is_found_oldest_first() {
    let made = |id: &str, number: &str, created: &str| {
        record(id, number, &[("ExternalAlertID", KEY), ("CreatedDateTime", created)])
    };
    let records = json!([
        made("9c", "10001", "11/22/2026 1:06 PM"),
        made("9a", "9999", "11/22/2026 1:06 PM"),
        made("9b", "10000", "11/22/2026 9:06 AM"),
    ]);
    let numbers: Vec<_> = run_find(records).unwrap().into_iter().map(|ticket| ticket.number).collect();
    assert_eq!(numbers, ["10000", "9999", "10001"]);
    assert_eq!(run_find(json!([])).unwrap(), []);
}

#[test]
fn a_ticket_with_another_key_is_never_acted_on() {
    let records = json!([row("New"), record("9b", "10223", &[("ExternalAlertID", "another")])]);
    assert_eq!(run_find(records).unwrap_err().kind, Protocol);
    let settings = settings(json!({}));
    assert_eq!(play(&settings, [], |client| find(client, "")).0.unwrap_err().kind, Rejected);
}

// --- read ---

#[test]
fn a_ticket_is_read_by_its_record_id_alone() {
    let settings = settings(json!({}));
    let (read, _) = play(&settings, [read_step(&row("New"))], |client| read(client, ID));
    assert_eq!(read.unwrap().platform_state, "New");
    for id in ["", "..", "9a/busobid", "x' or '1'='1"] {
        assert_eq!(play(&settings, [], |client| super::read(client, id)).0.unwrap_err().kind, Rejected, "{id}");
    }
}

#[test]
fn a_deleted_ticket_is_gone_although_the_status_is_500() {
    let settings = settings(json!({}));
    let step = read_step(&json!({})).answer(500, &refusal("RECORDNOTFOUND", "Record not found"));
    assert_eq!(play(&settings, [step], |client| read(client, ID)).0.unwrap_err().kind, Gone);
}

#[test]
fn another_record_than_the_one_asked_for_is_not_believed() {
    let settings = settings(json!({}));
    for answer in [record("9f", "1", &[]), json!({"fields": []})] {
        let (read, _) = play(&settings, [read_step(&answer)], |client| read(client, ID));
        assert_eq!(read.unwrap_err().kind, Protocol, "{answer}");
    }
}

// --- create ---

#[test]
fn a_create_is_one_save_that_is_read_back() {
    let steps = [incident_step(), save_step("", &NEW), read_step(&row("New"))];
    let made = run_create(&item(full_content()), steps).unwrap();
    assert_eq!((made.number.as_str(), made.state, made.key.as_str()), ("10222", Open, KEY));
}

#[test]
fn notes_of_a_new_ticket_are_posted_in_their_order() {
    let mut item = item(full_content());
    item.notes = vec![note("n-1", "13:06:00", "fired"), note("n-2", "13:07:00", "again")];
    let steps = [
        incident_step(),
        note_step(),
        save_step("", &NEW),
        post_step("fired\n[n-1]"),
        post_step("again\n[n-2]"),
        read_step(&row("New")),
    ];
    assert!(run_create(&item, steps).is_ok());
}

#[test]
fn whatever_fails_after_the_save_leaves_a_ticket_that_can_be_found() {
    let mut noted = item(full_content());
    noted.notes = vec![note("n-1", "13:06:00", "fired")];
    let refused = post_step("fired\n[n-1]").answer(403, &refusal("INSUFFICIENTRIGHTS", "no"));
    let steps = [incident_step(), note_step(), save_step("", &NEW), refused];
    assert_eq!(run_create(&noted, steps).unwrap_err().kind, OutcomeUnknown);
    let steps = [incident_step(), save_step("", &NEW), lost(read_step(&json!({})))];
    assert_eq!(run_create(&item(full_content()), steps).unwrap_err().kind, OutcomeUnknown);
}

#[test]
fn a_save_without_an_answer_is_unknown_and_a_question_is_not() {
    let steps = [incident_step(), lost(save_step("", &NEW))];
    assert_eq!(run_create(&item(full_content()), steps).unwrap_err().kind, OutcomeUnknown);
    assert_eq!(run_create(&item(full_content()), [lost(incident_step())]).unwrap_err().kind, Unavailable);
}

#[test]
fn a_refused_field_is_named() {
    let mut body = saved("");
    body["fieldValidationErrors"] =
        json!([{"error": "Service is required.", "fieldId": format!("BO:{INCIDENT},FI:service")}]);
    body["hasError"] = json!(true);
    let steps = [incident_step(), save_step("", &NEW).answer(200, &body)];
    let error = run_create(&item(full_content()), steps).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "Service"));
}

#[test]
fn a_refusal_that_names_a_new_record_is_one_where_the_record_is_not_there() {
    let doubtful = || {
        let mut body = saved(ID);
        body["fieldValidationErrors"] = json!([{"error": "Nope.", "fieldId": format!("BO:{INCIDENT},FI:service")}]);
        body
    };
    let missing = refusal("RECORDNOTFOUND", "Record not found");
    for (read, kind) in [
        (read_step(&json!({})).answer(500, &missing), Rejected),
        (read_step(&row("New")), OutcomeUnknown),
        (lost(read_step(&json!({}))), OutcomeUnknown),
    ] {
        let steps = [incident_step(), save_step("", &NEW).answer(200, &doubtful()), read];
        let error = run_create(&item(full_content()), steps).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (kind, "Service"));
    }
    let mut again = item(content());
    for kind in [OutcomeUnknown, Rejected] {
        let steps = [incident_step(), save_step(ID, &RESOLVING).answer(200, &doubtful())];
        assert_eq!(run_amend(Open, Change::Resolve, &again, steps).unwrap_err().kind, kind);
        again.again = true;
    }
}

#[test]
fn a_field_that_the_system_does_not_have_is_refused_before_anything_is_written() {
    let item = item(Content { fields: r#"{"Nonsense": "x"}"#.into(), ..full_content() });
    let error = run_create(&item, [incident_step()]).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "Nonsense"));
}

#[test]
fn a_customer_is_looked_up_before_anything_is_written() {
    let item = item(Content { caller: Some("Nobody".into()), ..full_content() });
    let by = |field| search_step(CUSTOMER, json!([filter(CUSTOMER, field, "eq", "Nobody")]), None, 20, json!([]));
    let schema = schema_step(CUSTOMER, &small_schema(CUSTOMER, &["FullName", "Email"]));
    let error = run_create(&item, [schema, incident_step(), by("FullName"), by("Email")]).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "CustomerRecID"));
}

// --- amend ---

#[test]
fn a_resolve_is_one_save_that_is_read_back() {
    let steps = [incident_step(), save_step(ID, &RESOLVING), read_step(&row("Resolved"))];
    assert_eq!(run_amend(Open, Change::Resolve, &item(content()), steps).unwrap().state, Resolved);
}

#[test]
fn a_resolved_ticket_is_reopened() {
    let steps = [incident_step(), save_step(ID, &[("Status", "Reopened")]), read_step(&row("Reopened"))];
    assert_eq!(run_amend(Resolved, Change::Reopen, &item(content()), steps).unwrap().state, Open);
}

#[test]
fn what_is_over_is_neither_resolved_nor_reopened_nor_asked() {
    for (state, change) in
        [(Closed, Change::Resolve), (Closed, Change::Reopen), (Canceled, Change::Resolve), (Canceled, Change::Reopen)]
    {
        assert_eq!(run_amend(state, change, &item(content()), []).unwrap_err().kind, Conflict);
    }
}

#[test]
fn a_closed_ticket_is_reopened_where_the_system_is_set_up_so() {
    let settings = settings(json!({"closed_reopens": true}));
    let steps = [incident_step(), save_step(ID, &[("Status", "Reopened")]), read_step(&row("Reopened"))];
    let item = item(content());
    let (reopened, _) =
        play(&settings, steps, |client| amend(client, &ticket(Closed, "Closed"), Change::Reopen, &item));
    assert_eq!(reopened.unwrap().state, Open);
}

#[test]
fn a_note_that_may_stand_is_looked_for_before_it_is_posted() {
    let mut item = item(content());
    item.again = true;
    item.notes = vec![note("n-1", "13:06:00", "still 97 %"), note("n-2", "13:10:00", "98 %")];
    let steps = [
        incident_step(),
        note_step(),
        journal_step(&["still 97 %\n[n-1]"]),
        post_step("98 %\n[n-2]"),
        read_step(&row("In Progress")),
    ];
    assert!(run_amend(Open, Change::Annotate, &item, steps).is_ok());
}

#[test]
fn what_stands_is_not_written_again() {
    let mut item = item(content());
    item.again = true;
    item.notes = vec![note("n-1", "13:06:00", "over")];
    let settings = settings(json!({}));
    let mut seen = ticket(Open, "New");
    seen.fields = json!({"Status": "Resolved", "CloseDescription": "over"}).to_string();
    let steps = [incident_step(), note_step(), journal_step(&["over\n[n-1]"]), read_step(&row("Resolved"))];
    let (now, _) = play(&settings, steps, |client| amend(client, &seen, Change::Resolve, &item));
    assert_eq!(now.unwrap().state, Resolved);
}

#[test]
fn a_refusal_after_a_part_was_written_is_unknown_once_and_refused_then() {
    let mut item = item(content());
    item.notes = vec![note("n-1", "13:06:00", "over")];
    let words = [("CloseDescription", "over"), ("Status", "Resolved")];
    let refused = || post_step("over\n[n-1]").answer(403, &refusal("INSUFFICIENTRIGHTS", "no"));
    let steps = [incident_step(), note_step(), save_step(ID, &words), refused()];
    assert_eq!(run_amend(Open, Change::Resolve, &item, steps).unwrap_err().kind, OutcomeUnknown);

    item.again = true;
    let steps = [incident_step(), note_step(), journal_step(&[]), refused()];
    assert_eq!(run_amend(Resolved, Change::Resolve, &item, steps).unwrap_err().kind, Rejected);
}

#[test]
fn a_rule_s_refusal_is_a_conflict_where_people_were_quicker() {
    for (seen, change, now, kind) in [
        (Open, Change::Resolve, row("Closed"), Conflict),
        (Open, Change::Resolve, row("Pending"), Conflict),
        (Open, Change::Resolve, row("In Progress"), Rejected),
        (Pending, Change::Update, row("Pending"), Rejected),
    ] {
        let category = [("Service", "Shop")];
        let (content, fields) = match change {
            Change::Resolve => (content(), RESOLVING.to_vec()),
            _ => (Content { service: Some("Shop".into()), ..content() }, category.to_vec()),
        };
        let steps = [incident_step(), closed_rule(save_step(ID, &fields)), read_step(&now)];
        assert_eq!(run_amend(seen, change, &item(content), steps).unwrap_err().kind, kind, "{change:?} of {now}");
    }
}

#[test]
fn a_refused_change_of_a_ticket_that_vanished_is_gone() {
    let missing = || refusal("RECORDNOTFOUND", "Record not found");
    let steps = [incident_step(), save_step(ID, &RESOLVING).answer(500, &missing())];
    assert_eq!(run_amend(Open, Change::Resolve, &item(content()), steps).unwrap_err().kind, Gone);
    let gone = read_step(&json!({})).answer(500, &missing());
    let steps = [incident_step(), closed_rule(save_step(ID, &RESOLVING)), gone];
    assert_eq!(run_amend(Open, Change::Resolve, &item(content()), steps).unwrap_err().kind, Gone);
}

#[test]
fn a_state_that_was_silently_taken_back_is_unknown_once_and_refused_then() {
    let mut item = item(content());
    let taken_back = || [incident_step(), save_step(ID, &RESOLVING), read_step(&row("In Progress"))];
    assert_eq!(run_amend(Open, Change::Resolve, &item, taken_back()).unwrap_err().kind, OutcomeUnknown);
    item.again = true;
    let error = run_amend(Open, Change::Resolve, &item, taken_back()).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "Status"));
}

#[test]
fn another_record_than_the_one_saved_is_not_believed() {
    let steps = [incident_step(), save_step(ID, &RESOLVING).answer(200, &saved("9f"))];
    assert_eq!(run_amend(Open, Change::Resolve, &item(content()), steps).unwrap_err().kind, OutcomeUnknown);
}

#[test]
fn a_change_of_nothing_is_only_read() {
    let steps = [read_step(&row("In Progress"))];
    assert_eq!(run_amend(Open, Change::Update, &item(content()), steps).unwrap().platform_state, "In Progress");
}

#[test]
fn a_ticket_whose_key_people_took_out_is_answered_as_it_is() {
    let settings = settings(json!({}));
    let bare = record(ID, "10222", &[("Status", "New")]);
    let (read, _) = play(&settings, [read_step(&bare)], |client| read(client, ID));
    assert_eq!(read.unwrap().key, "");
}
