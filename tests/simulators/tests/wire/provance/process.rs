//! The simulator as a process of its own.

use signalbox_simulators::provance::TENANT;

use crate::{call::send, process::Process};

#[tokio::test]
async fn it_prints_where_it_listens_and_ends_on_sigterm() {
    let process = Process::start(&["provance", "--application", "gateway:secret", "--track", "incident"]).await;
    let form = format!(
        "grant_type=client_credentials&client_id=gateway&client_secret=secret&scope={}/.default",
        process.addresses.https
    );
    let request = process.client.post(format!("{}/{TENANT}/oauth2/v2.0/token", process.addresses.https));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
    let reply = send(request).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    process.end().await;
}
