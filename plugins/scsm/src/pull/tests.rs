use super::*;
use crate::settings::Settings;
use crate::testing::{INCIDENTS, QUERY, play, settings, stored, with};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;

mod model;

const SINCE: &str = "2026-11-22T10:00:00Z";

fn id(last: char) -> String {
    format!("0c1f4a77-3d52-4c6e-9b10-6fe2d1a08b3{last}")
}

fn object(last: char, time: &str) -> Value {
    with(stored("Active"), json!({"BaseId": id(last), "LastModified": format!("2026-11-22T{time}")}))
}

fn condition(operator: &str, value: &str) -> Value {
    json!({"SimpleExpression": {
        "ValueExpressionLeft": {"GenericProperty": "LastModified"}, "Operator": operator,
        "ValueExpressionRight": {"Value": value}
    }})
}

/// A stretch from one moment of the day to before another, or without an end.
fn asked(from: &str, end: &str, objects: Value) -> Step {
    let from = condition("GreaterEqual", &format!("2026-11-22T{from}.000Z"));
    let expression = if end.is_empty() {
        from
    } else {
        json!({"And": {"Expression": [from, condition("Less", &format!("2026-11-22T{end}.000Z"))]}})
    };
    let body = json!({"Id": INCIDENTS, "Criteria": {"Base": {"Expression": expression}}});
    let step = Step::on("POST", QUERY).body(body).answer(200, &objects);
    step.header("date", "Sun, 22 Nov 2026 14:00:00 GMT")
}

fn hourly() -> Settings {
    settings(json!({"list": {"stretch": 3600}}))
}

fn run(
    settings: &Settings,
    cursor: Option<&str>,
    limit: u32,
    steps: impl IntoIterator<Item = Step>,
) -> (Result<Page, CallError>, Vec<String>) {
    play(settings, steps, |client| pull(client, RecordKind::Incident, cursor, SINCE, limit))
}

fn ids(page: &Page) -> String {
    page.records.iter().filter_map(|record| record.id.chars().last()).collect()
}

fn cursor(at: &str, stretch: u32) -> String {
    format!(r#"{{"at":"2026-11-22T{at}Z","stretch":{stretch}}}"#)
}

#[test]
fn what_reaches_the_present_is_all_there_is() {
    let day = settings(json!({}));
    let (page, _) =
        run(&day, None, 4, [asked("10:00:00", "", json!([object('b', "13:59:59.9"), object('a', "10:30:00")]))]);
    let page = page.unwrap();
    assert_eq!((ids(&page).as_str(), page.more), ("ab", false));
    assert_eq!(page.cursor, cursor("13:58:00", 86_400));
}

#[test]
fn an_empty_stretch_is_followed_by_a_longer_one() {
    let steps =
        [asked("10:00:00", "11:00:00", json!([])), asked("11:00:00", "13:00:00", json!([object('a', "12:00:00")]))];
    let page = run(&hourly(), None, 4, steps).0.unwrap();
    assert_eq!((ids(&page).as_str(), page.more), ("a", true));
    assert_eq!(page.cursor, cursor("13:00:00", 7200));
}

#[test]
fn a_page_within_a_stretch_goes_on_after_its_last_object() {
    let objects =
        json!([object('c', "10:30:00"), object('a', "10:30:00"), object('b', "10:30:00"), object('d', "10:40:00")]);
    let page = run(&hourly(), None, 2, [asked("10:00:00", "11:00:00", objects)]).0.unwrap();
    assert_eq!((ids(&page).as_str(), page.more), ("ab", true));
    let objects =
        json!([object('a', "10:30:00"), object('b', "10:30:00"), object('c', "10:30:00"), object('d', "10:40:00")]);
    let next = run(&hourly(), Some(&page.cursor), 2, [asked("10:30:00", "11:00:00", objects)]).0.unwrap();
    assert_eq!((ids(&next).as_str(), next.more), ("cd", true));
    assert_eq!(next.cursor, cursor("11:00:00", 1800));
}

#[test]
fn an_answer_that_is_too_large_is_asked_for_in_halves() {
    let too_large = |from, end| asked(from, end, json!([])).fail(Failure::TooLarge(1_000));
    let steps = [
        too_large("10:00:00", "11:00:00"),
        too_large("10:00:00", "10:30:00"),
        asked("10:00:00", "10:15:00", json!([object('a', "10:01:00")])),
    ];
    let page = run(&hourly(), None, 4, steps).0.unwrap();
    assert_eq!((ids(&page).as_str(), page.more), ("a", true));
    let second = settings(json!({"list": {"stretch": 1}}));
    assert_eq!(run(&second, None, 4, [too_large("10:00:00", "10:00:01")]).0.unwrap_err().code, "too-large");
}

#[test]
fn an_object_that_was_not_asked_for_is_not_believed() {
    for other in [
        object('a', "09:59:59.999"),
        object('a', "11:00:00"),
        with(object('a', "10:30:00"), json!({"LastModified": null})),
    ] {
        let (page, _) = run(&hourly(), None, 4, [asked("10:00:00", "11:00:00", json!([other]))]);
        assert_eq!(page.unwrap_err().kind, CallErrorKind::Protocol);
    }
}

#[test]
fn a_page_is_no_larger_than_the_settings_say() {
    let settings = settings(json!({"list": {"page": 1, "stretch": 3600}}));
    let objects = json!([object('a', "10:30:00"), object('b', "10:40:00")]);
    let page = run(&settings, None, 500, [asked("10:00:00", "11:00:00", objects)]).0.unwrap();
    assert_eq!(ids(&page), "a");
}

#[test]
fn a_gateway_that_wants_bare_times_gets_them() {
    let settings = settings(json!({"list": {"times": "bare"}}));
    let body = json!({"Id": INCIDENTS, "Criteria": {"Base": {"Expression": condition("GreaterEqual", "2026-11-22T10:00:00.000")}}});
    assert!(run(&settings, None, 4, [Step::on("POST", QUERY).body(body).answer(200, &json!([]))]).0.is_ok());
}

#[test]
fn a_cursor_of_another_version_begins_anew_and_says_so() {
    let day = settings(json!({}));
    let (page, warnings) = run(&day, Some("v0:17"), 2, [asked("10:00:00", "", json!([]))]);
    assert!(page.is_ok());
    assert_eq!(warnings.len(), 1);
    let wrong = play(&day, [], |client| pull(client, RecordKind::Incident, None, "yesterday", 2)).0;
    assert_eq!(wrong.unwrap_err().field, "since");
}

#[test]
fn change_requests_have_a_projection_of_their_own() {
    let body = json!({
        "Id": "674194d8-0246-7b90-d871-e1ea015b2ea7",
        "Criteria": {"Base": {"Expression": condition("GreaterEqual", "2026-11-22T10:00:00.000Z")}}
    });
    let step = Step::on("POST", QUERY).body(body).answer(200, &json!([]));
    assert!(play(&settings(json!({})), [step], |client| pull(client, RecordKind::Change, None, SINCE, 2)).0.is_ok());
}
