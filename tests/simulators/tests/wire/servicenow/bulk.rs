//! Events and the alerts that become of them, import sets, batches.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::caller::{Said, World, world};

const EVENTS: &str = "/api/global/em/jsonv2";

fn event(severity: &str) -> Value {
    json!({
        "source": "AzureMonitor", "node": "web-01", "type": "metric", "resource": "cpu", "metric_name": "Percentage CPU",
        "message_key": "key-1", "severity": severity, "description": "cpu high", "additional_info": "{\"rule\":\"r\"}",
        "time_of_event": "2026-11-22 10:00:00",
    })
}

async fn tell(world: &World, event: Value) {
    let reply = world.post(EVENTS, &json!({ "records": [event] })).await;
    assert_eq!(
        (reply.status, reply.text.as_str()),
        (200, r#"{"result":{"Default Bulk Endpoint":"1 events were inserted"}}"#)
    );
}

#[tokio::test]
async fn events_of_one_key_are_one_alert() {
    let world = world().await;
    let alert = |field: &str| {
        let alerts = world.running.instance.rows("em_alert", "");
        assert_eq!(alerts.len(), 1);
        alerts[0].get(field).cloned().unwrap_or_default()
    };
    tell(&world, event("2")).await;
    assert_eq!(
        (alert("number").as_str(), alert("severity").as_str(), alert("state").as_str()),
        ("Alert0010001", "2", "Open")
    );
    tell(&world, event("1")).await;
    assert_eq!((alert("severity").as_str(), alert("event_count").as_str()), ("1", "2"));
    tell(&world, event("0")).await;
    assert_eq!(alert("state"), "Closed");
    tell(&world, event("1")).await;
    assert_eq!(alert("state"), "Reopen");
    let mut closing = event("1");
    closing["resolution_state"] = json!("Closing");
    tell(&world, closing).await;
    assert_eq!(alert("state"), "Closed");
    assert_eq!(alert("additional_info"), "{\"rule\":\"r\"}");
    assert_eq!(world.running.instance.rows("em_event", "state=Processed").len(), 5);
}

#[tokio::test]
async fn an_event_without_a_key_gets_one_and_without_a_severity_is_an_error() {
    let world = world().await;
    let mut keyless = event("3");
    keyless["message_key"] = json!("");
    tell(&world, keyless).await;
    assert_eq!(
        world.running.instance.rows("em_alert", "")[0]["message_key"],
        "AzureMonitor_web-01_metric_cpu_Percentage CPU"
    );
    tell(&world, json!({ "source": "AzureMonitor", "message_key": "other" })).await;
    tell(&world, json!({ "source": "AzureMonitor", "message_key": "ended before it began", "severity": "0" })).await;
    assert_eq!(world.running.instance.rows("em_alert", "").len(), 1);
    assert_eq!(world.running.instance.rows("em_event", "state=Error").len(), 1);
    let reply = world.post(EVENTS, &json!({ "message_key": "no records" })).await;
    assert_eq!(reply.status, 400);
}

#[tokio::test]
async fn alerts_are_a_table_and_so_are_events() {
    let world = world().await;
    world.make("em_event", &event("1")).await;
    let alerts = world.get("/api/now/table/em_alert?message_key=key-1").await;
    let sys_id = alerts.column("sys_id");
    let row = world.patch(&format!("/api/now/table/em_alert/{sys_id}"), &json!({ "state": "Closed" })).await.result();
    assert_eq!(row["state"], "Closed");
    let own = world.make("em_alert", &json!({ "message_key": "key-2", "severity": "3" })).await;
    assert_eq!(world.running.instance.rows("em_alert", "message_key=key-2")[0]["sys_id"], own);
}

#[tokio::test]
async fn an_import_inserts_updates_and_tells_errors_with_201() {
    let world = world().await;
    let import = async |body: Value| {
        let reply = world.post("/api/now/import/u_signalbox_import", &body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.json()
    };
    let first = import(json!({ "correlation_id": "k", "short_description": "a" })).await;
    assert_eq!((&first["import_set"], &first["staging_table"]), (&json!("ISET0010001"), &json!("u_signalbox_import")));
    let row = &first["result"][0];
    assert_eq!(
        (&row["status"], &row["table"], &row["display_value"]),
        (&json!("inserted"), &json!("incident"), &json!("INC0010001"))
    );
    let expected = format!("{}/api/now/table/incident/{}", world.running.http_url, row["sys_id"].as_str().unwrap());
    assert_eq!(row["record_link"], expected);
    let status = |answer: Value| answer["result"][0]["status"].as_str().unwrap().to_owned();
    assert_eq!(status(import(json!({ "correlation_id": "k", "short_description": "b" })).await), "updated");
    assert_eq!(status(import(json!({ "correlation_id": "k", "short_description": "b" })).await), "ignored");
    let refused = import(json!({ "correlation_id": "k", "state": "6" })).await;
    assert!(refused["result"][0]["error_message"].as_str().unwrap().contains("mandatory"), "{refused}");
    assert_eq!(status(refused), "error");
    assert_eq!(world.running.instance.count("incident", "k"), 1);
    assert_eq!(world.post("/api/now/import/incident", &json!({})).await.status, 400, "no staging table");
}

#[tokio::test]
async fn a_batch_answers_each_of_its_calls() {
    let world = world().await;
    let headers = json!([
        { "name": "Accept", "value": "application/json" },
        { "name": "Content-Type", "value": "application/json" },
    ]);
    let body = BASE64_STANDARD.encode(json!({ "correlation_id": "k" }).to_string());
    let batch = json!({ "batch_request_id": 7, "rest_requests": [
        { "id": "1", "method": "POST", "url": "/api/now/table/incident", "headers": headers, "body": body },
        { "id": "2", "method": "GET", "url": "/api/now/table/nothing", "headers": headers, "exclude_response_headers": true },
        { "id": "3", "method": "POST", "url": "/api/now/batch", "headers": headers },
        { "id": "4", "method": "GET", "url": "relative", "headers": headers },
    ]});
    let answer = world.post("/api/now/v1/batch", &batch).await.json();
    assert_eq!((&answer["batch_request_id"], &answer["unserviced_requests"]), (&json!("7"), &json!([])));
    let parts = answer["serviced_requests"].as_array().unwrap();
    let statuses: Vec<_> = parts.iter().map(|part| part["status_code"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 400, 400, 400]);
    let made: Value =
        serde_json::from_slice(&BASE64_STANDARD.decode(parts[0]["body"].as_str().unwrap()).unwrap()).unwrap();
    assert_eq!(made["result"]["correlation_id"], "k");
    assert!(parts[0]["headers"].as_array().unwrap().iter().any(|header| header["name"] == "location"));
    assert_eq!(parts[1]["headers"], json!([]));
}
