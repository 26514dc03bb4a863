//! The control interface over HTTP, for tests in other processes.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::servicenow::Addresses;

use super::caller::{World, world};
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
async fn faults_and_the_journal_are_steered_and_read() {
    let world = world().await;
    let fault = json!({
        "select": { "method": "POST", "table": "incident" },
        "when": { "times": 1 },
        "effect": { "kind": "status", "code": 503 },
    });
    let reply = ask(&world, Method::POST, "/faults", Some(fault)).await;
    assert_eq!((reply.status, reply.text.as_str()), (201, r#"{"id":1}"#));
    let statuses = [
        world.post("/api/now/table/incident", &json!({})).await,
        world.post("/api/now/table/incident", &json!({})).await,
    ];
    assert_eq!(statuses.map(|reply| reply.status), [503, 201]);
    let faults = ask(&world, Method::GET, "/faults", None).await.json();
    assert_eq!((&faults[0]["matched"], &faults[0]["hit"]), (&json!(2), &json!(1)));
    assert_eq!(ask(&world, Method::DELETE, "/faults/1", None).await.status, 204);
    assert_eq!(ask(&world, Method::DELETE, "/faults/1", None).await.status, 404);

    world.get("/api/now/table/sys_user").await;
    let journal = ask(&world, Method::GET, "/journal?method=POST&table=incident", None).await.json();
    let entries = journal.as_array().unwrap();
    assert_eq!(entries.iter().map(|entry| entry["status"].as_u64().unwrap()).collect::<Vec<_>>(), [503, 201]);
    assert_eq!((&entries[1]["user"], &entries[1]["fault"]), (&json!("signalbox"), &Value::Null));
    ask(&world, Method::DELETE, "/journal", None).await;
    assert_eq!(ask(&world, Method::GET, "/journal", None).await.text, "[]");
}

#[tokio::test]
async fn an_unknown_fault_is_refused() {
    let world = world().await;
    for wrong in [json!({ "effect": { "kind": "explode" } }), json!({ "select": { "tabel": "x" } })] {
        assert_eq!(ask(&world, Method::POST, "/faults", Some(wrong)).await.status, 422);
    }
}

#[tokio::test]
async fn people_rows_keys_and_notes() {
    let world = world().await;
    let made =
        ask(&world, Method::POST, "/tables/incident", Some(json!({ "correlation_id": "k", "urgency": "1 - High" })));
    let made = made.await;
    assert_eq!((made.status, &made.json()["number"]), (201, &json!("INC0010001")));
    let note = json!({ "ticket": "k", "act": { "kind": "note", "text": "seen" } });
    assert_eq!(ask(&world, Method::POST, "/people", Some(note)).await.status, 204);
    let close = json!({ "ticket": "INC0010001", "act": { "kind": "close" } });
    assert_eq!(ask(&world, Method::POST, "/people", Some(close)).await.status, 204);
    let reopen = json!({ "ticket": "INC0010001", "act": { "kind": "reopen" } });
    assert_eq!(ask(&world, Method::POST, "/people", Some(reopen)).await.status, 409);
    let nobody = json!({ "ticket": "INC1", "act": { "kind": "close" } });
    assert_eq!(ask(&world, Method::POST, "/people", Some(nobody)).await.status, 404);

    let rows = ask(&world, Method::GET, "/tables/incident?query=state%3D7", None).await.json();
    assert_eq!((&rows[0]["urgency"], rows.as_array().unwrap().len()), (&json!("1"), 1));
    assert_eq!(ask(&world, Method::GET, "/tables/incident/keys", None).await.text, r#"{"k":1}"#);
    assert_eq!(ask(&world, Method::GET, "/tables/incident/count?correlation_id=k", None).await.text, r#"{"count":1}"#);
    let sys_id = made.json()["sys_id"].as_str().unwrap().to_owned();
    let notes = ask(&world, Method::GET, &format!("/journal/{sys_id}/work_notes"), None).await;
    assert_eq!(notes.text, r#"["seen"]"#);
}

#[tokio::test]
async fn clock_tokens_and_search_lag() {
    let world = world().await;
    let before = world.running.apparatus.clock.now();
    let moved = ask(&world, Method::POST, "/clock", Some(json!({ "advance_seconds": 3600 }))).await.json();
    assert_eq!(moved["ahead_seconds"], 3600.0);
    assert!(world.running.apparatus.clock.now().duration_since(before).as_secs() >= 3600);

    let lag = ask(&world, Method::PUT, "/search-lag", Some(json!({ "seconds": 60 }))).await;
    assert_eq!(lag.status, 204);
    world.make("incident", &json!({})).await;
    assert_eq!(world.get("/api/now/table/incident").await.text, r#"{"result":[]}"#);

    let rules = signalbox_simulators::servicenow::Options::default().tokens;
    let now = world.running.apparatus.clock.now();
    let grant = world.running.apparatus.tokens.grant("signalbox", "c", now, &rules);
    assert_eq!(ask(&world, Method::POST, "/tokens/expire", None).await.status, 204);
    assert_eq!(world.running.apparatus.tokens.user(&grant.access, now), None);
}
