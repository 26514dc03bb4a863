//! The simulator as a process of its own.

use http::Method;
use serde_json::json;

use crate::{call::send, process::Process};

#[tokio::test]
async fn it_prints_where_it_listens_and_ends_on_sigterm() {
    let process = Process::start(&[
        "cherwell",
        "--user",
        "ann:secret",
        "--client",
        "key",
        "--culture",
        "de-DE",
        "--minutes-ahead",
        "-60",
        "--field",
        "Incident.GatewayKey",
    ])
    .await;
    let form = "grant_type=password&client_id=key&username=ann&password=secret";
    let token = send(process.client.post(format!("{}/token", process.addresses.https)).body(form)).await;
    assert_eq!(token.status, 200, "{}", token.text);
    let token = token.json()["access_token"].as_str().unwrap().to_owned();
    let request = process.client.request(Method::GET, format!("{}/api/V1/serviceinfo", process.addresses.https));
    let info = send(request.bearer_auth(token)).await.json();
    assert_eq!((&info["csmCulture"], &info["systemUtcOffset"]), (&json!("de-DE"), &json!("-01:00:00")));
    process.end().await;
}
