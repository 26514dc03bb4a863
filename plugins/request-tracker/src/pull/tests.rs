use super::*;
use crate::settings::Settings;
use crate::testing::{play, row, search, settings};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;

mod model;

const SINCE: &str = "2026-11-22T10:00:00Z";
const QUEUE: &str = "(Queue = 'Incidents')";

fn ticket(id: u64, time: &str) -> Value {
    let mut ticket = row("open");
    ticket["id"] = id.to_string().into();
    ticket["LastUpdated"] = format!("2026-11-22T{time}Z").into();
    ticket
}

fn asked(condition: &str, limit: u32, rows: Value) -> Step {
    let step = search(&format!("{QUEUE} AND {condition}"), "ASC", limit, rows);
    step.header("date", "Sun, 22 Nov 2026 12:00:00 GMT")
}

fn first(limit: u32, rows: Value) -> Step {
    asked("LastUpdated >= '2026-11-22 10:00:00'", limit, rows)
}

fn newest(rows: Value) -> Step {
    search(QUEUE, "DESC", 1, rows)
}

fn run_with(
    settings: &Settings,
    cursor: Option<&str>,
    limit: u32,
    steps: impl IntoIterator<Item = Step>,
) -> (Result<Page, CallError>, Vec<String>) {
    play(settings, steps, |client| pull(client, RecordKind::Incident, cursor, SINCE, limit))
}

fn run(cursor: Option<&str>, limit: u32, steps: impl IntoIterator<Item = Step>) -> Result<Page, CallError> {
    run_with(&settings(json!({})), cursor, limit, steps).0
}

fn ids(page: &Page) -> Vec<&str> {
    page.records.iter().map(|record| record.id.as_str()).collect()
}

#[test]
fn the_last_page_ends_two_minutes_ago() {
    let page = run(None, 3, [first(3, json!([ticket(9, "10:30:00"), ticket(4, "11:59:59")]))]).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["9", "4"], false));
    assert_eq!(page.cursor, r#"{"at":"2026-11-22T11:58:00Z"}"#);
}

#[test]
fn a_full_page_goes_on_within_its_last_second() {
    let page = run(None, 2, [first(2, json!([ticket(9, "10:30:00"), ticket(11, "10:30:00")]))]).unwrap();
    assert_eq!((page.more, page.cursor.as_str()), (true, r#"{"at":"2026-11-22T10:30:00Z","after":11}"#));
    let condition = "(LastUpdated > '2026-11-22 10:30:00' OR (LastUpdated >= '2026-11-22 10:30:00' AND id > 11))";
    let step = asked(condition, 2, json!([ticket(12, "10:30:00"), ticket(1, "10:31:00")]));
    let page = run(Some(&page.cursor), 2, [step]).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["12", "1"], true));
}

#[test]
fn a_ticket_that_was_not_asked_for_is_not_believed() {
    let early = first(2, json!([ticket(9, "09:59:59")]));
    let error = run(None, 2, [early]).unwrap_err();
    assert_eq!((error.kind, error.message.contains("must be UTC")), (CallErrorKind::Protocol, true));
    let mut unstamped = ticket(9, "10:30:00");
    unstamped["LastUpdated"] = Value::Null;
    assert_eq!(run(None, 2, [first(2, json!([unstamped]))]).unwrap_err().kind, CallErrorKind::Protocol);
}

#[test]
fn an_empty_page_is_believed_where_nothing_is_newer() {
    for newest_rows in [json!([]), json!([ticket(9, "09:59:59")])] {
        assert!(run(None, 2, [first(2, json!([])), newest(newest_rows)]).is_ok());
    }
}

#[test]
fn a_zone_that_hides_what_has_changed_is_found_out() {
    let due = || newest(json!([ticket(9, "11:00:00")]));
    let hidden = [first(2, json!([])), due(), first(1, json!([]))];
    let error = run(None, 2, hidden).unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (CallErrorKind::Protocol, ZONE));
    // It changed between the two answers: the next pull has it.
    let moved = [first(2, json!([])), due(), first(1, json!([ticket(9, "11:00:00")]))];
    assert_eq!(run(None, 2, moved).unwrap().records, []);
}

#[test]
fn a_page_that_is_too_large_is_asked_for_in_halves() {
    let too_large = |limit| first(limit, json!([])).fail(Failure::TooLarge(1_000));
    let steps = [too_large(8), too_large(4), first(2, json!([ticket(9, "10:30:00"), ticket(4, "10:40:00")]))];
    let page = run(None, 8, steps).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["9", "4"], true));
    assert_eq!(run(None, 1, [too_large(1)]).unwrap_err().code, "too-large");
}

#[test]
fn the_operator_s_queues_and_page_size_bind() {
    let settings = settings(json!({"list": {"incident": ["Ops", "It's"], "page": 5}}));
    let query = "(Queue = 'Ops' OR Queue = 'It\\'s') AND LastUpdated >= '2026-11-22 10:00:00'";
    let step = search(query, "ASC", 5, json!([ticket(9, "10:30:00")]));
    assert!(run_with(&settings, None, 500, [step]).0.is_ok());
}

#[test]
fn changes_need_a_queue() {
    let (page, _) = play(&settings(json!({})), [], |client| pull(client, RecordKind::Change, None, SINCE, 10));
    let error = page.unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Unsupported, "list.change"));
}

#[test]
fn a_server_that_pages_by_what_it_hides_is_refused() {
    let uncounted = first(2, json!([])).answer(200, &json!({"items": [], "total": null, "pages": null}));
    let error = run(None, 2, [uncounted]).unwrap_err();
    assert!(error.message.contains("$UseSQLForACLChecks"), "{}", error.message);
}

#[test]
fn a_cursor_of_another_version_begins_anew_and_says_so() {
    let (page, warnings) = run_with(&settings(json!({})), Some("v0:17"), 2, [first(2, json!([ticket(9, "10:30:00")]))]);
    assert!(page.is_ok());
    assert_eq!(warnings.len(), 1);
}
