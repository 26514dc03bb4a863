//! The operator's settings: severities, the portal's address, and where a custom JSON body keeps what an alert needs.
//!
//! All are optional. The schema refuses unknown keys and wrong types; `findings` refuses what it can't see: pointers and addresses
//! that do not parse.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use signalbox_sdk::source::description::Finding;
use signalbox_sdk::types::Severity;

use crate::kind::Kind;
use crate::link;
use crate::value::text_of;

/// JSON Schema of the settings.
pub const SCHEMA: &str = include_str!("settings.schema.json");

/// What the operator may set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub(crate) portal: String,
    pub(crate) missing_severity: SeverityName,
    pub(crate) severity: BTreeMap<Kind, SeverityName>,
    pub(crate) list_data_stores: bool,
    pub(crate) custom: Option<Custom>,
}

/// Where a custom JSON body keeps what an alert needs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Custom {
    pub(crate) rule: Pointer,
    #[serde(default)]
    pub(crate) id: Option<Pointer>,
    #[serde(default)]
    pub(crate) title: Option<Pointer>,
    #[serde(default)]
    pub(crate) summary: Option<Pointer>,
    #[serde(default)]
    pub(crate) description: Option<Pointer>,
    #[serde(default)]
    pub(crate) severity: Option<Pointer>,
    #[serde(default)]
    pub(crate) severities: BTreeMap<String, SeverityName>,
    #[serde(default)]
    pub(crate) condition: Option<Pointer>,
    #[serde(default = "resolved_words")]
    pub(crate) resolved: Vec<String>,
    #[serde(default)]
    pub(crate) time: Option<Pointer>,
    #[serde(default)]
    pub(crate) fired: Option<Pointer>,
    #[serde(default)]
    pub(crate) resource: Option<Pointer>,
    #[serde(default)]
    pub(crate) link: Option<Pointer>,
    #[serde(default)]
    pub(crate) identity: Vec<Pointer>,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, Pointer>,
}

/// A JSON Pointer (RFC 6901).
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Pointer(pub(crate) String);

/// One of the contract's five severities by name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SeverityName {
    Critical,
    Error,
    Warning,
    Informational,
    Verbose,
}

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            portal: "https://portal.azure.com".to_owned(),
            missing_severity: SeverityName::Warning,
            severity: BTreeMap::new(),
            list_data_stores: true,
            custom: None,
        }
    }
}

impl Settings {
    /// # Errors
    /// What does not fit the schema, in one line.
    pub fn parse(json: &str) -> Result<Self, String> {
        if json.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// What the schema can't see.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut find = |at: String, message: String| findings.push(Finding { at, message });
        if link::https("", &self.portal).is_none() || self.portal.contains(['?', '#']) {
            find(
                "/portal".to_owned(),
                format!("`{}` is not the address of a portal: expected `https://HOST`", self.portal),
            );
        }
        for (at, pointer) in self.custom.iter().flat_map(Custom::pointers) {
            if let Some(reason) = pointer.fault() {
                find(at, format!("`{}` is not a JSON Pointer: {reason}", pointer.0));
            }
        }
        findings
    }

    /// The portal's address without a trailing slash.
    pub(crate) fn portal(&self) -> &str {
        self.portal.trim_end_matches('/')
    }
}

// === impl Custom ===

impl Custom {
    /// All pointers, with where they stand in the settings.
    fn pointers(&self) -> Vec<(String, &Pointer)> {
        let single = [
            ("rule", Some(&self.rule)),
            ("id", self.id.as_ref()),
            ("title", self.title.as_ref()),
            ("summary", self.summary.as_ref()),
            ("description", self.description.as_ref()),
            ("severity", self.severity.as_ref()),
            ("condition", self.condition.as_ref()),
            ("time", self.time.as_ref()),
            ("fired", self.fired.as_ref()),
            ("resource", self.resource.as_ref()),
            ("link", self.link.as_ref()),
        ];
        let single = single.into_iter().filter_map(|(name, pointer)| Some((format!("/custom/{name}"), pointer?)));
        let identity =
            self.identity.iter().enumerate().map(|(index, pointer)| (format!("/custom/identity/{index}"), pointer));
        let labels = self
            .labels
            .iter()
            .map(|(name, pointer)| (format!("/custom/labels/{}", name.replace('~', "~0").replace('/', "~1")), pointer));
        single.chain(identity).chain(labels).collect()
    }
}

