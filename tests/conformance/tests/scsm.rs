//! Service Manager's adapter against the simulated portal.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scsm_conforms() -> anyhow::Result<()> {
    signalbox_conformance::conforms("scsm").await
}
