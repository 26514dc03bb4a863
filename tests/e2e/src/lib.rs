//! The gateway as a process, for the demo, the benches and the end-to-end tests: started, fed, watched, killed.

#![expect(clippy::indexing_slicing, reason = "an index into JSON answers null where there is nothing")]

pub mod alerts;
pub mod cloud;
pub mod command;
pub mod config;
pub mod gateway;
pub mod raw;
pub mod scene;
pub mod tunnel;
pub mod wait;

pub use gateway::Gateway;
pub use scene::Scene;

use std::path::{Path, PathBuf};

/// The workspace's folder.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map_or_else(PathBuf::new, Path::to_owned)
}

/// The folder of built plugins.
#[must_use]
pub fn plugins() -> PathBuf {
    workspace().join("target/plugins")
}

/// TLS needs a provider before the first client is made, even for plain HTTP.
pub fn install_tls() {
    let _already = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
