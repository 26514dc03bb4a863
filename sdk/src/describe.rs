//! What an adapter says of itself.
//!
//! Adapters differ in their names, settings and abilities; the rest of a manifest is the same for all of them.

use crate::adapter::description::Manifest;

/// What an adapter for incidents can do whose platform offers all of it, with incidents and change requests back.
pub const INCIDENTS: [&str; 9] = [
    "create:incident",
    "find:incident",
    "read:incident",
    "update:incident",
    "resolve:incident",
    "reopen:incident",
    "annotate:incident",
    "list:incident",
    "list:change",
];

/// An adapter, as its manifest has it.
#[derive(Clone, Copy, Debug)]
pub struct Adapter<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its own version.
    pub version: &'a str,
    /// One sentence.
    pub summary: &'a str,
    /// The JSON Schema of its settings.
    pub schema: &'a str,
    /// What it can do, `create:incident`.
    pub abilities: &'a [&'a str],
    /// How many seconds after a request's end the platform may still show its effect.
    pub settle_seconds: u32,
}

// === impl Adapter ===

impl Adapter<'_> {
    /// The manifest; it asks for requests, which every adapter sends.
    #[must_use]
    pub fn manifest(self) -> Manifest {
        Manifest {
            name: self.name.into(),
            version: self.version.into(),
            summary: self.summary.into(),
            settings_schema: self.schema.into(),
            grants: vec!["http".into()],
            abilities: self.abilities.iter().map(|ability| (*ability).into()).collect(),
            extra: serde_json::json!({ "settle-seconds": self.settle_seconds }).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::manifest::assert_fits_the_contract;

    #[test]
    fn a_manifest_is_what_the_contract_takes() {
        let adapter = Adapter {
            name: "desk",
            version: "1.0.0",
            summary: "Incidents in Desk",
            schema: r#"{"type": "object"}"#,
            abilities: &INCIDENTS,
            settle_seconds: 60,
        };
        let manifest = adapter.manifest();
        assert_fits_the_contract(&manifest);
        assert_eq!((manifest.name.as_str(), manifest.grants.as_slice()), ("desk", ["http".to_owned()].as_slice()));
        assert_eq!((manifest.abilities.len(), manifest.extra.as_str()), (9, r#"{"settle-seconds":60}"#));
    }
}
