//! Microsoft's own Python client for Dataverse, unmodified, over HTTPS.

use signalbox_simulators::{
    client_test::{ClientError, ClientRun, Verdict, run},
    provance::{SECRET, TENANT, application_id},
};

use super::caller::{World, world};

fn client(world: &World, secret: &str) -> ClientRun<'static> {
    let https = world.running.https_url.replace("127.0.0.1", "localhost");
    let arguments = [https.as_str(), TENANT, application_id(), secret];
    // Leaked on purpose: a test's certificate lives as long as the test.
    let ca_pem = Box::leak(world.running.ca_pem.clone().into_boxed_str());
    ClientRun { script: "provance_dataverse.py", arguments: arguments.map(str::to_owned).to_vec(), ca_pem }
}

#[tokio::test]
async fn the_vendor_s_client_finds_nothing_wrong() {
    let world = world().await;
    if let Verdict::Passed(printed) = run(client(&world, SECRET)).await.unwrap() {
        assert!(printed.starts_with("dataverse: ") && printed.trim_end().ends_with(" checks passed"), "{printed}");
        assert!(world.running.apparatus.journal.entries().len() > 30, "it called the simulator");
    }
}

#[tokio::test]
async fn a_client_that_finds_something_wrong_fails_the_test() {
    let world = world().await;
    match run(client(&world, "wrong")).await {
        Ok(Verdict::Skipped) => {}
        Err(ClientError::Failed { output, .. }) => assert!(output.contains("AADSTS7000215"), "{output}"),
        other => panic!("{other:?}"),
    }
}
