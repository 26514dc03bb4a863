//! Every answer of `POST /v1/alerts/{source}`, as a sender sees it on the wire, and what stays behind of each.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod accepted;
mod admin;
mod busy;
mod kept;
mod refused;
mod shutdown;
mod size;
mod slow;
mod wire;

use jiff::Timestamp;
use signalbox_e2e::alerts::Metric;
use std::sync::atomic::{AtomicU32, Ordering};

type Tested = anyhow::Result<()>;

/// A metric alert that fired now, an instance of its own.
fn metric(rule: &str) -> Metric {
    static INSTANCES: AtomicU32 = AtomicU32::new(0);
    Metric::new(rule, "web-01", INSTANCES.fetch_add(1, Ordering::Relaxed), "Sev2", Timestamp::now())
}

/// The head of a post to `azure` over a connection of one's own, with more headers.
fn head(more: &str) -> String {
    let token = signalbox_e2e::config::TOKEN;
    format!(
        "POST /v1/alerts/azure HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{more}\r\n\r\n"
    )
}
