//! The JSON Schema of the file, for editors.

use super::{
    connection::ConnectionSection,
    gateway::{AdminSection, GatewaySection, IngestSection, LedgerSection, PluginsSection},
    maintenance::MaintenanceSection,
    mapping::MappingSection,
    route::RouteSection,
    source::SourceSection,
};
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// Signalbox's configuration.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "it only describes the file's top level, whose sections are read one by one")]
struct File {
    /// The gateway itself.
    gateway: GatewaySection,
    /// Where alerts arrive.
    #[serde(default)]
    ingest: IngestSection,
    /// Status, tickets and alerts, for the command line.
    #[serde(default)]
    admin: AdminSection,
    /// The durable store.
    #[serde(default)]
    ledger: LedgerSection,
    /// Where plugins are, and their limits.
    #[serde(default)]
    plugins: PluginsSection,
    /// Who may post, and which plugin reads it.
    #[serde(default)]
    sources: BTreeMap<String, SourceSection>,
    /// Platforms.
    #[serde(default)]
    connections: BTreeMap<String, ConnectionSection>,
    /// How alerts become work items.
    #[serde(default)]
    mappings: BTreeMap<String, MappingSection>,
    /// Which alerts go where.
    #[serde(default)]
    routes: Vec<RouteSection>,
    /// When what fires was to be expected.
    #[serde(default)]
    maintenance: Vec<MaintenanceSection>,
}

/// JSON Schema (2020-12) of `config.toml`.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(File).to_value()
}
