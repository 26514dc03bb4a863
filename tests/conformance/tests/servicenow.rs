//! ServiceNow's adapter against the simulated instance.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servicenow_conforms() -> anyhow::Result<()> {
    signalbox_conformance::conforms("servicenow").await
}
