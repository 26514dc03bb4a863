use super::Verdict::{Failed, Refused, Taken, TooLarge};
use super::*;
use CallErrorKind::{OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable};
use serde_json::json;

fn answer(status: u16, code: &str) -> Response {
    let body = json!({"error": {"code": code, "message": "because"}}).to_string().into_bytes();
    Response { status, headers: vec![("retry-after".into(), "7".into())], body }
}

fn kind(status: u16, code: &str) -> CallErrorKind {
    match judge(Ok(answer(status, code))) {
        Failed(error) => {
            assert_eq!((error.message, error.code), (format!("{code}: because"), code.to_owned()), "{status}");
            error.kind
        }
        other => panic!("{status} {code}: {other:?}"),
    }
}

#[test]
fn success_is_success_without_a_body() {
    for status in [200, 204] {
        assert_eq!(judge(Ok(Response { status, headers: Vec::new(), body: Vec::new() })), Taken);
    }
}

#[test]
fn a_size_and_a_row_can_be_divided() {
    assert_eq!(
        judge(Ok(answer(413, "ContentLengthLimitExceeded"))),
        TooLarge("ContentLengthLimitExceeded: because".into())
    );
    assert_eq!(
        judge(Ok(answer(400, "ReadyBody_ClientConnectionAbort"))),
        TooLarge("ReadyBody_ClientConnectionAbort: because".into())
    );
    assert_eq!(judge(Ok(answer(400, "InvalidRecord"))), Refused("InvalidRecord: because".into()));
    assert_eq!(
        judge(Ok(answer(400, "RecordsTimeRangeIsMoreThan30Minutes"))),
        Refused("RecordsTimeRangeIsMoreThan30Minutes: because".into())
    );
}

#[test]
fn what_concerns_all_rows_is_no_row_s_fault() {
    for (status, code, expected) in [
        (400, "InvalidStream", Rejected),
        (400, "InvalidDcrImmutableId", Rejected),
        (400, "UnsupportedApiVersion", Rejected),
        (401, "InvalidToken", Unauthorized),
        (403, "OperationFailed", Unauthorized),
        (404, "NotFound", Rejected),
        (405, "MethodNotAllowed", Protocol),
        (408, "RequestTimeout", OutcomeUnknown),
        (429, "TooManyRequests", Throttled),
        (500, "InternalServerError", Unavailable),
        (502, "BadGateway", OutcomeUnknown),
        (503, "ServiceUnavailable", Unavailable),
        (504, "GatewayTimeout", OutcomeUnknown),
    ] {
        assert_eq!(kind(status, code), expected, "{status} {code}");
    }
}

#[test]
fn the_service_says_how_long_to_wait() {
    for status in [429, 500, 503] {
        let Failed(error) = judge(Ok(answer(status, "Busy"))) else { panic!("{status}") };
        assert_eq!(error.retry_after, Some(7), "{status}");
    }
}

#[test]
fn a_page_is_not_the_service() {
    let page = |status| Response {
        status,
        headers: vec![("content-type".into(), "text/html".into())],
        body: b"<html>sign in</html>".to_vec(),
    };
    for status in [200, 400, 404] {
        let Failed(error) = judge(Ok(page(status))) else { panic!("{status}") };
        assert_eq!(error.kind, Protocol, "{status}");
    }
}

#[test]
fn without_an_answer_nobody_knows() {
    for (failure, expected) in [
        (Failure::NotSent("refused".into()), Unavailable),
        (Failure::OutcomeUnknown("reset".into()), OutcomeUnknown),
        (Failure::Denied("no grant".into()), Rejected),
    ] {
        let Failed(error) = judge(Err(failure)) else { panic!("{expected:?}") };
        assert_eq!(error.kind, expected);
    }
}
