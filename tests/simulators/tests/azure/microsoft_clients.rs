//! Microsoft's own Python clients, unmodified, over HTTPS.

use std::io::Write;

use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::json;
use signalbox_simulators::{
    azure::{
        APPLICATION, Alert, Certificate, Contents, Credential, Options, QueryResult, RULE, SECRET, STREAM,
        SUBSCRIPTION, TENANT,
    },
    client_test::{ClientError, ClientRun, Verdict, run},
};
use tempfile::NamedTempFile;

use crate::caller::{World, world_with};

const WORKSPACE: &str = "1f6a2b3c-4d5e-4f60-8a9b-0c1d2e3f4a5b";
const ALERT: &str = "9d2f4c1a-6b3e-4a57-8c90-1e2d3f4a5b6c";

/// A simulated Azure, with a certificate that its application is registered with, and its file.
async fn with_certificate() -> (World, NamedTempFile) {
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let pem = CertificateParams::new(Vec::new()).unwrap().self_signed(&key).unwrap().pem();
    let mut file = NamedTempFile::new().unwrap();
    write!(file, "{pem}{}", key.serialize_pem()).unwrap();
    let target = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Web/sites/one");
    let column = |name: &str, kind: &str| (name.to_owned(), kind.to_owned());
    let result = QueryResult {
        target: format!("workspaces/{WORKSPACE}"),
        query: Some("Heartbeat".into()),
        columns: vec![column("Computer", "string"), column("Count", "long")],
        rows: vec![vec![json!("web-01"), json!(3)]],
    };
    let contents = Contents {
        alerts: [ALERT, "a2", "a3"].map(|id| Alert::new(id, &target)).to_vec(),
        results: vec![result],
        ..Contents::default()
    };
    let mut options = Options { contents, ..Options::default() };
    let registered = Credential::Certificate(Certificate::from_pem(&pem).unwrap());
    options.directory.applications[0].credentials.push(registered);
    (world_with(options).await, file)
}

fn client(world: &World, certificate: &NamedTempFile, secret: &str) -> ClientRun<'static> {
    let https = world.running.https_url.replace("127.0.0.1", "localhost");
    let arguments = [
        &https,
        &world.running.http_url,
        TENANT,
        APPLICATION,
        secret,
        certificate.path().to_str().unwrap(),
        RULE,
        STREAM,
        SUBSCRIPTION,
        ALERT,
        WORKSPACE,
    ];
    // Leaked on purpose: a test's certificate lives as long as the test.
    let ca_pem = Box::leak(world.running.ca_pem.clone().into_boxed_str());
    ClientRun { script: "azure_monitor.py", arguments: arguments.map(str::to_owned).to_vec(), ca_pem }
}

#[tokio::test]
async fn the_vendor_s_clients_find_nothing_wrong() {
    let (world, certificate) = with_certificate().await;
    if let Verdict::Passed(printed) = run(client(&world, &certificate, SECRET)).await.unwrap() {
        assert!(printed.starts_with("azure: ") && printed.trim_end().ends_with(" checks passed"), "{printed}");
        let rows = world.running.instance.rows(STREAM);
        let numbers: Vec<_> = rows.iter().map(|row| row["Sequence_l"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (0..3005).collect::<Vec<_>>(), "every row, once, in order");
        assert!(world.running.instance.uploads(STREAM).len() >= 6, "in chunks");
        assert_eq!(world.running.instance.state_changes()[0].comments.as_deref(), Some("Ticket INC0000001"));
    }
}

#[tokio::test]
async fn a_client_that_finds_something_wrong_fails_the_test() {
    let (world, certificate) = with_certificate().await;
    match run(client(&world, &certificate, "wrong")).await {
        Ok(Verdict::Skipped) => {}
        Err(ClientError::Failed { output, .. }) => assert!(output.contains("AADSTS7000215"), "{output}"),
        other => panic!("{other:?}"),
    }
}
