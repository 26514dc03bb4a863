//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::settings;

/// What it can do, for each kind. Request Tracker knows neither events nor alerts.
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

/// A web server in front of Request Tracker gives a request up after 60 seconds as a rule; Request Tracker itself goes on with it.
const EXTRA: &str = r#"{"settle-seconds":60}"#;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest {
        name: "request-tracker".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Tickets in Request Tracker 5; incidents and change requests back".into(),
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
        let verbs = ["create", "find", "read", "update", "resolve", "reopen", "annotate"];
        for ability in manifest().abilities {
            let (verb, kind) = ability.split_once(':').unwrap();
            let fits = if verb == "list" { ["incident", "change"].contains(&kind) } else { kind == "incident" };
            assert!(fits && (verb == "list" || verbs.contains(&verb)), "{ability}");
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
        let findings = check(r#"{"resolved_status": "done"}"#);
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/resolved_status"]);
        assert_eq!(check(r#"{"queues": 1}"#).len(), 1);
    }
}
