//! What this plugin says of itself.
//!
//! Where an alternate key is set, a second create with the same key is refused and answers the first one's ticket; where none is, it
//! would be a second ticket: so `idempotent` is not promised.

use crate::settings::{SCHEMA, Settings};
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::describe::{Adapter, INCIDENTS};
use signalbox_sdk::settings;

/// A request with all its plugins ends after two minutes, the limit that the platform gives synchronous plugins.
const SETTLE_SECONDS: u32 = 120;

/// The manifest.
#[must_use]
pub fn manifest() -> Manifest {
    let adapter = Adapter {
        name: "provance",
        version: env!("CARGO_PKG_VERSION"),
        summary: "Incidents in Provance and other tables of Microsoft Dataverse; incidents and change requests back",
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
        let findings = check(r#"{"incident": {"filter": "$filter=statecode eq 0"}}"#);
        assert_eq!(findings.iter().map(|finding| finding.at.as_str()).collect::<Vec<_>>(), ["/incident/filter"]);
    }
}
