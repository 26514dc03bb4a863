//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::describe::Adapter;
use signalbox_sdk::settings;

/// What it can do, for each kind. Events cannot be read: Event Management makes its own alerts of them.
const ABILITIES: [&str; 21] = [
    "create:incident",
    "find:incident",
    "read:incident",
    "update:incident",
    "resolve:incident",
    "reopen:incident",
    "annotate:incident",
    "create:alert",
    "find:alert",
    "read:alert",
    "update:alert",
    "resolve:alert",
    "reopen:alert",
    "annotate:alert",
    "create:event",
    "update:event",
    "resolve:event",
    "annotate:event",
    "idempotent:event",
    "list:incident",
    "list:change",
];

/// An instance as delivered ends a request to the Table API after 60 seconds (its transaction quota rules).
const SETTLE_SECONDS: u32 = 60;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    let adapter = Adapter {
        name: "servicenow",
        version: env!("CARGO_PKG_VERSION"),
        summary: "Incidents, events and alerts in ServiceNow; incidents and change requests back",
        schema: SCHEMA,
        abilities: &ABILITIES,
        settle_seconds: SETTLE_SECONDS,
    };
    adapter.manifest()
}

/// What is wrong with settings that fit the schema.
#[must_use]
pub fn check(json: &str) -> Vec<Finding> {
    settings::check(Settings::parse(json), Settings::findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_sdk::testing::manifest::assert_fits_the_contract;

    #[test]
    fn the_manifest_is_what_the_contract_takes() {
        assert_fits_the_contract(&manifest());
    }

    #[test]
    fn check_points_into_the_settings() {
        assert_eq!(check("{}"), []);
        let findings = check(r#"{"list": {"incident": "a=1^NQb=2"}}"#);
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/list/incident"]);
    }
}
