use super::*;
use crate::testing::refusal;
use CallErrorKind::{Gone, OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable};
use serde_json::json;

fn answer(status: u16, body: &str) -> Response {
    let headers = vec![("content-type".into(), "application/json;charset=UTF-8".into())];
    Response { status, headers, body: body.as_bytes().to_vec() }
}

fn of(status: u16, body: &Value, effect: Effect) -> CallError {
    classify(&answer(status, &body.to_string()), effect, Place::Record)
}

#[test]
fn the_code_decides_before_the_status() {
    let message = json!({"Message": "An error has occurred."});
    for (status, body, read, write) in [
        (500, refusal("RECORDNOTFOUND", "Record not found"), Gone, Gone),
        (500, refusal("SEARCHNOTFOUND", "The requested search was not found : x"), Rejected, Rejected),
        (403, refusal("INSUFFICIENTRIGHTS", "You are not authorized to view this object"), Rejected, Rejected),
        (500, refusal("INSUFFICIENTRIGHTS", "Insufficient rights to view personas"), Rejected, Rejected),
        (400, refusal("BADREQUEST", "Missing parameter"), Rejected, Rejected),
        (402, json!("Request failed"), Rejected, Rejected),
        (400, message.clone(), Rejected, Rejected),
        (500, message.clone(), Unavailable, OutcomeUnknown),
        (502, json!(null), Unavailable, OutcomeUnknown),
        (503, refusal("SERVICEDOWN", "down"), Unavailable, Unavailable),
        (401, json!({"Message": "Authorization has been denied for this request."}), Unauthorized, Unauthorized),
        (429, message.clone(), Throttled, Throttled),
        (404, json!({"Message": "No HTTP resource was found"}), Protocol, Protocol),
        (405, message, Protocol, Protocol),
    ] {
        assert_eq!(of(status, &body, Effect::Reads).kind, read, "{status} {body}");
        assert_eq!(of(status, &body, Effect::Writes).kind, write, "{status} {body}");
    }
}

#[test]
fn the_system_s_own_words_are_told() {
    let error = of(500, &refusal("RECORDNOTFOUND", "Record not found"), Effect::Reads);
    assert_eq!((error.code.as_str(), error.message.as_str()), ("RECORDNOTFOUND", "Record not found"));
    let error = of(401, &json!({"Message": "Authorization has been denied"}), Effect::Reads);
    assert_eq!(error.message, "Authorization has been denied");
    let twice = Value::from(refusal("BADREQUEST", "no such field").to_string());
    assert_eq!(of(400, &twice, Effect::Writes).message, "no such field");
    assert!(of(404, &json!({}), Effect::Reads).message.contains("/CherwellAPI"));
}

#[test]
fn a_record_that_nobody_named_is_not_gone() {
    let response = answer(500, &refusal("RECORDNOTFOUND", "Record not found").to_string());
    assert_eq!(classify(&response, Effect::Reads, Place::Elsewhere).kind, Rejected);
}

#[test]
fn an_error_can_stand_in_a_200() {
    let body = json!({"hasError": true, "errorMessage": "no", "errorCode": null});
    assert_eq!(within(&body, Place::Record).map(|error| error.kind), Some(Rejected));
    assert_eq!(within(&refusal("RECORDNOTFOUND", "x"), Place::Record).map(|error| error.kind), Some(Gone));
    for good in [json!([]), json!({}), json!({"hasError": false, "errorCode": null, "errorMessage": null})] {
        assert_eq!(within(&good, Place::Record), None, "{good}");
    }
}

#[test]
fn a_page_is_no_answer() {
    let mut response = answer(403, "<html>sign in</html>");
    response.headers = vec![("content-type".into(), "text/html".into())];
    assert_eq!(classify(&response, Effect::Writes, Place::Elsewhere).kind, Protocol);
}
