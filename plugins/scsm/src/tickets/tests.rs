use super::*;
use crate::lists::List;
use crate::testing::{
    ID, INCIDENTS, KEY, NOW, USER, asks, commits, content, full_content, incident, note, play, reads, settings, stored,
    template, ticket, users, with,
};
use CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected, Throttled};
use TicketState::{Closed, Open, Pending, Resolved};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::work::Content;

const LATER: &str = "2026-11-22T14:00:00.7";

fn search(objects: Value) -> Step {
    let path = "$Context/Property[Type='f59821e2-0364-ed2c-19e3-752efbb1ece9']/ContactMethod$";
    asks(INCIDENTS, json!({"Property": path}), KEY, objects)
}

fn from_template() -> Step {
    let target = "/api/V3/Projection/CreateProjectionByTemplate?id=a77bb0c9-e201-dd93-230c-799a66d9e8fa&createdById=";
    Step::on("GET", format!("{target}{USER}")).answer(200, &template())
}

fn run_find(objects: Value) -> Result<Vec<Ticket>, CallError> {
    play(&settings(json!({})), [search(objects)], |client| find(client, KEY)).0
}

fn run_create(item: &WorkItem, steps: impl IntoIterator<Item = Step>) -> Result<Ticket, CallError> {
    play(&settings(json!({})), steps, |client| create(client, item)).0
}

fn run_amend(change: Change, item: &WorkItem, steps: impl IntoIterator<Item = Step>) -> Result<Ticket, CallError> {
    play(&settings(json!({})), steps, |client| amend(client, &ticket(Open, "as seen"), change, item)).0
}

fn comment(at: &str, text: &str) -> Value {
    json!({
        "ActionType": "AnalystComment", "Title": "Analyst Comment", "Description": text, "EnteredBy": "Signalbox",
        "EnteredDate": at, "LastModified": at, "IsPrivate": true
    })
}

/// The template after the full content was written into it.
fn opened() -> Value {
    let named = |list: List, name: &str| json!({"Id": list.entry(name).unwrap().to_string(), "Name": name});
    with(
        template(),
        json!({
            "Title": "Disk full on db-1", "Description": "97 % > 90 %", "ContactMethod": KEY,
            "DisplayName": "IR77 - Disk full on db-1", "Impact": named(List::Impact, "Medium"),
            "Urgency": named(List::Urgency, "High"), "Source": named(List::Source, "System")
        }),
    )
}

fn resolution() -> Value {
    json!({
        "Status": {"Id": List::Status.entry("Resolved").unwrap().to_string(), "Name": "Resolved"},
        "ResolutionCategory": {"Id": List::ResolutionCategory.entry("FixedByAnalyst").unwrap().to_string(), "Name": "FixedByAnalyst"},
        "ResolutionDescription": "The monitor reports that the problem is over.", "ResolvedDate": NOW
    })
}

fn resolved() -> Value {
    with(stored("Active"), resolution())
}

fn refused(current: &Value, original: &Value, words: &str) -> Step {
    commits(current, original).answer(500, &json!({"success": false, "exception": words}))
}

// --- find ---

#[test]
fn every_ticket_of_the_key_is_found_oldest_first() {
    let object = |number: &str, added: &str| {
        with(stored("Active"), json!({"Id": number, "TimeAdded": format!("2026-11-22T13:00:{added}")}))
    };
    let objects = json!([object("IR10", "02"), object("IR3", "01.5"), object("IR9", "02")]);
    let numbers: Vec<_> = run_find(objects).unwrap().into_iter().map(|ticket| ticket.number).collect();
    assert_eq!(numbers, ["IR3", "IR9", "IR10"]);
    assert_eq!(run_find(json!([])).unwrap(), []);
}

#[test]
fn a_ticket_with_another_key_is_never_acted_on() {
    let stranger = with(stored("Active"), json!({"ContactMethod": null}));
    assert_eq!(run_find(json!([stored("Active"), stranger])).unwrap_err().kind, Protocol);
    let error = play(&settings(json!({})), [], |client| find(client, "")).0.unwrap_err();
    assert_eq!(error.kind, Rejected);
}

// --- read ---

#[test]
fn a_ticket_that_people_deleted_is_gone() {
    let read_from = |objects: Value| play(&settings(json!({})), [reads(objects)], |client| read(client, ID)).0;
    assert_eq!(read_from(json!([stored("Closed")])).unwrap().state, Closed);
    assert_eq!(read_from(json!([])).unwrap_err().kind, Gone);
    assert_eq!(read_from(json!([with(stored("Active"), json!({"BaseId": USER}))])).unwrap_err().kind, Protocol);
    assert_eq!(read_from(json!([stored("Active"), stored("Active")])).unwrap_err().kind, Protocol);
}

