//! A Python client from the package index, unmodified, over HTTPS.

use signalbox_simulators::{
    cherwell::{CLIENT, PASSWORD, USER},
    client_test::{ClientError, ClientRun, Verdict, run},
};

use super::caller::{World, world};

fn client(world: &World, password: &str) -> ClientRun<'static> {
    // The client adds the application's name itself.
    let address = world.running.https_url.trim_end_matches("/CherwellAPI");
    let arguments = [address, CLIENT, USER, password];
    // Leaked on purpose: a test's certificate lives as long as the test.
    let ca_pem = Box::leak(world.running.ca_pem.clone().into_boxed_str());
    ClientRun { script: "cherwell_cherwellapi.py", arguments: arguments.map(str::to_owned).to_vec(), ca_pem }
}

#[tokio::test]
async fn the_client_finds_nothing_wrong() {
    let world = world().await;
    if let Verdict::Passed(printed) = run(client(&world, PASSWORD)).await.unwrap() {
        assert!(printed.starts_with("CherwellAPI: ") && printed.trim_end().ends_with(" checks passed"), "{printed}");
        assert!(world.running.apparatus.journal.entries().len() > 20, "it called the simulator");
    }
}

#[tokio::test]
async fn a_client_that_finds_something_wrong_fails_the_test() {
    let world = world().await;
    match run(client(&world, "wrong")).await {
        Ok(Verdict::Skipped) => {}
        Err(ClientError::Failed { output, .. }) => assert!(output.contains("invalid_grant"), "{output}"),
        other => panic!("{other:?}"),
    }
}
