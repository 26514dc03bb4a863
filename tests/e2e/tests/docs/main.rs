//! The documentation is true: references are generated from what they describe, and examples work.
//!
//! `SIGNALBOX_BLESS=1 cargo test -p signalbox-e2e --test docs` writes the generated pages anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod command_line;
mod configuration;
mod contract;
mod dependencies;
mod examples;
mod first_plugin;
mod links;
mod metrics;
mod pages;
mod plan;
mod schema;
mod settings;
