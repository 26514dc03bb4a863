//! What one ticket stands for: the alert's values that must be the same.

use crate::domain::Alert;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use std::str::FromStr;

/// A name in `group_by`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// `correlation_key`: the default.
    CorrelationKey,
    /// `rule`
    Rule,
    /// `signal`
    Signal,
    /// `severity`
    Severity,
    /// `title`
    Title,
    /// `resource`: the ids of all resources, sorted, in lower case; of a split route this ticket's resource.
    Resource,
    /// `labels.NAME`; empty where the alert has none.
    Label {
        /// As written.
        name: String,
        /// Without `labels.`.
        label: String,
    },
}

/// Not a name that alerts can be grouped by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "alerts can't be grouped by `{0}`, expected one of: correlation_key, rule, signal, severity, title, resource, labels.NAME"
)]
pub struct InvalidGroupBy(String);

// === impl GroupBy ===

impl GroupBy {
    /// As written in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::CorrelationKey => "correlation_key",
            Self::Rule => "rule",
            Self::Signal => "signal",
            Self::Severity => "severity",
            Self::Title => "title",
            Self::Resource => "resource",
            Self::Label { name, .. } => name,
        }
    }

    /// The alert's value, of a split route for one resource.
    #[must_use]
    pub fn value(&self, alert: &Alert, resource: Option<&str>) -> String {
        match self {
            Self::CorrelationKey => alert.correlation_key.to_string(),
            Self::Rule => alert.rule.clone(),
            Self::Signal => alert.signal.clone(),
            Self::Severity => alert.severity.as_str().to_owned(),
            Self::Title => alert.title.clone(),
            Self::Resource => resource.map_or_else(|| all_resources(alert), str::to_lowercase),
            Self::Label { label, .. } => {
                let found = alert.labels.iter().find(|(name, _)| name == label);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            }
        }
    }
}

impl FromStr for GroupBy {
    type Err = InvalidGroupBy;

    fn from_str(text: &str) -> Result<Self, InvalidGroupBy> {
        Ok(match text {
            "correlation_key" => Self::CorrelationKey,
            "rule" => Self::Rule,
            "signal" => Self::Signal,
            "severity" => Self::Severity,
            "title" => Self::Title,
            "resource" => Self::Resource,
            _ => match text.strip_prefix("labels.") {
                Some(label) if !label.is_empty() => Self::Label { name: text.to_owned(), label: label.to_owned() },
                _ => return Err(InvalidGroupBy(text.to_owned())),
            },
        })
    }
}

impl<'de> Deserialize<'de> for GroupBy {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for GroupBy {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GroupBy".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(correlation_key|rule|signal|severity|title|resource|labels\\..+)$"
        })
    }
}

fn all_resources(alert: &Alert) -> String {
    let mut ids: Vec<_> = alert.resources.iter().map(|resource| resource.id.to_lowercase()).collect();
    ids.sort();
    ids.dedup();
    ids.join("\n")
}
