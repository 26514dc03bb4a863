//! The simulator as a process of its own.

use std::{process::Stdio, time::Duration};

use http::Method;
use serde_json::json;
use signalbox_simulators::cherwell::Addresses;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::caller;

#[tokio::test]
async fn it_prints_where_it_listens_and_ends_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let ca = folder.path().join("ca.pem");
    let mut child = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .args(["cherwell", "--user", "ann:secret", "--client", "key", "--culture", "de-DE", "--minutes-ahead", "-60"])
        .args(["--field", "Incident.GatewayKey", "--ca-file"])
        .arg(&ca)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await.unwrap().unwrap().unwrap();
    let addresses: Addresses = serde_json::from_str(&line).unwrap();
    assert_eq!(std::fs::read_to_string(&ca).unwrap(), addresses.ca_pem);

    // Only so that the TLS provider is installed.
    drop(caller::world().await);
    let authority = reqwest::Certificate::from_pem(addresses.ca_pem.as_bytes()).unwrap();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([authority]).build().unwrap();
    let form = "grant_type=password&client_id=key&username=ann&password=secret";
    let token = caller::send(client.post(format!("{}/token", addresses.https)).body(form)).await;
    assert_eq!(token.status, 200, "{}", token.text);
    let token = token.json()["access_token"].as_str().unwrap().to_owned();
    let request = client.request(Method::GET, format!("{}/api/V1/serviceinfo", addresses.https));
    let info = caller::send(request.bearer_auth(token)).await.json();
    assert_eq!((&info["csmCulture"], &info["systemUtcOffset"]), (&json!("de-DE"), &json!("-01:00:00")));

    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}
