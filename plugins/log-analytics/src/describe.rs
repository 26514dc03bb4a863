//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::settings;
use signalbox_sdk::sink::description::{Finding, Manifest};

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    Manifest {
        name: "log-analytics".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        summary: "Incidents, change requests and ticket events to tables of Log Analytics".into(),
        settings_schema: SCHEMA.into(),
        grants: vec!["http".into()],
        abilities: Vec::new(),
        extra: "{}".into(),
    }
}

/// What is wrong with settings that fit the schema.
#[must_use]
pub fn check(json: &str) -> Vec<Finding> {
    let findings = settings::check(Settings::parse(json), Settings::findings);
    findings.into_iter().map(|finding| Finding { at: finding.at, message: finding.message }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::DCR;
    use serde_json::{Value, json};

    #[test]
    fn what_stands_for_json_is_json() {
        for json in [manifest().settings_schema, manifest().extra] {
            assert!(serde_json::from_str::<Value>(&json).unwrap().is_object());
        }
    }

    #[test]
    fn check_points_into_the_settings() {
        assert_eq!(check(&json!({"dcr": DCR}).to_string()), []);
        let findings = check(&json!({"dcr": DCR, "stream_ticket_events": "Custom-ServiceDesk_CL"}).to_string());
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/stream_ticket_events"]);
    }
}
