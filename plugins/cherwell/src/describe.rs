//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::settings;

/// What it can do. Change requests are listed, and made by people alone.
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

/// The web server as delivered ends a request after 110 seconds.
const EXTRA: &str = r#"{"settle-seconds":120}"#;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest {
        name: "cherwell".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Incidents in Cherwell Service Management; incidents and change requests back".into(),
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
            assert!(kind == "incident" || (verb == "list" && kind == "change"), "{ability}");
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
        let findings = check(r#"{"dates": {"format": "%Y"}}"#);
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/dates/format"]);
    }
}
