//! The control interface over HTTP, for tests in other processes.

use http::Method;
use serde_json::{Value, json};
use signalbox_simulators::azure::{Addresses, SUBSCRIPTION};

use crate::caller::{MANAGEMENT, MONITOR, Reply, World, send, world};

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

#[tokio::test]
async fn contents_are_put_in_and_alerts_steered() {
    let world = world().await;
    let target = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Web/sites/one");
    let contents = json!({
        "alerts": [{ "id": "a1", "target": target, "severity": "Sev1" }],
        "resources": [{ "id": target, "metrics": { "Requests": [["2026-11-22T10:00:00Z", 5.0]] } }],
        "events": [{ "resource": target, "at": "2026-11-22T10:00:00Z", "operation": "Microsoft.Web/sites/write" }],
        "results": [{ "target": "workspaces/w", "columns": [["A", "string"]], "rows": [["a"]] }],
    });
    assert_eq!(ask(&world, Method::POST, "/contents", Some(contents)).await.status, 204);
    let misspelt = json!({ "alert": [] });
    assert_eq!(ask(&world, Method::POST, "/contents", Some(misspelt)).await.status, 422);
    assert_eq!(ask(&world, Method::PATCH, "/alerts/a1", Some(json!({ "condition": "Resolved" }))).await.status, 204);
    assert_eq!(ask(&world, Method::PATCH, "/alerts/a2", Some(json!({ "state": "Closed" }))).await.status, 404);
    let alert = ask(&world, Method::GET, "/alerts/a1", None).await.json();
    assert_eq!((&alert["alert"]["condition"], &alert["alert"]["severity"]), (&json!("Resolved"), &json!("Sev1")));

    let token = world.token(MANAGEMENT).await;
    let path = format!("{target}/providers/Microsoft.AlertsManagement/alerts/a1/changestate");
    let request = world.bare(Method::POST, &format!("{path}?api-version=2019-03-01&newState=Closed"));
    let request = request.bearer_auth(token).header("content-type", "application/json");
    assert_eq!(send(request.body(r#"{"comments":"done"}"#)).await.status, 200);
    let changes = ask(&world, Method::GET, "/state-changes", None).await.json();
    assert_eq!((&changes[0]["to"], &changes[0]["comments"]), (&json!("Closed"), &json!("done")));
    assert_eq!(ask(&world, Method::GET, "/queries", None).await.text, "[]");
    assert_eq!(ask(&world, Method::DELETE, &format!("/resources?id={target}"), None).await.status, 204);
    assert_eq!(ask(&world, Method::DELETE, "/alerts/a1", None).await.status, 204);
    assert_eq!(ask(&world, Method::GET, "/alerts/a1", None).await.status, 404);
}
