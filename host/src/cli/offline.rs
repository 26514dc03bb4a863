//! A generation without a gateway, for commands that look at the configuration alone.

use super::{Common, Failure};
use crate::{
    config,
    gateway::workshop,
    generation::{Generation, Workshop, build},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// Reads the configuration, loads its plugins and checks their settings. The first time, plugins are compiled: that takes a
/// while, and shows.
///
/// # Errors
/// Every mistake of the configuration.
pub async fn offline(common: &Common) -> Result<(Generation, Workshop), Failure> {
    let config = config::load(&common.config)?;
    let workshop = workshop(&config)?;
    let progress = ProgressBar::new_spinner().with_message("loading plugins");
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(100));
    let built = build(config, &workshop, 1).await;
    progress.finish_and_clear();
    Ok((built?, workshop))
}
