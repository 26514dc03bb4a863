use super::*;
use crate::settings::Settings;
use crate::testing::{API, ID, ORGANISATION, Played, TEAM, on, play, refusal, settings};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::percent;
use signalbox_sdk::scripted::Step;

mod model;

const SINCE: &str = "2026-11-22T10:00:00.5Z";
const CLOCK: &str = "Sun, 22 Nov 2026 11:00:00 GMT";

fn row(id: &str, at: &str) -> Value {
    json!({"@odata.etag": "W/\"1\"", "incidentid": id, "modifiedon": format!("2026-11-22T{at}Z"), "statecode": 0, "statuscode": 1})
}

fn link(token: &str) -> String {
    format!("{API}/incidents?$skiptoken={token}")
}

/// The first page of a round.
fn round(from: &str, filter: &str) -> Step {
    let filter = format!("modifiedon ge {from}{filter}");
    let query = [("$filter", filter.as_str()), ("$orderby", "modifiedon asc,incidentid asc")];
    Step::on("GET", percent::target(&format!("{API}/incidents"), &query))
}

fn page(step: Step, rows: Value, links: Value) -> Step {
    let mut body = json!({"@odata.context": format!("{ORGANISATION}{API}/$metadata#incidents"), "value": rows});
    body.as_object_mut().unwrap().extend(links.as_object().unwrap().clone());
    step.answer(200, &body).header("date", CLOCK)
}

fn next(token: &str) -> Value {
    json!({"@odata.nextLink": format!("{ORGANISATION}{}", link(token))})
}

fn delta(token: &str) -> Value {
    json!({"@odata.deltaLink": format!("{ORGANISATION}{API}/incidents?$deltatoken={token}")})
}

fn pulled(
    settings: &Settings,
    kept: Option<&str>,
    steps: impl IntoIterator<Item = Step>,
) -> Played<Result<Page, CallError>> {
    play(settings, steps, |client| pull(client, RecordKind::Incident, kept, SINCE, 50))
}

fn ids(page: &Page) -> Vec<&str> {
    page.records.iter().map(|record| record.id.as_str()).collect()
}

