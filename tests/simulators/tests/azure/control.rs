//! The control interface over HTTP, for tests in other processes.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::azure::Addresses;

use crate::caller::{MONITOR, Reply, World, send, world};

async fn ask(world: &World, method: Method, path: &str, body: Option<Value>) -> Reply {
    let url = format!("{}{path}", world.running.control_url);
    let request = reqwest::Client::builder().no_proxy().build().unwrap().request(method, url);
    send(match body {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    })
    .await
}

#[tokio::test]
async fn it_says_what_listens_where() {
    let world = world().await;
    let addresses: Addresses = serde_json::from_str(&ask(&world, Method::GET, "/", None).await.text).unwrap();
    assert_eq!(addresses, world.running.addresses());
}

#[tokio::test]
async fn rules_are_made_and_their_rows_asked_for() {
    let world = world().await;
    let token = world.token(MONITOR).await;
    let columns = json!([{ "name": "TimeGenerated", "type": "datetime" }, { "name": "A", "type": "int" }]);
    let rule = json!({ "immutable_id": "dcr-1", "streams": [{ "name": "Custom-A_CL", "columns": columns }] });
    assert_eq!(ask(&world, Method::PUT, "/rules", Some(rule.clone())).await.status, 204);
    let upload = || {
        let path = "/dataCollectionRules/dcr-1/streams/Custom-A_CL?api-version=2023-01-01";
        let request = world.bare(Method::POST, path).bearer_auth(&token).header("content-type", "application/json");
        send(request.body(json!([{ "TimeGenerated": "2026-11-22T10:00:00Z", "A": 7, "B": 8 }]).to_string()))
    };
    assert_eq!(upload().await.status, 204);
    let rows = ask(&world, Method::GET, "/streams/Custom-A_CL/rows", None).await.json();
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["A"]), (1, &json!(7)));
    let uploads = ask(&world, Method::GET, "/streams/Custom-A_CL/uploads", None).await.json();
    assert_eq!(uploads[0]["rows"][0]["dropped"], json!(["B"]));
    assert_eq!(ask(&world, Method::DELETE, "/rows", None).await.status, 204);
    assert_eq!(ask(&world, Method::GET, "/streams/Custom-A_CL/rows", None).await.text, "[]");
    assert_eq!(ask(&world, Method::DELETE, "/rules/dcr-1", None).await.status, 204);
    assert_eq!(ask(&world, Method::DELETE, "/rules/dcr-1", None).await.status, 404);
    assert_eq!(upload().await.refusal(), (404, "NotFound".into()));
}

#[tokio::test]
async fn a_rule_that_azure_would_not_make_is_refused() {
    let world = world().await;
    let columns = json!([{ "name": "TimeGenerated", "type": "datetime" }, { "name": "Type", "type": "string" }]);
    let rule = json!({ "immutable_id": "dcr-1", "streams": [{ "name": "Custom-A_CL", "columns": columns }] });
    let refused = ask(&world, Method::PUT, "/rules", Some(rule)).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("the column `Type` has a reserved name"), "{}", refused.text);
}
