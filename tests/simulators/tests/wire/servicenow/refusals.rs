//! What is refused, byte by byte.

use http::Method;
use reqwest::{RequestBuilder, header};
use serde_json::{Value, json};
use signalbox_simulators::servicenow::{Options, PASSWORD, RateLimit, USER};

use super::caller::{Said, World, world, world_with};
use crate::call::{path, send, with_json};

const INCIDENTS: &str = "/api/now/table/incident";

async fn refused(request: RequestBuilder) -> (u16, String) {
    let reply = send(request).await;
    (reply.status, reply.text)
}

fn envelope(message: &str, detail: Option<&str>) -> String {
    json!({ "error": { "message": message, "detail": detail }, "status": "failure" }).to_string()
}

async fn attempt(world: &World, user: &str, method: Method, at: &str, body: &Value) -> (u16, String) {
    let request = world.bare(method, at).basic_auth(user, Some(user)).header(header::ACCEPT, "application/json");
    refused(with_json(request, body)).await
}

#[tokio::test]
async fn who_shows_no_credentials_or_wrong_ones_is_not_authenticated() {
    let world = world().await;
    let expected = r#"{"error":{"detail":"Required to provide Auth information","message":"User Not Authenticated"},"status":"failure"}"#;
    let at = || world.bare(Method::GET, INCIDENTS).header(header::ACCEPT, "application/json");
    let cases = [
        at(),
        at().basic_auth(USER, Some("wrong")),
        at().basic_auth("nobody", Some(PASSWORD)),
        at().bearer_auth("made-up"),
        at().header("x-sn-apikey", "made-up"),
        at().header(header::AUTHORIZATION, "Basic ???"),
    ];
    for request in cases {
        assert_eq!(refused(request).await, (401, expected.to_owned()));
    }
    // Whoever isn't known learns nothing of what is there.
    let unknown = world.bare(Method::GET, "/api/now/table/sys_nonexistent");
    assert_eq!(refused(unknown).await, (401, expected.to_owned()));
}

#[tokio::test]
async fn headers_are_demanded() {
    let world = world().await;
    let call = |method| world.bare(method, INCIDENTS).basic_auth(USER, Some(PASSWORD));
    // What the client itself would add, taken away by an empty value being no media type at all.
    let html = call(Method::GET).header(header::ACCEPT, "text/html");
    assert_eq!(refused(html).await.0, 406);
    let form = world.call(Method::POST, INCIDENTS).header(header::CONTENT_TYPE, "text/plain").body("{}");
    assert_eq!(refused(form).await.0, 415);
    let untyped = world.call(Method::POST, INCIDENTS).body("{}");
    let (status, body) = refused(untyped).await;
    assert_eq!((status, body), (400, envelope("Invalid request", Some("Header Content-Type is required"))));
    assert_eq!(world.running.instance.rows("incident", "").len(), 0);
}

