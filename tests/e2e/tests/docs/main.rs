//! The documentation is true: references are generated from what they describe, and examples work.
//!
//! `SIGNALBOX_BLESS=1 cargo test -p signalbox-e2e --test docs` writes the generated pages anew.

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
