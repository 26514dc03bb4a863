//! What the suites share.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use field_map::settings::Settings;
use serde_json::Value as Json;
use signalbox_sdk::transform::{Input, MappingError};
use signalbox_sdk::work::Content;

/// Settings as the operator writes them, as the host hands them over.
pub fn json(toml: &str) -> Json {
    toml::from_str(toml).unwrap_or_else(|error| panic!("{error}\n{toml}"))
}

/// Maps an input by settings that are right.
#[allow(dead_code, reason = "not every suite maps")]
pub fn apply(toml: &str, input: Input) -> Result<Content, MappingError> {
    let settings = Settings::read(&json(toml).to_string()).unwrap_or_else(|findings| panic!("{findings:#?}\n{toml}"));
    field_map::apply::apply(&settings, input)
}

/// The platform's own fields of mapped content.
#[allow(dead_code, reason = "not every suite maps")]
pub fn fields(content: &Content) -> Json {
    serde_json::from_str(&content.fields).unwrap()
}
