//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::settings;

/// What it can do, for each kind. Service Manager has no events or alerts of its own.
const ABILITIES: [&str; 9] = [
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

/// As delivered, ASP.NET ends a request after 110 seconds.
const EXTRA: &str = r#"{"settle-seconds":120}"#;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest {
        name: "scsm".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary:
            "Incidents in System Center Service Manager through the Cireson portal; incidents and change requests back"
                .into(),
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
        let verbs = ["create", "find", "read", "update", "resolve", "reopen", "annotate", "list"];
        for ability in manifest().abilities {
            let (verb, kind) = ability.split_once(':').unwrap();
            assert!(verbs.contains(&verb), "{ability}");
            let kinds: &[&str] = if verb == "list" { &["incident", "change"] } else { &["incident"] };
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
        assert_eq!(check(r#"{"created_by": "svc-signalbox"}"#), []);
        let findings = check(r#"{"created_by": "x", "template": "default", "states": {"Active": "open"}}"#);
        let at: Vec<_> = findings.iter().map(|finding| finding.at.as_str()).collect();
        assert_eq!(at, ["/template", "/states/Active"]);
    }
}
