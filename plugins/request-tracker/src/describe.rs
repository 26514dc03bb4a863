//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::describe::{Adapter, INCIDENTS};
use signalbox_sdk::settings;

/// A web server in front of Request Tracker gives a request up after 60 seconds as a rule; Request Tracker itself goes on with it.
const SETTLE_SECONDS: u32 = 60;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    let adapter = Adapter {
        name: "request-tracker",
        version: env!("CARGO_PKG_VERSION"),
        summary: "Tickets in Request Tracker 5; incidents and change requests back",
        schema: SCHEMA,
        abilities: &INCIDENTS,
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
        let findings = check(r#"{"resolved_status": "done"}"#);
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/resolved_status"]);
        assert_eq!(check(r#"{"queues": 1}"#).len(), 1);
    }
}