// === impl Pointer ===

impl Pointer {
    /// What it points at; null counts as nothing.
    pub(crate) fn value<'a>(&self, body: &'a Value) -> Option<&'a Value> {
        body.pointer(&self.0).filter(|value| !value.is_null())
    }

    /// What it points at, as text.
    pub(crate) fn text(&self, body: &Value) -> Option<String> {
        self.value(body).and_then(text_of)
    }

    fn fault(&self) -> Option<&'static str> {
        if !self.0.is_empty() && !self.0.starts_with('/') {
            return Some("it starts with neither `/` nor nothing");
        }
        let stray = self.0.split('~').skip(1).any(|after| !after.starts_with(['0', '1']));
        stray.then_some("`~` is written `~0`, and `/` inside a name `~1`")
    }
}

// === impl SeverityName ===

impl From<SeverityName> for Severity {
    fn from(name: SeverityName) -> Self {
        match name {
            SeverityName::Critical => Self::Critical,
            SeverityName::Error => Self::Error,
            SeverityName::Warning => Self::Warning,
            SeverityName::Informational => Self::Informational,
            SeverityName::Verbose => Self::Verbose,
        }
    }
}

/// Words that mean resolved where the operator names none.
fn resolved_words() -> Vec<String> {
    ["resolved", "deactivated", "ok", "closed", "cleared"].map(str::to_owned).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_set_is_all_defaults() {
        for json in ["", "{}"] {
            let settings = Settings::parse(json).unwrap();
            assert_eq!(settings.portal(), "https://portal.azure.com");
            assert!(settings.findings().is_empty());
        }
    }

    #[test]
    fn unknown_keys_and_kinds_are_refused() {
        for (json, words) in [
            (r#"{"portals": "x"}"#, "unknown field `portals`"),
            (r#"{"severity": {"metrics": "error"}}"#, "unknown variant `metrics`"),
            (r#"{"severity": {"budget": "bad"}}"#, "unknown variant `bad`"),
            (r#"{"custom": {}}"#, "missing field `rule`"),
        ] {
            assert!(Settings::parse(json).unwrap_err().contains(words), "{json}");
        }
    }

    #[test]
    fn findings_name_the_setting() {
        let json = r#"{"portal": "http://portal", "custom": {"rule": "name", "id": "/a~2", "title": "/a~1b~0c", "labels": {"a/b": "x"}}}"#;
        let findings = Settings::parse(json).unwrap().findings();
        let found: Vec<(&str, &str)> =
            findings.iter().map(|finding| (finding.at.as_str(), finding.message.as_str())).collect();
        assert_eq!(
            found,
            [
                ("/portal", "`http://portal` is not the address of a portal: expected `https://HOST`"),
                ("/custom/rule", "`name` is not a JSON Pointer: it starts with neither `/` nor nothing"),
                ("/custom/id", "`/a~2` is not a JSON Pointer: `~` is written `~0`, and `/` inside a name `~1`"),
                ("/custom/labels/a~1b", "`x` is not a JSON Pointer: it starts with neither `/` nor nothing"),
            ]
        );
    }

    #[test]
    fn schema_is_json_and_knows_every_setting() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let properties = |pointer: &str| {
            schema.pointer(pointer).and_then(Value::as_object).unwrap().keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(properties("/properties"), ["custom", "list_data_stores", "missing_severity", "portal", "severity"]);
        for kind in properties("/properties/severity/properties") {
            let json = format!(r#"{{"severity": {{"{kind}": "error"}}}}"#);
            assert!(Settings::parse(&json).is_ok(), "{kind}");
        }
        for name in properties("/properties/custom/properties") {
            assert!(
                !Settings::parse(&format!(r#"{{"custom": {{"{name}": 0}}}}"#)).unwrap_err().contains("unknown field"),
                "{name}"
            );
        }
    }
}
