//! The configuration is replaced whole, or not at all, while alerts come in: no request is dropped, no ticket is stranded, and
//! what a person got wrong changes nothing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod load;
mod refused;
mod tickets;
mod ways;

use jiff::Timestamp;
use signalbox_e2e::alerts::Metric;
use std::sync::atomic::{AtomicU32, Ordering};

type Tested = anyhow::Result<()>;

/// A metric alert that fired now, an instance of its own.
fn metric(rule: &str, severity: &str) -> Metric {
    static INSTANCES: AtomicU32 = AtomicU32::new(0);
    Metric::new(rule, "web-01", INSTANCES.fetch_add(1, Ordering::Relaxed), severity, Timestamp::now())
}