#[test]
fn a_ticket_whose_key_people_took_out_is_answered_as_it_is() {
    let bare = with(stored("Active"), json!({"ContactMethod": null}));
    let ticket = play(&settings(json!({})), [reads(json!([bare]))], |client| read(client, ID)).0;
    assert_eq!(ticket.unwrap().key, "");
}

#[test]
fn what_is_no_identity_is_not_asked_for() {
    for id in ["", "IR77", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(play(&settings(json!({})), [], |client| read(client, id)).0.unwrap_err().kind, Rejected, "{id}");
    }
}

// --- create ---

#[test]
fn a_create_is_one_commit_of_the_template_and_is_read_back() {
    let steps = [from_template(), commits(&opened(), &template()), reads(json!([stored("Active")]))];
    let ticket = run_create(&incident(full_content()), steps).unwrap();
    assert_eq!((ticket.number.as_str(), ticket.key.as_str(), ticket.priority.as_str()), ("IR77", KEY, "2"));
}

#[test]
fn notes_and_whom_it_follows_are_part_of_the_commit() {
    let mut item = incident(full_content());
    item.follows = Some(ticket(Closed, "Closed"));
    item.notes = vec![note("n-1", "13:06:00", "2 more fire\n[n-1]")];
    let follows = "Follows IR77 (https://portal.example.com/Incident/Edit/IR77), which could not be reopened.";
    let log = json!([comment(NOW, follows), comment("2026-11-22T13:06:00.000Z", "2 more fire\n[n-1]")]);
    let description = "97 % > 90 %\n\nFollows IR77.";
    let current = with(opened(), json!({"Description": description, "AppliesToTroubleTicket": log}));
    let steps = [from_template(), commits(&current, &template()), reads(json!([stored("Active")]))];
    assert!(run_create(&item, steps).is_ok());
}

#[test]
fn a_creator_given_by_name_is_looked_up() {
    let settings = settings(json!({"created_by": "ACME\\svc-signalbox"}));
    let rows = json!([{"Id": USER, "Name": "ACME\\svc-signalbox", "Email": "svc@example.com"}]);
    let steps = [
        users("svc-signalbox", rows),
        from_template(),
        commits(&opened(), &template()),
        reads(json!([stored("Active")])),
    ];
    assert!(play(&settings, steps, |client| create(client, &incident(full_content()))).0.is_ok());
}

#[test]
fn a_template_without_the_key_s_property_makes_no_ticket() {
    let mut bare = template();
    bare.as_object_mut().unwrap().remove("ContactMethod");
    let error = run_create(&incident(full_content()), [from_template().answer(200, &bare)]).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "ContactMethod"));
}

#[test]
fn what_cannot_be_read_back_is_unknown() {
    for (step, words) in [
        (reads(json!([])), "there is no incident"),
        (reads(json!([])).answer(429, &json!({})), "429"),
        (reads(json!([])).fail(Failure::NotSent("down".into())), "down"),
    ] {
        let steps = [from_template(), commits(&opened(), &template()), step];
        let error = run_create(&incident(full_content()), steps).unwrap_err();
        assert_eq!(error.kind, OutcomeUnknown);
        assert!(error.message.contains(words), "{}", error.message);
    }
}

#[test]
fn what_is_refused_before_the_commit_has_written_nothing() {
    let error = run_create(&incident(full_content()), [from_template().answer(429, &json!({}))]).unwrap_err();
    assert_eq!(error.kind, Throttled);
    let steps = [from_template(), refused(&opened(), &template(), "Source is required.")];
    let error = run_create(&incident(full_content()), steps).unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (Rejected, "Source is required."));
}

// --- amend ---

#[test]
fn a_resolve_is_one_commit_between_two_reads() {
    let steps = [
        reads(json!([stored("Active")])),
        commits(&resolved(), &stored("Active")),
        reads(json!([with(resolved(), json!({"LastModified": LATER}))])),
    ];
    let ticket = run_amend(Change::Resolve, &incident(content()), steps).unwrap();
    assert_eq!((ticket.state, ticket.version.as_str()), (Resolved, format!("{LATER}/0").as_str()));
}

#[test]
fn notes_of_a_change_are_part_of_its_commit() {
    let mut item = incident(Content { category: Some(ID.into()), ..content() });
    item.notes = vec![note("n-1", "13:06:00", "still 97 %"), note("n-2", "13:10:00", "98 %")];
    let log = json!([
        comment("2026-11-22T13:06:00.000Z", "still 97 %\n[n-1]"),
        comment("2026-11-22T13:10:00.000Z", "98 %\n[n-2]")
    ]);
    let current =
        with(stored("Active"), json!({"Classification": {"Id": ID, "Name": ID}, "AppliesToTroubleTicket": log}));
    let steps = [reads(json!([stored("Active")])), commits(&current, &stored("Active")), reads(json!([current]))];
    assert!(run_amend(Change::Update, &item, steps).is_ok());
}

