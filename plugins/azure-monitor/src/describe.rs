//! What this plugin says of itself.

use crate::enrich::search::ORIGINS;
use crate::settings::{SCHEMA, SettingFault, Settings};
use signalbox_sdk::monitor::description::{Finding, Manifest};

/// What it can do.
const ABILITIES: [&str; 3] = ["enrich", "report", "recheck"];

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest {
        name: "azure-monitor".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Tickets shown at Azure's alerts, their conditions, and facts about their resources".into(),
        settings_schema: SCHEMA.into(),
        grants: std::iter::once("http".to_owned()).chain(ORIGINS.map(|origin| format!("origin:{origin}"))).collect(),
        abilities: ABILITIES.map(Into::into).to_vec(),
        extra: "{}".into(),
    }
}

/// What is wrong with settings that fit the schema.
#[must_use]
pub fn check(json: &str) -> Vec<Finding> {
    let finding = |fault: SettingFault| Finding { at: fault.at, message: fault.message };
    match Settings::parse(json) {
        Ok(settings) => settings.findings().into_iter().map(finding).collect(),
        Err(error) => vec![Finding { at: String::new(), message: error.to_string() }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SUBSCRIPTION;
    use serde_json::{Value, json};

    #[test]
    fn what_stands_for_json_is_json() {
        for json in [manifest().settings_schema, manifest().extra] {
            assert!(serde_json::from_str::<Value>(&json).unwrap().is_object());
        }
    }

    #[test]
    fn check_points_into_the_settings() {
        let good = json!({"subscriptions": [SUBSCRIPTION]});
        assert_eq!(check(&good.to_string()), []);
        let odd = json!({"subscriptions": [SUBSCRIPTION], "workspaces": ["log"]});
        let at: Vec<_> = check(&odd.to_string()).into_iter().map(|finding| finding.at).collect();
        assert_eq!((at, check("{}").len()), (vec!["/workspaces/0".to_owned()], 1));
    }
}
