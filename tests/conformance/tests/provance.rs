//! Provance's adapter against the simulated Dataverse organisation.

use signalbox_conformance::{Suite, platforms::provance::Provance};
use std::sync::Arc;

/// What is done by other calls where tickets stand in a table that somebody made.
const OTHERWISE: [&str; 9] =
    ["probe", "creates once", "finds by", "resolves", "reopens", "severity", "notes", "refused", "lists"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn provance_conforms() -> anyhow::Result<()> {
    signalbox_conformance::conforms("provance").await
}

/// By filter and not by alternate key, by tracked changes and not by time, resolved by a write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_custom_table_conforms_too() -> anyhow::Result<()> {
    let platform = Arc::new(Provance::start_custom().await?);
    let suite = Suite::new(platform).only(|name| OTHERWISE.iter().any(|part| name.contains(part)));
    let report = suite.run().await?;
    println!("\n{report}");
    anyhow::ensure!(report.cells.len() >= OTHERWISE.len(), "only {} behaviours were run", report.cells.len());
    anyhow::ensure!(report.failures().is_empty(), "{}", report.failures().join("\n"));
    Ok(())
}
