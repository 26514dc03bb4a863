//! Cherwell's adapter against the simulated system.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it found by panicking")]

use signalbox_conformance::{Platform, Suite, configuration::Configuration, platforms::cherwell::Cherwell};
use signalbox_e2e::{Gateway, alerts::Metric, scene::PATIENCE};
use std::sync::Arc;

/// What reads dates, and asks by them.
const BY_DATE: [&str; 5] = ["probe", "creates once though the answer was lost", "finds by", "resolves", "lists"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cherwell_conforms() -> anyhow::Result<()> {
    signalbox_conformance::conforms("cherwell").await
}

/// Dates in another order, with a clock of 24 hours, an hour ahead of UTC.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_system_of_another_culture_conforms_too() -> anyhow::Result<()> {
    let platform = Arc::new(Cherwell::start_abroad().await?);
    let suite = Suite::new(platform).only(|name| BY_DATE.iter().any(|part| name.contains(part)));
    let report = suite.run().await?;
    println!("\n{report}");
    anyhow::ensure!(report.cells.len() >= BY_DATE.len(), "only {} behaviours were run", report.cells.len());
    anyhow::ensure!(report.failures().is_empty(), "{}", report.failures().join("\n"));
    Ok(())
}

#[tokio::test]
async fn a_gateway_takes_one_licence_and_frees_it_when_it_stops() {
    signalbox_e2e::install_tls();
    let (platform, folder) = (Cherwell::start().await.unwrap(), tempfile::tempdir().unwrap());
    let path = Configuration::new("licences", &platform.address()).write(folder.path(), &platform).unwrap();
    let mut gateway = Gateway::start(&path, folder.path(), &[]).await.unwrap();
    assert_eq!(platform.licences(), 0, "nothing was asked yet");
    for number in 0..3 {
        let alert = Metric::new("disk-full", &format!("vm-{number}"), number, "Sev2", jiff::Timestamp::now());
        gateway.accept(&alert.fired()).await.unwrap();
    }
    gateway.at_rest(PATIENCE).await.unwrap();
    assert_eq!(platform.licences(), 1);
    // A refresh token is good once: the second time it is the one that came with the first renewal.
    for number in 8..10 {
        platform.expire_tokens().await.unwrap();
        let alert = Metric::new("disk-full", &format!("vm-{number}"), number, "Sev2", jiff::Timestamp::now());
        gateway.accept(&alert.fired()).await.unwrap();
        gateway.at_rest(PATIENCE).await.unwrap();
        assert_eq!((platform.licences(), platform.logins()), (1, 1), "a token is refreshed, nobody logs in anew");
    }
    gateway.signal("TERM").await.unwrap();
    assert!(gateway.ended(PATIENCE).await.unwrap().success());
    assert_eq!(platform.licences(), 0);
}
