//! Each fault as a client sees it, and what was done all the same.

use std::time::{Duration, Instant};

use http::Method;
use serde_json::json;
use signalbox_simulators::shared::{Effect, Fault};

use super::caller::{Said, World, world};
use crate::call::{path, send, with_json};

const INCIDENTS: &str = "/api/now/table/incident";

fn create(world: &World, key: &str) -> reqwest::RequestBuilder {
    with_json(world.call(Method::POST, INCIDENTS), &json!({ "correlation_id": key }))
}

fn made(world: &World, key: &str) -> usize {
    world.running.instance.count("incident", key)
}

/// The world with this fault on creates of incidents.
async fn world_where(effect: Effect) -> World {
    let world = world().await;
    world.running.fault(Fault::new(effect).method("POST").table("incident"));
    world
}

#[tokio::test]
async fn a_connection_dropped_before_leaves_nothing_behind() {
    let world = world_where(Effect::DropBefore).await;
    let error = create(&world, "k").send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(made(&world, "k"), 0);
    assert_eq!(world.running.apparatus.journal.entries()[0].status, None);
}

#[tokio::test]
async fn a_connection_dropped_after_leaves_the_row() {
    let world = world_where(Effect::DropAfter).await;
    let error = create(&world, "k").send().await.unwrap_err();
    assert!(error.is_request(), "{error:?}");
    assert_eq!(made(&world, "k"), 1);
    let entry = world.running.apparatus.journal.entries().remove(0);
    assert_eq!((entry.status, entry.user.as_deref()), (None, Some("signalbox")));
    assert_eq!(entry.fault.as_deref(), Some(r#"{"kind":"drop_after"}"#));
}

#[tokio::test]
async fn a_late_commit_comes_after_the_client_has_given_up() {
    let world = world_where(Effect::CommitLate { seconds: 0.4 }).await;
    let error = create(&world, "k").timeout(Duration::from_millis(200)).send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    let left = Instant::now();
    assert_eq!(made(&world, "k"), 0, "not while the client waits");
    while made(&world, "k") == 0 {
        assert!(left.elapsed() < Duration::from_secs(10), "never committed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(left.elapsed() >= Duration::from_millis(350), "{:?}", left.elapsed());
    assert_eq!(made(&world, "k"), 1);
}

#[tokio::test]
async fn a_delayed_call_does_nothing_until_it_answers() {
    let world = world_where(Effect::Delay { seconds: 0.5 }).await;
    let began = Instant::now();
    let call = tokio::spawn(create(&world, "k").send());
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(made(&world, "k"), 0);
    assert_eq!(call.await.unwrap().unwrap().status(), 201);
    assert!(began.elapsed() >= Duration::from_millis(500));
}

#[tokio::test]
async fn a_held_answer_comes_after_its_commit() {
    let world = world_where(Effect::HoldAnswer { seconds: 0.5 }).await;
    let call = tokio::spawn(create(&world, "k").send());
    while made(&world, "k") == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!call.is_finished());
    assert_eq!(call.await.unwrap().unwrap().status(), 201);
}

#[tokio::test]
async fn server_failures_have_the_status_and_do_what_they_are_told() {
    for (code, committed, kind) in [
        (500, false, "application/json"),
        (502, false, "text/html"),
        (503, true, "text/html"),
        (500, true, "application/json"),
    ] {
        let world = world_where(Effect::Status { code, committed }).await;
        let reply = send(create(&world, "k")).await;
        assert_eq!((reply.status, made(&world, "k")), (code, usize::from(committed)));
        assert!(reply.header("content-type").starts_with(kind), "{code}: {}", reply.header("content-type"));
    }
}

#[tokio::test]
async fn a_page_for_people_has_status_200() {
    let world = world_where(Effect::Page).await;
    let reply = send(create(&world, "k")).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/html;charset=UTF-8"));
    assert!(reply.text.contains("<title>Instance Hibernating page</title>"), "{}", reply.text);
    assert_eq!(made(&world, "k"), 0);
}

#[tokio::test]
async fn a_truncated_answer_ends_in_the_middle_of_what_was_done() {
    let world = world_where(Effect::Truncate).await;
    let response = create(&world, "k").send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert!(response.content_length().unwrap() > 1000);
    assert!(response.bytes().await.is_err());
    assert_eq!(made(&world, "k"), 1);
}

#[tokio::test]
async fn a_throttled_call_says_when_to_come_back() {
    let world = world_where(Effect::Throttle { retry_after: 7 }).await;
    let reply = send(create(&world, "k")).await;
    assert_eq!((reply.status, reply.header("retry-after"), made(&world, "k")), (429, "7", 0));
    assert!(reply.text.contains("Rate limit exceeded"), "{}", reply.text);
}

#[tokio::test]
async fn credentials_can_be_refused_whatever_they_are() {
    let world = world_where(Effect::RefuseCredentials).await;
    let reply = send(create(&world, "k")).await;
    assert_eq!((reply.status, made(&world, "k")), (401, 0));
    assert_eq!(world.get(INCIDENTS).await.status, 200, "only creates are selected");
}

#[tokio::test]
async fn a_fault_hits_whom_it_selects_as_often_as_it_says() {
    let world = world().await;
    let fault = Fault::new(Effect::Status { code: 503, committed: false });
    let id = world.running.fault(fault.body("unlucky").after(1).every(2).times(2));
    let mut statuses = Vec::new();
    for key in ["lucky", "unlucky-1", "unlucky-2", "unlucky-3", "unlucky-4", "unlucky-5", "unlucky-6"] {
        statuses.push(send(create(&world, key)).await.status);
    }
    assert_eq!(statuses, [201, 201, 503, 201, 503, 201, 201]);
    let standing = world.running.apparatus.faults.list().remove(0);
    assert_eq!((standing.id, standing.matched, standing.hit), (id, 6, 2));
    assert!(world.running.apparatus.faults.remove(id) && !world.running.apparatus.faults.remove(id));
}

#[tokio::test]
async fn queries_lag_and_reads_do_not() {
    let world = world().await;
    world.running.instance.set_search_lag(Duration::from_secs(30));
    let sys_id = world.make("incident", &json!({ "correlation_id": "k" })).await;
    let query = path(INCIDENTS, &[("sysparm_query", "correlation_id=k")]);
    assert_eq!(world.get(&query).await.text, r#"{"result":[]}"#);
    assert_eq!(world.get(&format!("{INCIDENTS}/{sys_id}")).await.status, 200);
    let people = path("/api/now/table/sys_user_group", &[("sysparm_query", "name=Network")]);
    assert_eq!(world.get(&people).await.header("x-total-count"), "1", "what was always there is found");
    world.running.apparatus.clock.advance(Duration::from_secs(31));
    assert_eq!(world.get(&query).await.column("sys_id"), sys_id);
}

#[tokio::test]
async fn an_instance_that_is_dropped_closes_its_ports() {
    let world = world().await;
    let address = world.running.http_url.trim_start_matches("http://").to_owned();
    drop(world);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn without_its_cable_a_platform_refuses_connections_and_forgets_nothing() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({})).await;
    let at = format!("{INCIDENTS}/{sys_id}");
    let change = async |reachable: bool| {
        world.running.apparatus.set_reachable(reachable);
        let began = Instant::now();
        loop {
            let sent = world.call(Method::GET, &at).send().await;
            if sent.is_ok() == reachable {
                return sent;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "still {sent:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let refused = change(false).await.unwrap_err();
    assert!(refused.is_connect() || refused.is_request(), "{refused:?}");
    let refused = world.call(Method::GET, &at).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
    assert_eq!(change(true).await.unwrap().status(), 200);
}

#[tokio::test]
async fn refused_credentials_at_the_token_endpoint_are_worded_as_there() {
    let world = world().await;
    world.running.fault(Fault::new(Effect::RefuseCredentials).table("oauth"));
    let reply = send(world.call(Method::POST, "/oauth_token.do")).await;
    let denied = r#"{"error":"server_error","error_description":"access_denied"}"#;
    assert_eq!((reply.status, reply.text.as_str()), (401, denied));
}

#[tokio::test]
async fn over_tls_a_dropped_connection_is_an_error_and_the_row_is_there() {
    let world = world_where(Effect::DropAfter).await;
    let authority = reqwest::Certificate::from_pem(world.running.ca_pem.as_bytes()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([authority]).build().unwrap();
    let request = client.post(format!("{}{INCIDENTS}", world.running.https_url));
    let request = request.header("x-sn-apikey", signalbox_simulators::servicenow::API_KEY);
    assert!(with_json(request, &json!({ "correlation_id": "k" })).send().await.is_err());
    assert_eq!(made(&world, "k"), 1);
}
