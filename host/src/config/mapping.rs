//! `[mappings.NAME]`: a transform with settings.

use super::gateway::PluginLimits;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// `[mappings.NAME]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingSection {
    /// The transform plugin's name.
    pub transform: String,
    /// The plugin's own settings; never a secret.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// The plugin's limits.
    #[serde(default)]
    pub limits: PluginLimits,
}
