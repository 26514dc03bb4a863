//! Cherwell's adapter against the simulated system.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it found by panicking")]

use signalbox_conformance::{platforms, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cherwell_conforms() {
    let report = run(platforms::start("cherwell").await.unwrap()).await.unwrap();
    println!("{report}");
    assert_eq!(report.failures(), Vec::<String>::new());
}
