//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::settings;

/// What it can do. Events and alerts are none of Dataverse's words. Where an alternate key is set, a second create with the same key
/// is refused and answers the first one's ticket; where none is, it would be a second ticket: so `idempotent` is not promised.
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

/// A request with all its plugins ends after two minutes, the limit that the platform gives synchronous plugins.
const EXTRA: &str = r#"{"settle-seconds":120}"#;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest {
        name: "provance".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Incidents in Provance and other tables of Microsoft Dataverse; incidents and change requests back"
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
        let verbs = ["create", "find", "read", "update", "resolve", "reopen", "annotate", "idempotent", "list"];
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
        assert_eq!(check("{}"), []);
        let findings = check(r#"{"incident": {"filter": "$filter=statecode eq 0"}}"#);
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/incident/filter"]);
    }
}