#[tokio::test]
async fn a_call_without_accept_is_refused_unless_the_instance_is_lenient() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    for (strict, expected) in [(true, "HTTP/1.1 400"), (false, "HTTP/1.1 200")] {
        let world = world_with(Options { strict_headers: strict, ..Options::default() }).await;
        let address = world.running.http_url.trim_start_matches("http://");
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let key = signalbox_simulators::servicenow::API_KEY;
        let request = format!("GET {INCIDENTS} HTTP/1.1\r\nHost: x\r\nx-sn-apikey: {key}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(expected), "{answer}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = world().await;
    let nowhere = "0".repeat(32);
    let no_record = envelope("No Record found", Some("Record doesn't exist or ACL restricts the record retrieval"));
    for method in [Method::GET, Method::DELETE] {
        let request = world.call(method, &format!("{INCIDENTS}/{nowhere}"));
        assert_eq!(refused(request).await, (404, no_record.clone()));
    }
    let patch = with_json(world.call(Method::PATCH, &format!("{INCIDENTS}/{nowhere}")), &json!({}));
    assert_eq!(refused(patch).await, (404, no_record));
    let table = world.call(Method::GET, "/api/now/table/sys_nonexistent");
    let expected = envelope("Invalid table sys_nonexistent", Some("Table sys_nonexistent does not exist"));
    assert_eq!(refused(table).await, (400, expected));
    let path = world.call(Method::GET, "/api/now/nothing");
    let expected = envelope("Requested URI does not represent any resource", Some("/api/now/nothing"));
    assert_eq!(refused(path).await, (400, expected));
}

#[tokio::test]
async fn methods_and_bodies_that_make_no_sense_are_refused() {
    let world = world().await;
    let put = with_json(world.call(Method::PUT, INCIDENTS), &json!({}));
    let expected = envelope("Method not Supported", Some("PUT method not supported for API"));
    assert_eq!(refused(put).await, (405, expected));
    let expected = envelope("Exception while reading request", Some("The payload is not valid JSON."));
    for body in ["{\"short_description\":", "[]", "text"] {
        let post = world.call(Method::POST, INCIDENTS).header(header::CONTENT_TYPE, "application/json").body(body);
        assert_eq!(refused(post).await, (400, expected.clone()), "{body}");
    }
    let limit = world.call(Method::GET, &path(INCIDENTS, &[("sysparm_limit", "many")]));
    assert_eq!(refused(limit).await.0, 400);
}

#[tokio::test]
async fn who_lacks_a_role_is_told_so_in_one_way_for_each_operation() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({})).await;
    let at = format!("{INCIDENTS}/{sys_id}");
    let acl = |operation: &str| {
        envelope("Operation Failed", Some(&format!("ACL Exception {operation} Failed due to security constraints")))
    };
    let no_record = envelope("No Record found", Some("Record doesn't exist or ACL restricts the record retrieval"));
    let cases = [
        (Method::GET, INCIDENTS, 403, envelope("Insufficient rights to query records", None)),
        (Method::GET, at.as_str(), 404, no_record),
        (Method::POST, INCIDENTS, 403, acl("Insert")),
        (Method::PATCH, at.as_str(), 403, acl("Update")),
        (Method::DELETE, at.as_str(), 403, acl("Delete")),
        (
            Method::POST,
            "/api/global/em/jsonv2",
            403,
            envelope("User Not Authorized", Some("Failed API level ACL Validation")),
        ),
    ];
    for (method, at, status, body) in cases {
        assert_eq!(attempt(&world, "visitor", method.clone(), at, &json!({})).await, (status, body), "{method} {at}");
    }
}

#[tokio::test]
async fn resolving_needs_code_and_notes_in_the_same_call() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({})).await;
    let at = format!("{INCIDENTS}/{sys_id}");
    let policy = |fields: &str| {
        let detail = format!("Data Policy Exception: The following fields are mandatory: {fields}");
        (403, envelope("Operation Failed", Some(&detail)))
    };
    let attempt = async |body: Value| {
        let reply = world.patch(&at, &body).await;
        (reply.status, reply.text)
    };
    assert_eq!(attempt(json!({ "state": "6" })).await, policy("Resolution code, Resolution notes"));
    let notes = json!({ "state": "6", "close_notes": "n" });
    assert_eq!(attempt(notes).await, policy("Resolution code"));
    let row = world.get(&at).await.result();
    assert_eq!((&row["state"], &row["close_notes"]), (&json!("1"), &json!("")), "nothing of it was kept");
    let whole = json!({ "state": "6", "close_code": "Solution provided", "close_notes": "n" });
    assert_eq!(attempt(whole).await.0, 200);
    // Closing is for administrators.
    let expected = envelope("Operation Failed", Some("ACL Exception Update Failed due to security constraints"));
    assert_eq!(attempt(json!({ "state": "7" })).await, (403, expected));
}

#[tokio::test]
async fn a_closed_incident_is_kept_closed_by_a_business_rule() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({})).await;
    world.running.instance.act(&sys_id, &signalbox_simulators::servicenow::Act::Close).unwrap();
    for body in [json!({ "state": "2" }), json!({ "work_notes": "n" }), json!({ "short_description": "x" })] {
        let reply = world.patch(&format!("{INCIDENTS}/{sys_id}"), &body).await;
        let detail = reply.json()["error"]["detail"].as_str().unwrap().to_owned();
        assert_eq!((reply.status, reply.json()["error"]["message"].as_str()), (403, Some("Operation Failed")));
        let (before, after) = detail.split_once('^').unwrap();
        let rule = "Keep closed incidents closed";
        assert_eq!(before, format!("Operation against file 'incident' was aborted by Business Rule '{rule}"));
        assert_eq!(after.get(32..).unwrap(), format!("'. Business Rule Stack:{rule}"));
    }
}

