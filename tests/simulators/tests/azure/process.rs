//! The simulator as a process of its own.

use std::{process::Stdio, time::Duration};

use signalbox_simulators::azure::{Addresses, TENANT};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

use crate::caller;

#[tokio::test]
async fn it_prints_where_it_listens_and_ends_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, rule) = (folder.path().join("ca.pem"), folder.path().join("rule.json"));
    let text = r#"{"immutable_id":"dcr-1","streams":[{"name":"Custom-A_CL","columns":[{"name":"TimeGenerated","type":"datetime"}]}]}"#;
    std::fs::write(&rule, text).unwrap();
    let contents = folder.path().join("contents.json");
    std::fs::write(&contents, r#"{"results":[{"target":"workspaces/w","columns":[["A","string"]],"rows":[["a"]]}]}"#)
        .unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .args(["azure", "--application", "gateway:secret", "--rule"])
        .arg(&rule)
        .arg("--contents")
        .arg(&contents)
        .arg("--ca-file")
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
    let token = async |resource: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials").append_pair("client_id", "gateway");
        form.append_pair("client_secret", "secret").append_pair("scope", &format!("{resource}/.default"));
        let request = client.post(format!("{}/{TENANT}/oauth2/v2.0/token", addresses.https));
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form.finish());
        caller::send(request).await.json()["access_token"].as_str().unwrap().to_owned()
    };
    let url = format!("{}/dataCollectionRules/dcr-1/streams/Custom-A_CL?api-version=2023-01-01", addresses.https);
    let upload = client
        .post(url)
        .bearer_auth(token(caller::MONITOR).await)
        .header("content-type", "application/json")
        .body("[]");
    assert_eq!(caller::send(upload).await.status, 204);

    let url = format!("{}/v1/workspaces/w/query?query=A", addresses.https);
    let query = client.get(url).bearer_auth(token("https://api.loganalytics.io").await);
    assert_eq!(caller::send(query).await.json()["tables"][0]["rows"][0][0], "a");

    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}
