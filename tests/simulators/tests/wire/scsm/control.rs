//! The control interface over HTTP, for tests in other processes.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::scsm::Addresses;

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
async fn people_objects_keys_and_comments() {
    let world = world().await;
    let body = json!({ "ContactMethod": "k", "Urgency": "High" });
    let made = ask(&world, Method::POST, "/objects/incident", Some(body)).await;
    assert_eq!((made.status, &made.json()["number"]), (201, &json!("IR1")));
    let act = |ticket: &str, act: Value| json!({ "ticket": ticket, "act": act });
    for (body, status) in [
        (act("k", json!({ "kind": "note", "text": "seen" })), 204),
        (act("IR1", json!({ "kind": "close" })), 204),
        (act("IR1", json!({ "kind": "reopen" })), 409),
        (act("IR2", json!({ "kind": "close" })), 404),
        (act("IR1", json!({ "kind": "explode" })), 422),
    ] {
        assert_eq!(ask(&world, Method::POST, "/people", Some(body.clone())).await.status, status, "{body}");
    }
    let rows = ask(&world, Method::GET, "/objects/incident?Status=Closed", None).await.json();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["Urgency"]), (1, &json!("High")));
    assert_eq!(ask(&world, Method::GET, "/objects/printer", None).await.status, 404);
    assert_eq!(ask(&world, Method::GET, "/keys", None).await.text, r#"{"k":1}"#);
    let id = made.json()["base_id"].as_str().unwrap().to_owned();
    assert_eq!(ask(&world, Method::GET, &format!("/comments/{id}"), None).await.text, r#"["seen"]"#);
}

#[tokio::test]
async fn tokens_are_ended_on_demand() {
    let world = world().await;
    let list = "/api/V3/Enum/GetList?id=89b34802-671e-e422-5e38-7dae9a413ef8";
    assert_eq!(world.get(list).await.status, 200);
    assert_eq!(ask(&world, Method::POST, "/tokens/expire", None).await.status, 204);
    assert_eq!(world.get(list).await.status, 401);
}
