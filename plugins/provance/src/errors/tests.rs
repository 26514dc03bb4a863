use super::*;
use CallErrorKind::{
    Conflict, Gone, OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable, Unsupported,
};
use serde_json::json;

fn answer(status: u16, code: &str, message: &str) -> Response {
    Response {
        status,
        headers: vec![("content-type".into(), "application/json; odata.metadata=minimal".into())],
        body: json!({"error": {"code": code, "message": message}}).to_string().into_bytes(),
    }
}

#[test]
fn the_code_says_more_than_the_status() {
    use Place::{Collection, Row};
    for (status, code, place, kind) in [
        (400, "0x80040265", Row, Rejected),
        (400, "0x800404cf", Collection, Conflict),
        (400, "0x80048408", Row, Rejected),
        (400, "", Collection, Rejected),
        (401, "", Collection, Unauthorized),
        (403, "0x80072560", Collection, Unauthorized),
        (403, "0x80040220", Row, Rejected),
        (404, "0x80040217", Row, Gone),
        (404, "0x80040217", Collection, Rejected),
        (404, "0x8006088a", Row, Unsupported),
        (405, "", Row, Protocol),
        (410, "", Row, Gone),
        (412, "0x80060882", Row, Conflict),
        (412, "0x80060892", Collection, Rejected),
        (412, "0x80040237", Collection, Rejected),
        (413, "", Row, Rejected),
        (429, "0x80072322", Row, Throttled),
        (500, "", Row, OutcomeUnknown),
        (501, "0x80060888", Collection, Unsupported),
        (503, "", Row, Unavailable),
    ] {
        let error = classify(&answer(status, code, "why"), Effect::Writes, place);
        assert_eq!((error.kind, error.message.as_str()), (kind, "why"), "{status} {code}");
    }
}

#[test]
fn all_three_service_protection_limits_are_waited_for_as_told() {
    for code in ["0x80072322", "0x80072321", "0x80072326"] {
        let mut response = answer(429, code, "slow down");
        response.headers.push(("retry-after".into(), "37".into()));
        let error = classify(&response, Effect::Writes, Place::Row);
        assert_eq!((error.kind, error.code.as_str(), error.retry_after), (Throttled, code, Some(37)));
    }
}

#[test]
fn a_refusal_names_the_column() {
    for (words, column) in [
        (
            "The length of the 'title' attribute of the 'incident' entity exceeded the maximum allowed length of '200'.",
            "title",
        ),
        ("An undeclared property 'new_zone' which only has property annotations was found.", "new_zone"),
        ("An undeclared property 'CustomerID_account@odata.bind' was found.", "CustomerID_account"),
        ("Invalid property 'new_zone' was found in entity 'incident'.", "new_zone"),
        ("You should specify a parent contact or account.", ""),
    ] {
        assert_eq!(classify(&answer(400, "0x80048d19", words), Effect::Writes, Place::Row).field, column, "{words}");
    }
}

#[test]
fn a_code_of_nothing_gives_way_to_the_status() {
    for code in ["", "0x0", "0x00000000"] {
        assert_eq!(classify(&answer(400, code, "no"), Effect::Writes, Place::Row).code, "400", "{code}");
    }
    assert_eq!(classify(&answer(429, "0x0", ""), Effect::Reads, Place::Row).code, "429");
}

#[test]
fn a_page_is_protocol_and_wrote_nothing() {
    let response =
        Response { status: 404, headers: vec![("content-type".into(), "text/html".into())], body: b"<html>".to_vec() };
    assert_eq!(classify(&response, Effect::Writes, Place::Row).kind, Protocol);
    assert_eq!(page(&Response { status: 200, ..response }).kind, Protocol);
}
