//! What the plugin says of itself.

use signalbox_sdk::transform::description::Manifest;

/// JSON Schema of the settings.
pub const SCHEMA: &str = include_str!("settings.schema.json");

/// The manifest.
pub fn manifest() -> Manifest {
    Manifest {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        summary: env!("CARGO_PKG_DESCRIPTION").to_owned(),
        settings_schema: SCHEMA.to_owned(),
        grants: Vec::new(),
        abilities: Vec::new(),
        extra: "{}".to_owned(),
    }
}
