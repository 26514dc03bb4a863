//! ServiceNow's adapter against the simulated instance.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it found by panicking")]

use signalbox_conformance::{platforms, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servicenow_conforms() {
    let report = run(platforms::start("servicenow").await.unwrap()).await.unwrap();
    println!("{report}");
    assert_eq!(report.failures(), Vec::<String>::new());
}
