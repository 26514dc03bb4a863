//! The control interface over HTTP, for tests in other processes.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::provance::Addresses;

use super::caller::{Said, World, world};
use crate::call::{self, Reply};

async fn ask(world: &World, method: Method, path: &str, body: Option<Value>) -> Reply {
    call::ask(&world.running.control_url, method, path, body).await
}

#[tokio::test]
async fn it_says_what_listens_where() {
    let world = world().await;
    let addresses: Addresses = serde_json::from_str(&ask(&world, Method::GET, "/", None).await.text).unwrap();
    assert_eq!(addresses, world.running.addresses());
}

#[tokio::test]
async fn people_rows_keys_notes_and_resolutions() {
    let world = world().await;
    let made =
        ask(&world, Method::POST, "/tables/incident", Some(json!({ "title": "x", "new_signalboxkey": "k" }))).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let act =
        |ticket: &str, act: Value| ask(&world, Method::POST, "/people", Some(json!({ "ticket": ticket, "act": act })));
    assert_eq!(act("k", json!({ "kind": "note", "text": "seen" })).await.status, 204);
    assert_eq!(act(made["number"].as_str().unwrap(), json!({ "kind": "resolve" })).await.status, 204);
    assert_eq!(act("k", json!({ "kind": "resolve" })).await.status, 409);
    assert_eq!(act("CAS-1", json!({ "kind": "resolve" })).await.status, 404);
    let rows = ask(&world, Method::GET, "/tables/incident?filter=statecode%20eq%201", None).await.json();
    assert_eq!(rows[0]["title"], "x");
    assert_eq!(ask(&world, Method::GET, "/tables/incident?filter=what%20is", None).await.text, "[]");
    assert_eq!(ask(&world, Method::GET, "/tables/incident/keys", None).await.text, r#"{"k":1}"#);
    let id = made["id"].as_str().unwrap();
    assert_eq!(ask(&world, Method::GET, &format!("/notes/{id}"), None).await.text, r#"["seen"]"#);
    assert_eq!(ask(&world, Method::GET, &format!("/resolutions/{id}"), None).await.text, "[]");
}

#[tokio::test]
async fn faults_limits_and_tokens_are_steered() {
    let world = world().await;
    let fault = json!({ "select": { "table": "incidents" }, "when": { "times": 1 }, "effect": { "kind": "throttle", "retry_after": 3 } });
    assert_eq!(ask(&world, Method::POST, "/faults", Some(fault)).await.status, 201);
    assert_eq!(ask(&world, Method::PUT, "/protection", Some(json!({ "limit": "execution_time" }))).await.status, 204);
    assert_eq!(world.get("incidents").await.refusal(), (429, "0x80072321".into()));
    assert_eq!(ask(&world, Method::POST, "/tokens/expire", None).await.status, 204);
    assert_eq!(world.get("incidents").await.status, 401);
}
