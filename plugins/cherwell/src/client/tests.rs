use super::*;
use crate::testing::{play, saved, settings};
use CallErrorKind::{Gone, OutcomeUnknown, Protocol, Rejected, Unavailable};
use serde_json::json;
use signalbox_sdk::scripted::Step;

fn save(step: Step) -> Result<Saved, CallError> {
    let settings = settings(json!({}));
    play(&settings, [step.body(json!({"x": 1}))], |client| client.save("savebusinessobject", &json!({"x": 1}))).0
}

fn on() -> Step {
    Step::on("POST", "/api/V1/savebusinessobject")
}

fn validation(rec_id: &str) -> Value {
    let mut body = saved(rec_id);
    body["fieldValidationErrors"] = json!([{"error": "Nope is not a team.", "errorCode": "x", "fieldId": "BO:1,FI:2"}]);
    body
}

#[test]
fn the_locale_goes_with_every_call() {
    let settings = settings(json!({"locale": "en-GB"}));
    let steps = [
        Step::on("GET", "/api/V1/serviceinfo?locale=en-GB"),
        Step::on("POST", "/api/V1/getsearchresults?locale=en-GB").body(json!({})),
        Step::on("GET", "/api/V1/a?b=c&locale=en-GB"),
        Step::on("POST", "/api/V1/savebusinessobject?locale=en-GB").body(json!({})).answer(200, &saved("9a")),
    ];
    let (saved, _) = play(&settings, steps, |client| {
        client.get("serviceinfo", &[], Place::Elsewhere).unwrap();
        client.ask_all("getsearchresults", &[json!({})]);
        client.get_all(&[("a".into(), vec![("b", "c")])]);
        client.save("savebusinessobject", &json!({}))
    });
    assert_eq!(saved.unwrap().rec_id, "9a");
}

#[test]
fn a_save_is_believed_where_it_names_the_record() {
    assert_eq!(save(on().answer(200, &saved("9a"))).unwrap(), Saved { rec_id: "9a".into(), doubt: None });
    assert_eq!(save(on().answer(200, &saved(""))).unwrap_err().kind, OutcomeUnknown);
    assert_eq!(save(on().answer(200, &json!({}))).unwrap_err().kind, OutcomeUnknown);
    assert_eq!(save(on().answer_text(200, "application/json", "{\"busOb")).unwrap_err().kind, OutcomeUnknown);
}

#[test]
fn a_refused_field_inside_a_200_is_rejected_with_its_id() {
    let error = save(on().answer(200, &validation(""))).unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str(), error.field.as_str()),
        (Rejected, "Nope is not a team.", "BO:1,FI:2")
    );
    let mut body = validation("");
    body["hasError"] = json!(true);
    body["errorMessage"] = json!("Not saved");
    let error = save(on().answer(200, &body)).unwrap_err();
    assert_eq!((error.kind, error.message.as_str(), error.field.as_str()), (Rejected, "Not saved", "BO:1,FI:2"));
}

#[test]
fn a_record_that_is_named_beside_a_refusal_may_be_there() {
    let saved = save(on().answer(200, &validation("9a"))).unwrap();
    assert_eq!((saved.rec_id.as_str(), saved.doubt.map(|doubt| doubt.kind)), ("9a", Some(Rejected)));
}

#[test]
fn a_page_has_written_nothing_and_a_lost_answer_may_have() {
    assert_eq!(save(on().answer_text(200, "text/html", "<html></html>")).unwrap_err().kind, Protocol);
    assert_eq!(save(on().fail(Failure::OutcomeUnknown("reset".into()))).unwrap_err().kind, OutcomeUnknown);
    assert_eq!(save(on().fail(Failure::NotSent("refused".into()))).unwrap_err().kind, Unavailable);
    let missing = crate::testing::refusal("RECORDNOTFOUND", "Record not found");
    assert_eq!(save(on().answer(500, &missing)).unwrap_err().kind, Gone);
}
