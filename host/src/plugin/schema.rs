//! A plugin's settings against its JSON Schema (2020-12): every fault at once, each with a JSON Pointer.
//!
//! The schema is a stranger's: it may refer to nothing outside itself, and its patterns run in an engine whose time grows with
//! the text and not with the pattern.

use super::words;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

/// Faults that are worth showing at once.
const SHOWN: usize = 100;

/// A schema that was compiled.
pub struct SettingsSchema {
    text: Value,
    validator: Validator,
}

/// A schema that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnusableSchema {
    /// Not JSON.
    #[error("it is not JSON")]
    Json(#[source] serde_json::Error),
    /// Not a schema, or it refers to something outside.
    #[error("{0}")]
    Schema(String),
}

/// One thing that is wrong with a plugin's settings.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// JSON Pointer into the settings (RFC 6901); empty for the whole.
    pub at: String,
    /// One sentence, escaped.
    pub message: String,
}

// === impl SettingsSchema ===

impl SettingsSchema {
    pub(super) fn parse(text: &str) -> Result<Self, UnusableSchema> {
        let text: Value = serde_json::from_str(text).map_err(UnusableSchema::Json)?;
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_pattern_options(PatternOptions::regex())
            .build(&text)
            .map_err(|error| UnusableSchema::Schema(words::escaped(&error.to_string(), 400)))?;
        Ok(Self { text, validator })
    }

    /// The schema itself, for documentation and editors.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.text
    }

    /// What is wrong with these settings; nothing where they fit.
    #[must_use]
    pub fn findings(&self, settings: &Value) -> Vec<Finding> {
        let finding = |error: ValidationError<'_>| Finding {
            at: error.instance_path().to_string(),
            message: words::escaped(&self.told(&error), 1_000),
        };
        self.validator.iter_errors(settings).take(SHOWN).map(finding).collect()
    }

    /// What is wrong, and what was expected.
    fn told(&self, error: &ValidationError<'_>) -> String {
        match error.kind() {
            ValidationErrorKind::Enum { options } => {
                let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
                format!("{} is none of {}", error.instance(), listed(options.iter()))
            }
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                format!("unknown key {}{}", listed(unexpected.iter().map(quoted)), self.known_beside(error))
            }
            _ => error.to_string(),
        }
    }

    /// The keys that the schema names where there was another.
    fn known_beside(&self, error: &ValidationError<'_>) -> String {
        let place = error.schema_path().as_str();
        let place = place.strip_suffix("/additionalProperties").and_then(|place| self.text.pointer(place));
        let known = place.and_then(|place| place.get("properties")?.as_object());
        let known = known.map(|known| listed(known.keys().map(quoted))).unwrap_or_default();
        if known.is_empty() { known } else { format!(", expected one of {known}") }
    }
}

fn listed(each: impl Iterator<Item = impl ToString>) -> String {
    each.map(|each| each.to_string()).collect::<Vec<_>>().join(", ")
}

fn quoted(name: &String) -> String {
    format!("`{name}`")
}

impl std::fmt::Debug for SettingsSchema {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text.fmt(out)
    }
}

// === impl Finding ===

impl std::fmt::Display for Finding {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.at.is_empty() {
            out.write_str(&self.message)
        } else {
            write!(out, "at `{}`: {}", self.at, self.message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> SettingsSchema {
        let text = json!({
            "type": "object",
            "required": ["table"],
            "additionalProperties": false,
            "properties": { "table": { "enum": ["incident", "u_case"] }, "states": { "type": "array", "items": { "type": "integer" } } }
        });
        SettingsSchema::parse(&text.to_string()).unwrap()
    }

    #[test]
    fn settings_that_fit_have_no_findings() {
        assert_eq!(schema().findings(&json!({ "table": "incident", "states": [1] })), []);
    }

    #[test]
    fn every_fault_is_found_with_its_place() {
        let findings = schema().findings(&json!({ "states": [1, "two"], "other": 1 }));
        let places: Vec<&str> = findings.iter().map(|finding| finding.at.as_str()).collect();
        assert_eq!(findings.len(), 3, "{findings:?}");
        assert!(places.contains(&"/states/1"));
    }

    #[test]
    fn what_was_expected_is_said_in_full() {
        let findings = schema().findings(&json!({ "table": "u_other", "tabel": 1 }));
        let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
        for message in [
            "\"u_other\" is none of \"incident\", \"u_case\"",
            "unknown key `tabel`, expected one of `states`, `table`",
        ] {
            assert!(messages.contains(&message), "{messages:?}");
        }
    }

    #[test]
    fn a_schema_that_looks_elsewhere_is_unusable() {
        for text in [
            "no json",
            r#"{"type":"cake"}"#,
            r#"{"$ref":"https://elsewhere.example/schema"}"#,
            r#"{"$ref":"file:///etc/passwd"}"#,
        ] {
            assert!(SettingsSchema::parse(text).is_err(), "{text}");
        }
    }
}
