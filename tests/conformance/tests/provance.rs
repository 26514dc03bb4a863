//! Provance's adapter against the simulated Dataverse organisation.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn provance_conforms() -> anyhow::Result<()> {
    signalbox_conformance::conforms("provance").await
}
