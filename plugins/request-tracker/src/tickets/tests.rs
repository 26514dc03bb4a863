use super::*;
use crate::testing::{
    KEY, SEEN, change as changed, comment, content, history, item, look, look_at, note, play, refusal, row, search,
    settings, ticket,
};
use CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected};
use serde_json::json;
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;
use signalbox_sdk::types::{Severity, TicketState};
use signalbox_sdk::work::Content;

fn run_find(steps: impl IntoIterator<Item = Step>) -> Result<Vec<Ticket>, CallError> {
    play(&settings(json!({})), steps, |client| find(client, KEY)).0
}

fn run_read(steps: impl IntoIterator<Item = Step>) -> Result<Ticket, CallError> {
    play(&settings(json!({})), steps, |client| read(client, "7")).0
}

fn run_amend(
    seen: TicketState,
    change: Change,
    item: &WorkItem,
    steps: impl IntoIterator<Item = Step>,
) -> Result<Ticket, CallError> {
    play(&settings(json!({})), steps, |client| amend(client, &ticket(seen, "as seen"), change, item)).0
}

/// A ticket's answer with another id, or another key.
fn other(id: u64, key: &str) -> Value {
    let mut other = row("open");
    other["id"] = json!(id);
    other["CustomFields"][0]["values"] = json!([key]);
    other
}

fn found(rows: &[Value]) -> Step {
    search(&format!("'CF.{{Signalbox Key}}' = '{KEY}'"), "ASC", 50, json!(rows))
}

fn with_notes(again: bool) -> WorkItem {
    let mut item = item(content());
    item.again = again;
    item.notes = vec![note("n-1", "13:06:00", "still 97 %"), note("n-2", "13:10:00", "98 %")];
    item
}

fn urgent() -> WorkItem {
    item(Content { severity: Some(Severity::Critical), ..content() })
}

// --- find and read ---

#[test]
fn every_ticket_of_the_key_is_found_oldest_first() {
    let rows = [other(12, KEY), other(9, KEY)];
    let steps = [found(&rows), look_at("12", "40", &rows[0]), look_at("9", "41", &rows[1])];
    let tickets = run_find(steps).unwrap();
    let told: Vec<_> = tickets.iter().map(|ticket| (ticket.number.as_str(), ticket.version.as_str())).collect();
    assert_eq!(told, [("#9", "41"), ("#12", "40")]);
    assert_eq!(run_find([found(&[])]).unwrap(), []);
}

#[test]
fn a_ticket_with_another_key_is_never_acted_on() {
    let stranger = other(9, "0000000000000000000000000000000000000000-1");
    assert_eq!(run_find([found(&[other(9, KEY)]), look_at("9", "40", &stranger)]).unwrap_err().kind, Protocol);
    assert_eq!(play(&settings(json!({})), [], |client| find(client, "")).0.unwrap_err().kind, Rejected);
}

#[test]
fn what_was_merged_or_deleted_while_it_was_found_is_left_out() {
    let rows = [other(9, KEY), other(12, KEY)];
    let mut deleted = other(12, KEY);
    deleted["Status"] = json!("deleted");
    let steps = [found(&rows), look_at("9", "40", &other(3, "")), look_at("12", "41", &deleted)];
    assert_eq!(run_find(steps).unwrap(), []);
}

#[test]
fn a_deleted_ticket_is_gone_though_it_is_answered() {
    let missing = look("", &row("open")).answer(404, &refusal("Not Found"));
    for step in [look("35", &row("deleted")), missing] {
        assert_eq!(run_read([step]).unwrap_err().kind, Gone);
    }
}

#[test]
fn a_merged_ticket_is_answered_as_the_one_that_is_left() {
    assert_eq!(run_read([look("35", &other(3, ""))]).unwrap().id, "3");
}

#[test]
fn a_ticket_whose_key_people_took_out_is_answered_as_it_is() {
    let mut bare = row("open");
    bare["CustomFields"][0]["values"] = json!([null]);
    assert_eq!(run_read([look("35", &bare)]).unwrap().key, "");
}

#[test]
fn what_is_no_id_is_never_asked_for() {
    for id in ["", "..", "7/comment", "x' OR '1'='1"] {
        let (answer, _) = play(&settings(json!({})), [], |client| read(client, id));
        assert_eq!(answer.unwrap_err().kind, Rejected, "{id}");
    }
}

// --- amend ---

#[test]
fn a_resolve_changes_what_was_seen_tells_people_and_looks() {
    let steps = [
        changed(json!({"Status": "resolved"}), &["Ticket 7: Status changed from 'open' to 'resolved'"]),
        comment("n-1 n-2", "still 97 %\n[n-1]\n\n98 %\n[n-2]"),
        look("35", &row("resolved")),
    ];
    let ticket = run_amend(TicketState::Open, Change::Resolve, &with_notes(false), steps).unwrap();
    assert_eq!((ticket.state, ticket.version.as_str()), (TicketState::Resolved, "35"));
}

#[test]
fn a_reopen_is_a_status_and_a_new_description_is_a_comment() {
    let item = item(Content { description: Some("back again".into()), ..content() });
    let id = Post::description("back again", "text/plain").id;
    let steps = [
        changed(json!({"Status": "open"}), &["Ticket 7: Status changed from 'resolved' to 'open'"]),
        comment(&id, "back again"),
        look("35", &row("open")),
    ];
    assert!(run_amend(TicketState::Resolved, Change::Reopen, &item, steps).is_ok());
}

