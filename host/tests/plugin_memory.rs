//! Misdeeds leave nothing behind: after a thousand of them the host's resident memory is where it was.
//!
//! Alone in its file, since a process has one resident memory.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod plugin_support;

use futures::StreamExt as _;
use plugin_support::*;
use signalbox::plugin::Limits;
use std::sync::Arc;
use std::time::Duration;

const MISDEEDS: [&str; 10] = [
    "loop",
    "eat one large block",
    "eat many small blocks",
    "trap",
    "panic",
    "exhaust the stack",
    "flood the log",
    "no json",
    "many facts",
    "the same text a thousand times",
];

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_misdeeds_leave_the_resident_memory_within_20_mb() {
    let runtime = runtime();
    let source = Arc::new(source(&runtime, Limits { deadline: Duration::from_millis(150), ..limits() }).await);
    let misbehave = async |times: usize| {
        let calls = (0..times).map(|nth| {
            let source = Arc::clone(&source);
            async move { decode(&source, MISDEEDS[nth % MISDEEDS.len()]).await.is_ok() }
        });
        let answers: Vec<bool> = futures::stream::iter(calls).buffer_unordered(4).collect().await;
        // All but the flood, whose only fault is its log.
        assert!(answers.iter().filter(|answered| **answered).count() <= times / MISDEEDS.len());
    };
    // The first fill the pool's slots and the allocator's; what counts is whether it goes on.
    misbehave(100).await;
    let before = resident_kib();
    misbehave(1_000).await;
    let after = resident_kib();
    assert_works(&source).await;
    println!("resident memory: {before} KiB before, {after} KiB after 1,000 misdeeds");
    assert!(after.saturating_sub(before) < 20_000, "{before} KiB before, {after} KiB after");
}
