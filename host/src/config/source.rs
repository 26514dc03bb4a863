//! `[sources.NAME]`: who may post, and which plugin reads it.

use super::{gateway::PluginLimits, secret::SecretRef};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// `[sources.NAME]`: `POST /v1/alerts/NAME`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceSection {
    /// The source plugin's name.
    pub plugin: String,
    /// Who may post. Without it anyone may, which only a loopback address allows.
    pub auth: Option<SenderAuth>,
    /// The connection of the monitor that can be asked and told about this source's alerts.
    pub monitor: Option<String>,
    /// The plugin's own settings; never a secret.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// The plugin's limits.
    #[serde(default)]
    pub limits: PluginLimits,
}

/// Who may post: any one of these.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SenderAuth {
    /// Tokens, any of which is taken as `Authorization: Bearer`. Several, so that one can be changed without a gap.
    pub bearer: Vec<SecretRef>,
    /// Credentials, any of which is taken as `Authorization: Basic`.
    pub basic: Vec<SenderBasic>,
}

/// A user name and where its password is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SenderBasic {
    /// Without a colon.
    pub username: String,
    /// Where the password is.
    pub password: SecretRef,
}
