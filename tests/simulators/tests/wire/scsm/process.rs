//! The simulator as a process of its own.

use serde_json::json;

use crate::{
    call::{send, with_json},
    process::Process,
};

#[tokio::test]
async fn it_prints_where_it_listens_and_ends_on_sigterm() {
    let process = Process::start(&["scsm", "--user", "ann:secret", "--property", "Site"]).await;
    let request = process.client.post(format!("{}/api/V3/Authorization/GetToken", process.addresses.https));
    let form = json!({ "UserName": "ann", "Password": "secret", "LanguageCode": "ENU" });
    let reply = send(with_json(request, &form)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    process.end().await;
}
