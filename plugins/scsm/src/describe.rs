//! What this plugin says of itself.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::describe::{Adapter, INCIDENTS};
use signalbox_sdk::settings;

/// As delivered, ASP.NET ends a request after 110 seconds.
const SETTLE_SECONDS: u32 = 120;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    let adapter = Adapter {
        name: "scsm",
        version: env!("CARGO_PKG_VERSION"),
        summary: "Incidents in System Center Service Manager through the Cireson portal; incidents and change requests back",
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
        assert_eq!(check(r#"{"created_by": "svc-signalbox"}"#), []);
        let findings = check(r#"{"created_by": "x", "template": "default", "states": {"Active": "open"}}"#);
        let at: Vec<_> = findings.iter().map(|finding| finding.at.as_str()).collect();
        assert_eq!(at, ["/template", "/states/Active"]);
    }
}
