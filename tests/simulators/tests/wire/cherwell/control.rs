//! The control interface: the same by JSON.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::cherwell::KEY_FIELD;

use super::caller::{World, world};
use crate::call::{self, Reply};

async fn get(world: &World, path: &str) -> Value {
    call::ask(&world.running.control_url, Method::GET, path, None).await.json()
}

async fn tell(world: &World, method: Method, path: &str, body: Value) -> Reply {
    call::ask(&world.running.control_url, method, path, Some(body)).await
}

#[tokio::test]
async fn records_notes_and_licences_can_be_looked_at() {
    let world = world().await;
    let rec_id = world.make_keyed("k").await;
    let records = get(&world, &format!("/records/Incident?{KEY_FIELD}=k")).await;
    assert_eq!((records.as_array().unwrap().len(), &records[0]["RecID"]), (1, &json!(rec_id)));
    assert_eq!(get(&world, &format!("/records/Incident/keys/{KEY_FIELD}")).await, json!({ "k": 1 }));
    assert_eq!(get(&world, "/licences").await, json!({ "taken": 1 }));
    let act = json!({ "ticket": "10001", "act": { "kind": "note", "text": "looking" } });
    assert_eq!(tell(&world, Method::POST, "/people", act).await.status, 204);
    assert_eq!(get(&world, "/notes/10001").await, json!(["looking"]));
}

#[tokio::test]
async fn people_can_be_told_what_to_do() {
    let world = world().await;
    let made = tell(&world, Method::POST, "/records/ChangeRequest", json!({ "Title": "Patch" })).await;
    assert_eq!((made.status, &made.json()["number"]), (201, &json!("50001")));
    let unknown = tell(&world, Method::POST, "/people", json!({ "ticket": "1", "act": { "kind": "close" } })).await;
    assert_eq!(unknown.status, 404);
    let lacking = tell(&world, Method::POST, "/records/Incident", json!({})).await;
    assert_eq!(lacking.status, 409);
    assert_eq!(tell(&world, Method::PUT, "/search-lag", json!({ "seconds": 5 })).await.status, 204);
    let addresses = get(&world, "/").await;
    assert_eq!(addresses["http"], world.running.http_url);
    assert!(addresses["http"].as_str().unwrap().ends_with("/CherwellAPI"));
}

#[tokio::test]
async fn every_token_can_be_ended() {
    let world = world().await;
    assert_eq!(world.get("serviceinfo").await.status, 200);
    tell(&world, Method::POST, "/tokens/expire", json!({})).await;
    assert_eq!(world.get("serviceinfo").await.status, 401);
}