#[tokio::test]
async fn a_change_that_skips_a_state_is_aborted() {
    let world = world().await;
    let sys_id = world.make("change_request", &json!({ "short_description": "patch" })).await;
    let at = format!("/api/now/table/change_request/{sys_id}");
    let reply = world.patch(&at, &json!({ "state": "-1" })).await;
    let detail = reply.json()["error"]["detail"].as_str().unwrap().to_owned();
    assert_eq!(reply.status, 403);
    assert!(detail.contains("aborted by Business Rule 'Change Model: Check State Transition^"), "{detail}");
    for state in ["-4", "-3", "-2", "-1", "0"] {
        assert_eq!(world.patch(&at, &json!({ "state": state })).await.status, 200, "{state}");
    }
    assert_eq!(world.patch(&at, &json!({ "state": "3" })).await.status, 403);
    let close = json!({ "state": "3", "close_code": "successful", "close_notes": "n" });
    assert_eq!(world.patch(&at, &close).await.result()["active"], "false");
}

#[tokio::test]
async fn a_sys_id_can_be_chosen_once() {
    let world = world().await;
    let body = json!({ "sys_id": "a".repeat(32) });
    assert_eq!(world.make("incident", &body).await, "a".repeat(32));
    let reply = world.post(INCIDENTS, &body).await;
    assert_eq!(reply.status, 403);
    assert!(reply.text.contains("Unique Key violation detected by database"), "{}", reply.text);
}

#[tokio::test]
async fn an_instance_can_demand_a_short_description_and_known_codes() {
    let options = Options { short_description_mandatory: true, close_code_checked: true, ..Options::default() };
    let world = world_with(options).await;
    let reply = world.post(INCIDENTS, &json!({})).await;
    let detail = "Data Policy Exception: The following fields are mandatory: Short description";
    assert_eq!((reply.status, reply.text), (403, envelope("Operation Failed", Some(detail))));
    let sys_id = world.make("incident", &json!({ "short_description": "x" })).await;
    let old = json!({ "state": "6", "close_code": "Solved (Permanently)", "close_notes": "n" });
    assert_eq!(world.patch(&format!("{INCIDENTS}/{sys_id}"), &old).await.status, 403);
}

#[tokio::test]
async fn an_instance_can_answer_no_rows_to_an_invalid_query() {
    let query = path(INCIDENTS, &[("sysparm_query", "no_such_field=1")]);
    for (returns_no_rows, expected) in [(false, "1"), (true, "0")] {
        let options = Options { invalid_query_returns_no_rows: returns_no_rows, ..Options::default() };
        let world = world_with(options).await;
        world.make("incident", &json!({})).await;
        assert_eq!(world.get(&query).await.header("x-total-count"), expected);
    }
}

#[tokio::test]
async fn a_rate_limit_counts_down_and_then_refuses() {
    let limit = RateLimit { requests: 2, window_seconds: 3600 };
    let world = world_with(Options { rate_limit: Some(limit), ..Options::default() }).await;
    for _ in 0..2 {
        let reply = world.get(INCIDENTS).await;
        assert_eq!((reply.status, reply.header("x-ratelimit-limit")), (200, "2"));
        assert_eq!(reply.header("x-ratelimit-rule").len(), 32);
    }
    let reply = world.get(INCIDENTS).await;
    let expected = envelope("Rate limit exceeded", Some("Rate limit of 2 requests per hour for Table API exceeded"));
    assert_eq!((reply.status, &reply.text), (429, &expected));
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&wait));
    world.running.apparatus.clock.advance(std::time::Duration::from_secs(wait));
    assert_eq!(world.get(INCIDENTS).await.status, 200);
}
