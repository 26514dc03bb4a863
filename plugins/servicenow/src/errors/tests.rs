use super::*;
use CallErrorKind::{Gone, OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable, Unsupported};
use serde_json::json;

fn response(status: u16, message: &str, detail: Value) -> Response {
    let body = json!({"error": {"message": message, "detail": detail}, "status": "failure"}).to_string();
    let headers = vec![("content-type".to_owned(), "application/json;charset=UTF-8".to_owned())];
    Response { status, headers, body: body.into_bytes() }
}

fn with_header(mut response: Response, name: &str, value: &str) -> Response {
    response.headers.push((name.into(), value.into()));
    response
}

#[test]
fn the_words_decide_what_a_status_means() {
    let rule = "Operation against file 'incident' was aborted by Business Rule 'Closed is closed^0123'. Business Rule Stack:Closed is closed";
    let cases = [
        (401, "User Not Authenticated", json!("Required to provide Auth information"), Unauthorized, "401"),
        (400, "User Not Authenticated", json!("Required to provide Auth information"), Unauthorized, "400"),
        (400, "Invalid table em_alert", json!("Table em_alert does not exist"), Unsupported, "400"),
        (400, "Invalid table em_alert", json!(null), Unsupported, "400"),
        (400, "Requested URI does not represent any resource", json!("/global/em/jsonv2"), Unsupported, "400"),
        (400, "Exception while reading request", json!("The payload is not valid JSON."), Rejected, "400"),
        (
            403,
            "Operation Failed",
            json!("Data Policy Exception: The following fields are mandatory: Caller"),
            Rejected,
            "data-policy",
        ),
        (403, "Operation Failed", json!(rule), Rejected, "business-rule"),
        (403, "Operation Failed", json!("ACL Exception Insert Failed due to security constraints"), Rejected, "acl"),
        (403, "Insufficient rights to query records", json!(null), Rejected, "acl"),
        (403, "User Not Authorized", json!("Failed API level ACL Validation"), Unauthorized, "403"),
        (405, "Method not Supported", json!("POST method not supported for API"), Protocol, "405"),
        (406, "Not acceptable", json!(null), Protocol, "406"),
        (
            429,
            "Rate limit exceeded",
            json!("Rate limit of 100 requests per hour for Table API exceeded"),
            Throttled,
            "429",
        ),
        (503, "Service Unavailable", json!(null), Unavailable, "503"),
    ];
    for (status, message, detail, kind, code) in cases {
        let error = classify(&response(status, message, detail.clone()), Effect::Writes, Place::Collection);
        assert_eq!((error.kind, error.code.as_str()), (kind, code), "{status} {message} {detail}");
        assert!(error.message.starts_with(message), "{}", error.message);
    }
}

#[test]
fn a_data_policy_names_the_column() {
    for (labels, column) in [
        ("Resolution code", "close_code"),
        ("Resolution notes, Resolution code", "close_notes"),
        ("Short description", "short_description"),
        ("Cost centre", "Cost centre"),
    ] {
        let detail = format!("Data Policy Exception: The following fields are mandatory: {labels}");
        let error = classify(&response(403, "Operation Failed", json!(detail)), Effect::Writes, Place::Record);
        assert_eq!((error.kind, error.field.as_str()), (Rejected, column));
        assert!(error.message.contains(labels), "{}", error.message);
    }
}

#[test]
fn a_record_that_is_not_there_is_gone_and_a_missing_endpoint_is_not() {
    let answer = response(404, "No Record found", json!("Record doesn't exist or ACL restricts the record retrieval"));
    assert_eq!(classify(&answer, Effect::Reads, Place::Record).kind, Gone);
    assert_eq!(classify(&answer, Effect::Reads, Place::Collection).kind, Protocol);
}

#[test]
fn a_broken_answer_leaves_a_write_unknown_and_a_read_repeatable() {
    for status in [500, 502, 504] {
        let answer = response(status, "Internal error", json!(null));
        assert_eq!(classify(&answer, Effect::Writes, Place::Record).kind, OutcomeUnknown);
        assert_eq!(classify(&answer, Effect::Reads, Place::Record).kind, Unavailable);
    }
}

#[test]
fn a_page_is_not_this_api() {
    for (status, body) in [(404, "<html>nothing here</html>"), (403, "<!DOCTYPE html><title>Blocked</title>")] {
        let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        let answer = Response { status, headers, body: body.into() };
        assert_eq!(classify(&answer, Effect::Writes, Place::Record).kind, Protocol, "{body}");
    }
}

#[test]
fn a_rate_rule_says_how_long_to_wait() {
    let limited = || response(429, "Rate limit exceeded", json!(null));
    let wait = |answer: Response| classify(&answer, Effect::Reads, Place::Collection).retry_after;
    assert_eq!(wait(limited()), None);
    assert_eq!(wait(with_header(limited(), "retry-after", "240")), Some(240));
    let reset = with_header(limited(), "x-ratelimit-reset", "1795341690");
    let dated = with_header(reset, "date", "Sun, 22 Nov 2026 10:00:00 GMT");
    assert_eq!(wait(dated), Some(90));
}
