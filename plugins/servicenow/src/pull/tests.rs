use super::*;
use crate::settings::Settings;
use crate::testing::{list, play, settings};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;

mod model;

const SINCE: &str = "2026-11-22T10:00:00Z";
const NEXT: &str = "<https://example.service-now.com/api/now/table/incident?sysparm_offset=2>;rel=\"next\"";

fn row(id: &str, time: &str) -> Value {
    json!({"sys_id": id, "number": id, "state": "1", "sys_updated_on": format!("2026-11-22 {time}")})
}

fn asked_at(time: &str, condition: &str, limit: u32, rows: Value) -> Step {
    let query = format!("{condition}^ORDERBYsys_updated_on^ORDERBYsys_id");
    list("incident", &query, "", limit, rows).header("date", &format!("Sun, 22 Nov 2026 {time} GMT"))
}

fn asked(condition: &str, limit: u32, rows: Value) -> Step {
    asked_at("12:00:00", condition, limit, rows)
}

fn first(limit: u32, rows: Value) -> Step {
    asked("sys_updated_on>=2026-11-22 10:00:00", limit, rows)
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
    let page = run(None, 3, [first(3, json!([row("a", "10:30:00"), row("b", "11:59:59")]))]).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["a", "b"], false));
    assert_eq!(page.cursor, r#"{"at":"2026-11-22T11:58:00Z"}"#);
}

#[test]
fn a_full_page_goes_on_within_its_last_second() {
    let page = run(None, 2, [first(2, json!([row("a", "10:30:00"), row("b", "10:30:00")]))]).unwrap();
    assert!(page.more);
    let steps = [
        asked("sys_updated_on=2026-11-22 10:30:00^sys_id>b", 2, json!([row("c", "10:30:00")])),
        asked("sys_updated_on>2026-11-22 10:30:00", 1, json!([row("d", "10:31:00")])),
    ];
    let page = run(Some(&page.cursor), 2, steps).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["c", "d"], true));
    assert_eq!(page.cursor, r#"{"at":"2026-11-22T10:31:00Z","after":"d"}"#);
}

#[test]
fn of_two_answers_the_earlier_one_says_what_has_appeared() {
    let cursor = r#"{"at":"2026-11-22T11:59:00Z","after":"b"}"#;
    let steps = [
        asked_at("12:00:00", "sys_updated_on=2026-11-22 11:59:00^sys_id>b", 2, json!([])),
        asked_at("12:01:00", "sys_updated_on>2026-11-22 11:59:00", 2, json!([])),
    ];
    assert_eq!(run(Some(cursor), 2, steps).unwrap().cursor, r#"{"at":"2026-11-22T11:58:00Z"}"#);
}

#[test]
fn a_second_that_fills_a_page_is_read_to_its_end_first() {
    let cursor = r#"{"at":"2026-11-22T10:30:00Z","after":"b"}"#;
    let rest = json!([row("c", "10:30:00"), row("d", "10:30:00")]);
    let page = run(Some(cursor), 2, [asked("sys_updated_on=2026-11-22 10:30:00^sys_id>b", 2, rest)]).unwrap();
    assert_eq!((page.more, page.cursor.as_str()), (true, r#"{"at":"2026-11-22T10:30:00Z","after":"d"}"#));
}

#[test]
fn a_row_that_was_not_asked_for_is_not_believed() {
    let older = first(2, json!([row("a", "09:59:59")]));
    assert_eq!(run(None, 2, [older]).unwrap_err().kind, CallErrorKind::Protocol);
    let cursor = r#"{"at":"2026-11-22T10:30:00Z","after":"b"}"#;
    let before = asked("sys_updated_on=2026-11-22 10:30:00^sys_id>b", 2, json!([row("a", "10:30:00")]));
    assert_eq!(run(Some(cursor), 2, [before]).unwrap_err().kind, CallErrorKind::Protocol);
    let unstamped = first(2, json!([{"sys_id": "a"}]));
    assert_eq!(run(None, 2, [unstamped]).unwrap_err().kind, CallErrorKind::Protocol);
}

#[test]
fn a_page_whose_rows_are_hidden_is_asked_for_with_a_larger_limit() {
    let steps =
        [first(2, json!([])).header("link", NEXT), first(16, json!([row("a", "10:30:00")])).header("link", NEXT)];
    let page = run(None, 2, steps).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["a"], true));
}

#[test]
fn rows_that_are_all_hidden_are_a_right_that_is_missing() {
    let limits = [2000, 10_000];
    let steps = limits.map(|limit| first(limit, json!([])).header("link", NEXT));
    let settings = settings(json!({"list": {"page": 2000}}));
    let error = run_with(&settings, None, 2000, steps).0.unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (CallErrorKind::Rejected, "acl"));
}

#[test]
fn a_page_that_is_too_large_is_asked_for_in_halves() {
    let steps = [
        first(8, json!([])).fail(Failure::TooLarge(1_000)),
        first(4, json!([])).fail(Failure::TooLarge(1_000)),
        first(2, json!([row("a", "10:30:00"), row("b", "10:40:00")])),
    ];
    let page = run(None, 8, steps).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["a", "b"], true));
    let steps = [first(1, json!([])).fail(Failure::TooLarge(1_000))];
    assert_eq!(run(None, 1, steps).unwrap_err().code, "too-large");
}

#[test]
fn the_operator_s_query_and_page_size_bind() {
    let settings = settings(json!({"list": {"incident": "category=network^ORcategory=hardware", "page": 5}}));
    let step = asked("sys_updated_on>=2026-11-22 10:00:00^category=network^ORcategory=hardware", 5, json!([]));
    assert!(run_with(&settings, None, 500, [step]).0.is_ok());
}

#[test]
fn a_cursor_of_another_version_begins_anew_and_says_so() {
    let (page, warnings) = run_with(&settings(json!({})), Some("v0:17"), 2, [first(2, json!([]))]);
    assert!(page.is_ok());
    assert_eq!(warnings.len(), 1);
}
