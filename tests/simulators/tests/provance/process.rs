//! The simulator as a process of its own.

use std::{process::Stdio, time::Duration};

use signalbox_simulators::provance::{Addresses, TENANT};
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
        .args(["provance", "--application", "gateway:secret", "--track", "incident", "--ca-file"])
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
    let form = format!(
        "grant_type=client_credentials&client_id=gateway&client_secret=secret&scope={}/.default",
        addresses.https
    );
    let request = client.post(format!("{}/{TENANT}/oauth2/v2.0/token", addresses.https));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let reply = caller::send(request).await;
    assert_eq!(reply.status, 200, "{}", reply.text);

    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    let status = tokio::time::timeout(Duration::from_secs(10), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}
