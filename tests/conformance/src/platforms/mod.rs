//! The platforms that the project has adapters for. A new one is a file here, a line in [`start`] and a test of its name.

pub mod cherwell;
pub mod provance;
pub mod request_tracker;
pub mod scsm;
pub mod servicenow;

use crate::Platform;
use anyhow::bail;
use std::sync::Arc;

/// Adapters that have a platform here, in the order of the table's columns.
pub const NAMES: &[&str] = &["servicenow", "provance", "cherwell", "scsm", "request-tracker"];

/// Starts the platform of an adapter.
///
/// # Errors
/// Where it does not start, or none has this name.
pub async fn start(name: &str) -> anyhow::Result<Arc<dyn Platform>> {
    Ok(match name {
        "cherwell" => Arc::new(cherwell::Cherwell::start().await?),
        "servicenow" => Arc::new(servicenow::ServiceNow::start().await?),
        "scsm" => Arc::new(scsm::Scsm::start().await?),
        "provance" => Arc::new(provance::Provance::start().await?),
        "request-tracker" => match request_tracker::RequestTracker::start().await? {
            Some(platform) => Arc::new(platform),
            None => bail!("Request Tracker is not installed"),
        },
        other => bail!("there is no platform {other}; known: {}", NAMES.join(", ")),
    })
}
