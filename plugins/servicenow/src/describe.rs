//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
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
const EXTRA: &str = r#"{"settle-seconds":60}"#;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest {
        name: "servicenow".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Incidents, events and alerts in ServiceNow; incidents and change requests back".into(),
        settings_schema: SCHEMA.into(),
        grants: vec!["http".into()],
        abilities: ABILITIES.map(Into::into).to_vec(),
        extra: EXTRA.into(),
    }
}

/// What is wrong with settings that fit the schema.
#[must_use]
pub fn check(json: &str) -> Vec<Finding> {
    settings::check(Settings::parse(json), Settings::findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn every_ability_is_one_of_the_contract_s() {
        let verbs = ["create", "find", "read", "update", "resolve", "reopen", "annotate", "idempotent", "list"];
        for ability in manifest().abilities {
            let (verb, kind) = ability.split_once(':').unwrap();
            assert!(verbs.contains(&verb), "{ability}");
            let kinds: &[&str] = if verb == "list" { &["incident", "change"] } else { &["incident", "alert", "event"] };
            assert!(kinds.contains(&kind), "{ability}");
        }
    }

    #[test]
    fn what_stands_for_json_is_json() {
        for json in [manifest().settings_schema, manifest().extra] {
            assert!(serde_json::from_str::<Value>(&json).unwrap().is_object());
        }
    }

    #[test]
    fn check_points_into_the_settings() {
        assert_eq!(check("{}"), []);
        let findings = check(r#"{"list": {"incident": "a=1^NQb=2"}}"#);
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/list/incident"]);
    }
}
