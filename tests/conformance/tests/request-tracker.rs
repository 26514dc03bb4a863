//! Request Tracker's adapter against a real server, where it is installed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it found by panicking")]

use signalbox_conformance::{platforms::request_tracker::RequestTracker, run};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn request_tracker_conforms() {
    let Some(platform) = RequestTracker::start().await.unwrap() else { return };
    let report = run(Arc::new(platform)).await.unwrap();
    println!("{report}");
    assert_eq!(report.failures(), Vec::<String>::new());
}
