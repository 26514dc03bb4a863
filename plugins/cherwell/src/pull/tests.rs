use super::*;
use crate::testing::{INCIDENT, filter, incident_step, play, record, search_step, settings};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;

mod model;

const SINCE: &str = "2026-11-22T10:00:30Z";

fn row(id: &str, time: &str) -> Value {
    record(id, id, &[("LastModifiedDateTime", &format!("11/22/2026 {time}")), ("Status", "New")])
}

fn asked(after: &str, size: u32, records: Value) -> Step {
    let mut filters = vec![filter(INCIDENT, "LastModifiedDateTime", "gt", "11/22/2026 9:59 AM")];
    if !after.is_empty() {
        filters.push(filter(INCIDENT, "RecID", "gt", after));
    }
    search_step(INCIDENT, json!(filters), Some("RecID"), size, records).header("date", "Sun, 22 Nov 2026 12:00:00 GMT")
}

fn run_with(set: Value, cursor: Option<&str>, limit: u32, steps: Vec<Step>) -> (Result<Page, CallError>, Vec<String>) {
    let steps = std::iter::once(incident_step()).chain(steps);
    play(&settings(set), steps, |client| pull(client, RecordKind::Incident, cursor, SINCE, limit))
}

fn run(cursor: Option<&str>, limit: u32, steps: Vec<Step>) -> Result<Page, CallError> {
    run_with(json!({}), cursor, limit, steps).0
}

fn ids(page: &Page) -> Vec<&str> {
    page.records.iter().map(|record| record.id.as_str()).collect()
}

#[test]
fn the_last_page_ends_two_minutes_before_the_scan_began() {
    let page = run(None, 3, vec![asked("", 3, json!([row("9a", "11:30 AM"), row("9b", "10:30 AM")]))]).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["9b", "9a"], false), "oldest change first");
    assert_eq!(page.cursor, r#"{"since":"2026-11-22T11:58:00Z"}"#);
}

#[test]
fn a_full_page_goes_on_after_its_last_id() {
    let page = run(None, 2, vec![asked("", 2, json!([row("9a", "11:30 AM"), row("9b", "10:30 AM")]))]).unwrap();
    assert!(page.more);
    assert_eq!(page.cursor, r#"{"since":"2026-11-22T10:00:30Z","after":"9b","began":"2026-11-22T12:00:00Z"}"#);
    let later = asked("9b", 2, json!([row("9c", "11:45 AM")])).header("date", "Sun, 22 Nov 2026 12:09:00 GMT");
    let page = run(Some(&page.cursor), 2, vec![later]).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["9c"], false));
    assert_eq!(page.cursor, r#"{"since":"2026-11-22T11:58:00Z"}"#);
}

#[test]
fn a_page_of_one_is_asked_for_as_two_so_that_the_order_shows() {
    let page = run(None, 1, vec![asked("", 2, json!([row("9a", "11:30 AM"), row("9b", "10:30 AM")]))]).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["9a"], true));
    let backwards = vec![asked("", 2, json!([row("9b", "11:30 AM"), row("9a", "10:30 AM")]))];
    let error = run(None, 1, backwards).unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Protocol, "RecID"));
}

#[test]
fn a_record_that_was_not_asked_for_is_not_believed() {
    for (cursor, after, records) in [
        (None, "", json!([row("9a", "9:58 AM")])),
        (None, "", json!([record("9a", "9a", &[])])),
        (None, "", json!([record("9a", "9a", &[("LastModifiedDateTime", "22.11.2026 11:30")])])),
        (Some(r#"{"since":"2026-11-22T10:00:30Z","after":"9b"}"#), "9b", json!([row("9a", "11:30 AM")])),
    ] {
        let error = run(cursor, 2, vec![asked(after, 2, records.clone())]).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::Protocol, "{records}");
    }
}

#[test]
fn a_page_that_is_too_large_is_asked_for_in_halves() {
    let too_large = |size| asked("", size, json!([])).fail(Failure::TooLarge(1_000));
    let steps = vec![too_large(8), too_large(4), asked("", 2, json!([row("9a", "11:30 AM"), row("9b", "11:30 AM")]))];
    let page = run(None, 8, steps).unwrap();
    assert_eq!((ids(&page), page.more), (vec!["9a", "9b"], true));
    assert_eq!(run(None, 2, vec![too_large(2), too_large(1)]).unwrap_err().code, "too-large");
}

#[test]
fn the_operator_s_conditions_and_page_size_bind() {
    let set = json!({"list": {"incident": [{"field": "Status", "value": "New"}], "page": 5}});
    let filters = json!([
        filter(INCIDENT, "LastModifiedDateTime", "gt", "11/22/2026 9:59 AM"),
        filter(INCIDENT, "Status", "eq", "New")
    ]);
    let step = search_step(INCIDENT, filters, Some("RecID"), 5, json!([]));
    assert!(run_with(set, None, 500, vec![step]).0.is_ok());
}

#[test]
fn a_cursor_of_another_version_begins_anew_and_says_so() {
    let (page, warnings) = run_with(json!({}), Some("v0:17"), 2, vec![asked("", 2, json!([]))]);
    assert!(page.is_ok());
    assert_eq!(warnings.len(), 1);
}
