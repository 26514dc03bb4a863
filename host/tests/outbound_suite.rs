//! The way out, against platforms on this machine: what reaches the network, what comes back, and in which words.
//!
//! One binary, since linking the gateway takes longer than running all of this.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "outbound/assertions.rs"]
mod assertions;
#[path = "outbound/credentials.rs"]
mod credentials;
#[path = "outbound/limits.rs"]
mod limits;
#[path = "outbound/logins.rs"]
mod logins;
#[path = "outbound/metadata.rs"]
mod metadata;
#[path = "outbound/outcomes.rs"]
mod outcomes;
#[path = "outbound/pace.rs"]
mod pace;
#[path = "outbound/platform.rs"]
mod platform;
#[path = "outbound/reach.rs"]
mod reach;
#[path = "outbound/redirects.rs"]
mod redirects;
#[path = "outbound/reload.rs"]
mod reload;
#[path = "outbound/tls.rs"]
mod tls;
