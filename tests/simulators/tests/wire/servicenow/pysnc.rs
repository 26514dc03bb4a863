//! ServiceNow's own Python client, unmodified, over HTTPS.

use signalbox_simulators::{
    client_test::{ClientError, ClientRun, Verdict, run},
    servicenow::{CLIENT, PASSWORD, SECRET, USER},
};

use super::caller::{World, world};

fn client(world: &World, password: &str) -> ClientRun<'static> {
    let arguments = [world.running.https_url.as_str(), USER, password, CLIENT, SECRET];
    // Leaked on purpose: a test's certificate lives as long as the test.
    let ca_pem = Box::leak(world.running.ca_pem.clone().into_boxed_str());
    ClientRun { script: "servicenow_pysnc.py", arguments: arguments.map(str::to_owned).to_vec(), ca_pem }
}

#[tokio::test]
async fn the_vendor_s_client_finds_nothing_wrong() {
    let world = world().await;
    if let Verdict::Passed(printed) = run(client(&world, PASSWORD)).await.unwrap() {
        assert!(printed.starts_with("pysnc: ") && printed.trim_end().ends_with(" checks passed"), "{printed}");
        assert!(world.running.apparatus.journal.entries().len() > 50, "it called the simulator");
    }
}

#[tokio::test]
async fn a_client_that_finds_something_wrong_fails_the_test() {
    let world = world().await;
    match run(client(&world, "wrong")).await {
        Ok(Verdict::Skipped) => {}
        Err(ClientError::Failed { output, .. }) => assert!(output.contains("User Not Authenticated"), "{output}"),
        other => panic!("{other:?}"),
    }
}