#[test]
fn pages_are_followed_and_the_last_one_ends_two_minutes_ago() {
    let steps = [page(round("2026-11-22T10:00:00Z", ""), json!([row(ID, "10:30:00")]), next("2"))];
    let played = pulled(&settings(json!({})), None, steps);
    let first = played.result.as_ref().unwrap();
    assert_eq!((ids(first), first.more), (vec![ID], true));
    assert_eq!(played.header(0, "prefer"), "odata.include-annotations=\"*\",odata.maxpagesize=50");

    let steps = [page(Step::on("GET", link("2")), json!([row(TEAM, "10:59:30")]), json!({}))];
    let played = pulled(&settings(json!({})), Some(&first.cursor), steps);
    let last = played.result.as_ref().unwrap();
    assert_eq!((ids(last), last.more, last.cursor.as_str()), (vec![TEAM], false, r#"{"from":"2026-11-22T10:58:00Z"}"#));
    assert_eq!(played.header(0, "prefer"), "odata.include-annotations=\"*\",odata.maxpagesize=50");
}

#[test]
fn the_operator_s_filter_is_joined_in_brackets() {
    let own = settings(json!({"incident": {"filter": "statecode eq 0 or prioritycode eq 1"}}));
    let step = round("2026-11-22T10:00:00Z", " and (statecode eq 0 or prioritycode eq 1)");
    assert!(pulled(&own, None, [page(step, json!([]), json!({}))]).result.is_ok());
}

#[test]
fn a_page_that_is_too_large_begins_the_round_anew_with_half_as_many_rows() {
    let kept = r#"{"from":"2026-11-22T10:00:00Z","next":"/api/data/v9.2/incidents?$skiptoken=2"}"#;
    let steps = [
        Step::on("GET", link("2")).fail(Failure::TooLarge(9)),
        round("2026-11-22T10:00:00Z", "").fail(Failure::TooLarge(9)),
        page(round("2026-11-22T10:00:00Z", ""), json!([row(ID, "10:30:00")]), next("3")),
    ];
    let played = pulled(&settings(json!({})), Some(kept), steps);
    assert!(played.header(2, "prefer").ends_with("maxpagesize=12"), "{}", played.header(2, "prefer"));
    let page_of_twelve = played.result.unwrap().cursor;
    let step = page(Step::on("GET", link("3")), json!([]), json!({}));
    let played = pulled(&settings(json!({})), Some(&page_of_twelve), [step]);
    assert!(played.header(0, "prefer").ends_with("maxpagesize=12"), "a round keeps its size");
}

#[test]
fn a_link_that_is_refused_begins_the_round_anew() {
    let kept = r#"{"from":"2026-11-22T10:00:00Z","next":"/api/data/v9.2/incidents?$skiptoken=2"}"#;
    let steps = [
        Step::on("GET", link("2")).answer(400, &refusal("0x80040203", "Malformed paging cookie.")),
        page(round("2026-11-22T10:00:00Z", ""), json!([row(ID, "10:30:00")]), json!({})),
    ];
    let played = pulled(&settings(json!({})), Some(kept), steps);
    assert_eq!((ids(played.result.as_ref().unwrap()), played.warnings.len()), (vec![ID], 1));
    let step = Step::on("GET", link("2")).answer(503, &json!({}));
    let error = pulled(&settings(json!({})), Some(kept), [step]).result.unwrap_err();
    assert_eq!(error.kind, CallErrorKind::Unavailable);
}

#[test]
fn a_row_that_was_not_asked_for_is_not_believed() {
    for odd in [row(ID, "09:59:59"), json!({"incidentid": ID})] {
        let step = page(round("2026-11-22T10:00:00Z", ""), json!([odd]), json!({}));
        assert_eq!(pulled(&settings(json!({})), None, [step]).result.unwrap_err().kind, CallErrorKind::Protocol);
    }
    let foreign = json!({"@odata.nextLink": "https://elsewhere.example/api/data/v9.2/accounts?x=1"});
    let step = page(round("2026-11-22T10:00:00Z", ""), json!([]), foreign);
    assert_eq!(pulled(&settings(json!({})), None, [step]).result.unwrap_err().kind, CallErrorKind::Protocol);
}

#[test]
fn tracked_changes_begin_with_all_rows_and_go_on_by_the_delta_link() {
    let own = settings(json!({"incident": {"change_tracking": true}}));
    let step = page(on("GET", "incidents"), json!([row(ID, "10:30:00"), row(TEAM, "09:00:00")]), next("2"));
    let played = pulled(&own, None, [step]);
    let first = played.result.as_ref().unwrap();
    assert_eq!((ids(first), first.more), (vec![ID], true));
    assert!(played.header(0, "prefer").ends_with(",odata.track-changes"), "{}", played.header(0, "prefer"));

    let steps = [page(Step::on("GET", link("2")), json!([]), delta("7"))];
    let second = pulled(&own, Some(&first.cursor), steps).result.unwrap();
    assert_eq!(
        (second.more, second.cursor.as_str()),
        (false, r#"{"tracked":"/api/data/v9.2/incidents?$deltatoken=7"}"#)
    );

    let gone = json!({"@odata.context": format!("{ORGANISATION}{API}/$metadata#incidents/$deletedEntity"), "id": TEAM, "reason": "deleted"});
    let step =
        page(Step::on("GET", format!("{API}/incidents?$deltatoken=7")), json!([gone, row(ID, "10:40:00")]), delta("8"));
    let third = pulled(&own, Some(&second.cursor), [step]).result.unwrap();
    assert_eq!(ids(&third), [ID, TEAM]);
    assert_eq!(third.records.iter().map(|record| record.deleted).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn a_delta_link_that_has_ended_begins_with_all_rows() {
    let own = settings(json!({"incident": {"change_tracking": true}}));
    let steps = [
        Step::on("GET", format!("{API}/incidents?$deltatoken=7"))
            .answer(410, &refusal("", "The delta token has expired.")),
        page(on("GET", "incidents"), json!([row(ID, "10:30:00")]), delta("9")),
    ];
    let played = pulled(&own, Some(r#"{"tracked":"/api/data/v9.2/incidents?$deltatoken=7"}"#), steps);
    assert_eq!((ids(played.result.as_ref().unwrap()), played.warnings.len()), (vec![ID], 1));
}

#[test]
fn a_table_whose_changes_are_not_tracked_says_so() {
    let own = settings(json!({"incident": {"change_tracking": true}}));
    let step = page(on("GET", "incidents"), json!([]), json!({}));
    let error = pulled(&own, None, [step]).result.unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Rejected, "change_tracking"));
}

#[test]
fn a_cursor_of_the_other_way_or_of_another_version_begins_anew() {
    let tracked = r#"{"tracked":"/api/data/v9.2/incidents?$deltatoken=7"}"#;
    for (kept, warnings) in [(tracked, 0), ("{\"place\":1}", 1)] {
        let step = page(round("2026-11-22T10:00:00Z", ""), json!([]), json!({}));
        let played = pulled(&settings(json!({})), Some(kept), [step]);
        assert_eq!((played.result.is_ok(), played.warnings.len()), (true, warnings), "{kept}");
    }
}

#[test]
fn change_requests_need_a_table() {
    let played = play(&settings(json!({})), [], |client| pull(client, RecordKind::Change, None, SINCE, 50));
    let error = played.result.unwrap_err();
    assert_eq!((error.kind, error.field.as_str()), (CallErrorKind::Unsupported, "change.logical_name"));
    let played = play(&settings(json!({})), [], |client| pull(client, RecordKind::Incident, None, "yesterday", 50));
    assert_eq!(played.result.unwrap_err().field, "since");
}
