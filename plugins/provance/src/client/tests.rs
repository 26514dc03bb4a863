use super::*;
use crate::testing::{API, ID, ORGANISATION, batch, on, on_case, play, refusal, row, settings};
use serde_json::json;
use signalbox_sdk::types::CallErrorKind::{Gone, OutcomeUnknown, Protocol, Unavailable};

fn patch() -> Write {
    let path = odata::row("incidents", ID);
    Write { method: "PATCH", path, if_match: Some("W/\"7\"".into()), body: json!({"title": "x"}) }
}

#[test]
fn a_read_asks_for_what_people_see() {
    let step = on_case("GET").answer(200, &row(0, 1, "In Progress"));
    let played = play(&settings(json!({})), [step], |client| client.row(&odata::row("incidents", ID)));
    assert_eq!(played.result.as_ref().unwrap().display("statuscode"), "In Progress");
    assert_eq!(played.header(0, "prefer"), ANNOTATIONS);
    assert_eq!((played.header(0, "odata-version"), played.header(0, "odata-maxversion")), ("4.0", "4.0"));
}

#[test]
fn a_write_is_bound_to_a_version_and_answers_the_row() {
    let step = on_case("PATCH").body(json!({"title": "x"})).answer(200, &row(0, 1, "In Progress"));
    let played = play(&settings(json!({})), [step], |client| client.write(&patch()));
    assert_eq!(played.result.as_ref().unwrap().etag(), "W/\"1207\"");
    assert_eq!(played.header(0, "if-match"), "W/\"7\"");
    assert!(played.header(0, "prefer").starts_with("return=representation,"));
}

#[test]
fn a_list_of_columns_is_asked_for() {
    let settings = settings(json!({"columns": ["new_zone"]}));
    let columns = settings.selected(&settings.incident.columns, "incidentid").unwrap();
    let target = signalbox_sdk::percent::target(&format!("{API}/incidents({ID})"), &[("$select", &columns)]);
    let step = signalbox_sdk::scripted::Step::on("GET", target).answer(200, &row(0, 1, "x"));
    assert!(play(&settings, [step], |client| client.row(&odata::row("incidents", ID))).result.is_ok());
}

#[test]
fn what_cannot_be_read_is_unknown_only_after_a_write() {
    for (body, read, write) in [
        ("{}", Protocol, OutcomeUnknown),
        ("[]", Protocol, OutcomeUnknown),
        ("{\"a", Protocol, OutcomeUnknown),
        ("<html>", Protocol, Protocol),
    ] {
        let step = || on_case("GET").answer_text(200, "application/json", body);
        let played = play(&settings(json!({})), [step()], |client| client.row(&odata::row("incidents", ID)));
        assert_eq!(played.result.unwrap_err().kind, read, "{body}");
        let step = on_case("PATCH").body(json!({"title": "x"})).answer_text(200, "application/json", body);
        let played = play(&settings(json!({})), [step], |client| client.write(&patch()));
        assert_eq!(played.result.unwrap_err().kind, write, "{body}");
    }
}

#[test]
fn a_change_set_answers_what_was_made() {
    let entity = format!("OData-EntityId: {ORGANISATION}{API}/incidents({ID})");
    let made = play(&settings(json!({})), [batch(&[(204, &entity, ""), (204, "", "")])], |client| {
        client.change_set(&[patch(), patch()])
    });
    assert_eq!(made.result.as_ref().unwrap().as_deref(), Some(ID));
    assert_eq!(made.header(0, "prefer"), "");
    assert_eq!(made.header(0, "content-type"), "multipart/mixed; boundary=\"batch_signalbox\"");
}

#[test]
fn a_change_set_is_refused_whole_in_the_words_of_the_one_that_was() {
    let error = refusal("0x80040217", "incident does not exist").to_string();
    let played = play(&settings(json!({})), [batch(&[(404, "Content-Type: application/json", &error)])], |client| {
        client.change_set(&[patch(), patch()])
    });
    let error = played.result.unwrap_err();
    assert_eq!(
        (error.kind, error.code.as_str(), error.message.as_str()),
        (Gone, "0x80040217", "incident does not exist")
    );
}

#[test]
fn a_batch_that_is_refused_at_the_door_or_not_answered_as_one() {
    let none: &[(u16, &str, &str)] = &[];
    for (step, kind) in [
        (on("POST", "$batch").body(Value::Null).answer(503, &json!({})), Unavailable),
        (on("POST", "$batch").body(Value::Null).answer(200, &json!({})), OutcomeUnknown),
        (on("POST", "$batch").body(Value::Null).answer_text(200, "text/html", "<html>"), Protocol),
        (batch(none), OutcomeUnknown),
        (batch(&[(204, "", "")]), OutcomeUnknown),
    ] {
        let played = play(&settings(json!({})), [step], |client| client.change_set(&[patch(), patch()]));
        assert_eq!(played.result.unwrap_err().kind, kind);
    }
}

#[test]
fn a_link_is_followed_within_its_table_alone() {
    let next = format!("{API}/incidents?$skiptoken=%3Ccookie%3E");
    let local = |link: &str| play(&settings(json!({})), [], |client| client.local(link, "incidents")).result;
    assert_eq!(local(&format!("{ORGANISATION}{next}")).unwrap(), next);
    for other in [
        format!("{ORGANISATION}{API}/accounts?$skiptoken=1"),
        format!("{ORGANISATION}{API}/incidents/x?a"),
        "https://elsewhere.example/".to_owned(),
    ] {
        assert_eq!(local(&other).unwrap_err().kind, Protocol, "{other}");
    }
}

#[test]
fn the_web_api_is_where_the_settings_say() {
    let path = format!("/api/data/v9.1/incidents({ID})");
    let step = signalbox_sdk::scripted::Step::on("GET", path).answer(200, &row(0, 1, "x"));
    let settings = settings(json!({"api_path": "/api/data/v9.1"}));
    assert!(play(&settings, [step], |client| client.row(&odata::row("incidents", ID))).result.is_ok());
}