#[test]
fn a_reopened_incident_always_says_why() {
    let active = json!({
        "Status": {"Id": List::Status.entry("Active").unwrap().to_string(), "Name": "Active"},
        "ResolutionCategory": {"Id": null, "Name": null}, "ResolutionDescription": null, "ResolvedDate": null,
        "AppliesToTroubleTicket": [comment(NOW, "The monitor reports that the problem is back.")]
    });
    let current = with(resolved(), active);
    let steps = [reads(json!([resolved()])), commits(&current, &resolved()), reads(json!([stored("Active")]))];
    assert_eq!(run_amend(Change::Reopen, &incident(content()), steps).unwrap().state, Open);
}

#[test]
fn a_new_title_is_a_new_display_name() {
    let item = incident(Content { title: Some("Disk fuller".into()), ..content() });
    let current = with(stored("Active"), json!({"Title": "Disk fuller", "DisplayName": "IR77 - Disk fuller"}));
    let steps = [reads(json!([stored("Active")])), commits(&current, &stored("Active")), reads(json!([current]))];
    assert!(run_amend(Change::Update, &item, steps).is_ok());
}

#[test]
fn what_is_closed_is_neither_resolved_nor_reopened() {
    for change in [Change::Resolve, Change::Reopen] {
        let error = run_amend(change, &incident(content()), [reads(json!([stored("Closed")]))]).unwrap_err();
        assert_eq!((error.kind, error.field.as_str()), (Conflict, "Status"));
    }
}

#[test]
fn a_change_that_stands_is_only_read() {
    let mut item = incident(content());
    item.again = true;
    item.notes = vec![note("n-1", "13:06:00", "over\n[n-1]")];
    let log = json!([{"ClassName": "System.WorkItem.TroubleTicket.AnalystCommentLog", "Comment": "over\n[n-1]"}]);
    let stands = with(resolved(), json!({"AppliesToTroubleTicket": log}));
    assert_eq!(run_amend(Change::Resolve, &item, [reads(json!([stands]))]).unwrap().state, Resolved);
}

#[test]
fn a_note_that_may_stand_is_looked_for_before_it_is_posted() {
    let mut item = incident(content());
    item.again = true;
    item.notes = vec![note("n-1", "13:06:00", "still 97 %"), note("n-2", "13:10:00", "98 %")];
    let first = json!({"Comment": "still 97 %\n[n-1]"});
    let before = with(stored("Active"), json!({"AppliesToTroubleTicket": [first]}));
    let after = json!([first, comment("2026-11-22T13:10:00.000Z", "98 %\n[n-2]")]);
    let current = with(before.clone(), json!({"AppliesToTroubleTicket": after}));
    let steps = [reads(json!([before])), commits(&current, &before), reads(json!([current]))];
    assert!(run_amend(Change::Annotate, &item, steps).is_ok());
}

#[test]
fn a_refusal_is_a_conflict_where_people_were_quicker() {
    let words = "The object has changed.";
    for (now, kind) in [
        (json!([stored("Active")]), Rejected),
        (json!([with(stored("Active"), json!({"LastModified": LATER}))]), Conflict),
        (json!([with(stored("Closed"), json!({"LastModified": LATER}))]), Conflict),
        (json!([]), Gone),
    ] {
        let steps = [reads(json!([stored("Active")])), refused(&resolved(), &stored("Active"), words), reads(now)];
        let error = run_amend(Change::Resolve, &incident(content()), steps).unwrap_err();
        assert_eq!(error.kind, kind);
    }
}

#[test]
fn a_commit_without_an_answer_is_unknown() {
    let lost = commits(&resolved(), &stored("Active")).fail(Failure::OutcomeUnknown("connection reset".into()));
    let error = run_amend(Change::Resolve, &incident(content()), [reads(json!([stored("Active")])), lost]).unwrap_err();
    assert_eq!(error.kind, OutcomeUnknown);
}

#[test]
fn a_status_that_was_taken_back_is_unknown_once_and_refused_then() {
    let steps = || {
        [
            reads(json!([stored("Active")])),
            commits(&resolved(), &stored("Active")),
            reads(json!([with(stored("Active.Pending"), json!({"LastModified": LATER}))])),
        ]
    };
    let mut item = incident(content());
    assert_eq!(run_amend(Change::Resolve, &item, steps()).unwrap_err().kind, OutcomeUnknown);
    item.again = true;
    let error = run_amend(Change::Resolve, &item, steps()).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "Status"));
}

#[test]
fn a_ticket_that_waits_is_resolved_too() {
    let waiting = stored("Active.Pending");
    let current = with(waiting.clone(), resolution());
    let steps = [reads(json!([waiting])), commits(&current, &waiting), reads(json!([current]))];
    assert_eq!(run_amend(Change::Resolve, &incident(content()), steps).unwrap().state, Resolved);
    let ticket = play(&settings(json!({})), [reads(json!([waiting]))], |client| read(client, ID)).0.unwrap();
    assert_eq!((ticket.state, ticket.platform_state.as_str()), (Pending, "Pending"));
}