#[test]
fn a_change_of_another_version_is_a_conflict_and_of_a_deleted_one_gone() {
    let refused = || {
        let words = refusal("Precondition Failed");
        changed(json!({"Priority": "100"}), &[]).answer(412, &words)
    };
    for (now, kind) in [("stalled", Conflict), ("deleted", Gone)] {
        let steps = [refused(), look("35", &row(now))];
        assert_eq!(run_amend(TicketState::Open, Change::Update, &urgent(), steps).unwrap_err().kind, kind);
    }
}

#[test]
fn a_refusal_that_wrote_nothing_is_rejected_in_the_server_s_words() {
    let words = ["Ticket 7: You may not set that"];
    let steps = [changed(json!({"Priority": "100"}), &words), look(SEEN, &row("open"))];
    let error = run_amend(TicketState::Open, Change::Update, &urgent(), steps).unwrap_err();
    assert_eq!((error.kind, error.field.as_str(), error.code.as_str()), (Rejected, "Priority", NOT_KEPT));
    assert!(error.message.contains("You may not set that"), "{}", error.message);
}

#[test]
fn a_field_that_is_dropped_without_a_word_is_rejected_too() {
    let item = item(Content { fields: json!({"Nope": "x"}).to_string(), ..content() });
    let steps = [changed(json!({"CustomFields": {"Nope": "x"}}), &[]), look(SEEN, &row("open"))];
    let error = run_amend(TicketState::Open, Change::Update, &item, steps).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (Rejected, "Nope"));
}

#[test]
fn a_refusal_after_a_part_was_written_is_unknown_once_and_rejected_then() {
    let mut item = with_notes(false);
    item.content.severity = Some(Severity::Critical);
    let refused = || changed(json!({"Priority": "100"}), &["Ticket 7: You may not set that"]);
    let steps = [refused(), comment("n-1 n-2", "still 97 %\n[n-1]\n\n98 %\n[n-2]"), look("35", &row("open"))];
    assert_eq!(run_amend(TicketState::Open, Change::Update, &item, steps).unwrap_err().kind, OutcomeUnknown);

    item.again = true;
    let stands = json!([{"Type": "Comment", "Data": "Signalbox n-1 n-2", "Created": "2026-11-22T13:10:00Z"}]);
    let steps = [history(1, stands), refused(), look(SEEN, &row("open"))];
    assert_eq!(run_amend(TicketState::Open, Change::Update, &item, steps).unwrap_err().kind, Rejected);
}

#[test]
fn notes_alone_are_posted_only_in_the_ticket_that_was_seen() {
    let post = comment("n-1 n-2", "still 97 %\n[n-1]\n\n98 %\n[n-2]");
    let steps = [look(SEEN, &row("resolved")), post, look("35", &row("resolved"))];
    let told = run_amend(TicketState::Resolved, Change::Annotate, &with_notes(false), steps).unwrap();
    assert_eq!(told.state, TicketState::Resolved);
    for (now, kind) in [(other(3, KEY), Conflict), (other(7, ""), Conflict), (row("deleted"), Gone)] {
        let error = run_amend(TicketState::Open, Change::Annotate, &with_notes(false), [look("35", &now)]).unwrap_err();
        assert_eq!(error.kind, kind, "{now}");
    }
}

#[test]
fn a_change_that_stands_is_only_looked_at() {
    let stands = json!([{"Type": "Comment", "Data": "Signalbox n-2 n-1", "Created": "2026-11-22T13:10:00Z"}]);
    let steps = [look("35", &row("resolved")), history(1, stands), look("35", &row("resolved"))];
    let ticket = run_amend(TicketState::Resolved, Change::Resolve, &with_notes(true), steps).unwrap();
    assert_eq!(ticket.state, TicketState::Resolved);
}

#[test]
fn a_comment_that_is_refused_hides_no_change_that_stands() {
    let refused = || {
        let words = refusal("Message could not be recorded");
        comment("n-1 n-2", "still 97 %\n[n-1]\n\n98 %\n[n-2]").answer(400, &words)
    };
    for (version, kind) in [("35", OutcomeUnknown), (SEEN, Rejected)] {
        let steps = [changed(json!({"Status": "resolved"}), &["…"]), refused(), look(version, &row("open"))];
        let error = run_amend(TicketState::Open, Change::Resolve, &with_notes(false), steps).unwrap_err();
        assert_eq!(error.kind, kind, "{version}");
    }
}

#[test]
fn a_change_without_an_answer_or_without_a_look_is_unknown() {
    let put = || changed(json!({"Priority": "100"}), &["Ticket 7: Priority changed from 'Medium' to 'High'"]);
    let unseen = || look("35", &row("open"));
    let lost = Failure::OutcomeUnknown("connection reset".into());
    let cases = [
        vec![put().fail(lost.clone())],
        vec![put(), unseen().fail(lost)],
        vec![put(), unseen().answer(401, &refusal("Unauthorized"))],
    ];
    for steps in cases {
        assert_eq!(run_amend(TicketState::Open, Change::Update, &urgent(), steps).unwrap_err().kind, OutcomeUnknown);
    }
}
