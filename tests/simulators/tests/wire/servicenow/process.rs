//! The simulator as a process of its own.

use serde_json::json;

use super::caller::Said;
use crate::{
    call::{send, with_json},
    process::Process,
};

#[tokio::test]
async fn it_prints_where_it_listens_and_ends_on_sigterm() {
    let process = Process::start(&["servicenow", "--user", "ann:secret", "--field", "incident.u_key"]).await;
    let request = process
        .client
        .post(format!("{}/api/now/table/incident", process.addresses.https))
        .basic_auth("ann", Some("secret"));
    let reply = send(with_json(request, &json!({ "u_key": "k" }))).await;
    assert_eq!((reply.status, &reply.result()["u_key"]), (201, &json!("k")), "{}", reply.text);
    process.end().await;
}
