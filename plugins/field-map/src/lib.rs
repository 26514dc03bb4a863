//! The transform `field-map`: alerts to work items by settings alone.
//!
//! Without settings it fills the fields that every platform has, so a route works with no mapping written. With settings, each
//! field is a constant, a Jinja template or a lookup by a value of the alert, for some actions and kinds or for all. It is pure:
//! the same alert in the same context makes the same content, whatever the hour. What is wrong with the settings is found by
//! `check`, at load.
//!
//! The way through it: [`settings`] reads what the operator wrote, [`context`] shows the alert to templates, [`apply`] decides
//! field by field, [`description`], [`note`] and [`defaults`] write what the settings leave open.

pub mod apply;
pub mod check;
pub mod context;
pub mod cut;
pub mod defaults;
pub mod description;
pub mod filters;
pub mod layout;
pub mod lint;
pub mod manifest;
pub mod note;
pub mod path;
pub mod sample;
pub mod settings;
pub mod template;
pub mod time;
pub mod words;

use signalbox_sdk::transform::description::{self as plugin, Finding, Manifest};
use signalbox_sdk::transform::{self, FieldFault, Guest, Input, MappingError, log};
use signalbox_sdk::work::Content;

use crate::settings::Settings;

/// The plugin.
pub struct FieldMap;

impl plugin::Guest for FieldMap {
    fn describe() -> Manifest {
        manifest::manifest()
    }

    fn check() -> Vec<Finding> {
        let checked = check::check(&transform::settings::get());
        for doubt in checked.doubts {
            log::write(
                log::Level::Warn,
                "a template fails on a sample alert",
                &[("at".to_owned(), doubt.at), ("error".to_owned(), doubt.message)],
            );
        }
        checked.findings
    }
}

impl Guest for FieldMap {
    fn apply(input: Input) -> Result<Content, MappingError> {
        let settings = Settings::read(&transform::settings::get()).map_err(refused)?;
        apply::apply(&settings, input)
    }
}

/// Settings that `check` would have refused: a host that asks all the same gets the first finding.
fn refused(findings: Vec<Finding>) -> MappingError {
    let first = findings.into_iter().next();
    let fault = first.map(|finding| FieldFault { field: finding.at, message: finding.message });
    MappingError::Field(
        fault.unwrap_or_else(|| FieldFault { field: String::new(), message: "settings are wrong".to_owned() }),
    )
}

// The names of a component's exports are none that a native linker takes.
#[cfg(target_family = "wasm")]
signalbox_sdk::transform::export!(FieldMap);
