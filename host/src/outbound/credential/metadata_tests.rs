use super::*;

fn answer(status: u16, body: &'static str) -> Answer {
    let status = StatusCode::from_u16(status).unwrap();
    Answer { status, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) }
}

fn spec() -> Metadata {
    Metadata {
        headers: vec![("X-Proof".to_owned(), "hunter2".into())],
        ..Metadata::new("http://169.254.169.254/token".parse().unwrap())
    }
}

/// All waits in seconds, if every answer were like this one.
fn waits(spec: &Metadata, answer: &Answer) -> Vec<f32> {
    let now = "2026-11-22T12:00:00Z".parse().unwrap();
    (0..20).map_while(|retries| wait(spec, answer, retries, now)).map(|wait| wait.as_secs_f32()).collect()
}

#[test]
fn a_busy_address_is_asked_again_after_twice_the_wait() {
    for status in [404, 429, 500, 503] {
        assert_eq!(waits(&spec(), &answer(status, "")), [2.0, 4.0, 8.0, 16.0], "{status}");
    }
    assert_eq!(waits(&spec(), &answer(410, "")), [2.0, 4.0, 8.0, 16.0, 20.0, 20.0], "70 s in all");
    for status in [200, 302, 400, 401, 403, 405] {
        assert!(waits(&spec(), &answer(status, "")).is_empty(), "{status}");
    }
}

#[test]
fn how_often_and_how_long_is_the_operators_to_say() {
    let own = Metadata { retries: 2, retry_wait: Duration::from_millis(500), ..spec() };
    assert_eq!(waits(&own, &answer(503, "")), [0.5, 1.0]);
    assert_eq!(waits(&own, &answer(410, "")), [0.5, 1.0, 2.0]);
    let none = Metadata { retries: 0, ..spec() };
    assert!(waits(&none, &answer(503, "")).is_empty() && waits(&none, &answer(410, "")).is_empty());
    let long = Metadata { retry_wait: Duration::MAX, ..spec() };
    assert_eq!(waits(&long, &answer(503, "")), [20.0; 4]);
}

#[test]
fn an_address_that_asks_for_a_rest_gets_it_within_bounds() {
    for (asked, expected) in [
        ("1", [2.0, 4.0, 8.0, 16.0]),
        ("5", [5.0, 5.0, 8.0, 16.0]),
        ("3600", [20.0; 4]),
        ("soon", [2.0, 4.0, 8.0, 16.0]),
    ] {
        let mut answer = answer(429, "");
        answer.headers.insert(header::RETRY_AFTER, asked.parse().unwrap());
        assert_eq!(waits(&spec(), &answer), expected, "{asked}");
    }
}

#[test]
fn tokens_are_found_where_the_operator_says() {
    let elsewhere = Metadata {
        token: "/data/token".to_owned(),
        expires_in: "/data/life".to_owned(),
        expires_on: "/data/end".to_owned(),
        ..spec()
    };
    let hour = Some(Duration::from_secs(3600));
    for (spec, body, lifetime) in [
        (spec(), r#"{"access_token":"t","expires_in":"3600","expires_on":"1"}"#, hour),
        (spec(), r#"{"access_token":"t","expires_in":3600}"#, hour),
        (spec(), r#"{"access_token":"t","expires_on":"1"}"#, Some(Duration::ZERO)),
        (spec(), r#"{"access_token":"t","expires_on":"11/22/2026 12:00:00 AM +00:00"}"#, None),
        (spec(), r#"{"access_token":"t"}"#, None),
        (elsewhere.clone(), r#"{"data":{"token":"t","life":3600}}"#, hour),
        (elsewhere.clone(), r#"{"data":{"token":"t","end":1}}"#, Some(Duration::ZERO)),
        (elsewhere, r#"{"expires_in":3600,"data":{"token":"t"}}"#, None),
    ] {
        let granted = granted(&spec, &answer(200, body)).unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!((granted.token.expose(), granted.lifetime), ("t", lifetime), "{body}");
    }
}

#[test]
fn refused_is_told_from_unavailable() {
    let refused = |words: &str| LoginError::Refused(words.to_owned());
    let unavailable = |words: &str| LoginError::Unavailable(words.to_owned());
    let no_token = || refused("the metadata address's answer has no token at `/access_token`");
    for (status, body, expected) in [
        (200, "{}", no_token()),
        (200, r#"{"access_token":""}"#, no_token()),
        (200, r#"{"access_token":7}"#, no_token()),
        (200, "<html>", unavailable("the metadata address's answer is not JSON")),
        (
            400,
            r#"{"error":"invalid_request","error_description":"no identity\nfor hunter2"}"#,
            refused("the metadata address answered 400 Bad Request: invalid_request: no identity for …"),
        ),
        (403, "", refused("the metadata address answered 403 Forbidden")),
        (302, "", unavailable("the metadata address answered 302 Found")),
        (404, "", unavailable("the metadata address answered 404 Not Found")),
        (410, "", unavailable("the metadata address answered 410 Gone")),
        (429, r#"{"error":"too_many"}"#, unavailable("the metadata address answered 429 Too Many Requests: too_many")),
        (503, "", unavailable("the metadata address answered 503 Service Unavailable")),
    ] {
        assert_eq!(granted(&spec(), &answer(status, body)).map(|_| ()).unwrap_err(), expected, "{status} {body}");
    }
}
