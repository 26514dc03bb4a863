//! What a route wants done where more than one thing would be right.
//!
//! Each policy is a word of the configuration, decoded once; the plan matches on them and never on text. A route that
//! sets none gets what the documentation names as default.

use crate::config::{Span, written_text};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use std::time::Duration;

/// A route's policies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policies {
    /// What becomes of a problem that was over before its ticket was created.
    pub resolved_first: ResolvedFirst,
    /// Whether the end of the problem resolves the ticket.
    pub resolve: Resolve,
    /// When a ticket is resolved whose monitor never says that the problem is over.
    pub resolve_after: Patience,
    /// What a problem that comes back does with a ticket that is done.
    pub reopen: Reopen,
    /// What follows a create whose outcome nobody knows, on a platform that cannot be searched.
    pub when_unknown: WhenUnknown,
    /// What a maintenance window does.
    pub maintenance: Maintenance,
}

/// `resolved_first`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ResolvedFirst {
    /// The ticket is created and resolved: people see that something was there.
    #[default]
    CreateAndResolve,
    /// No ticket is created.
    Skip,
}

/// `resolve`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Resolve {
    /// Whatever people did to it meanwhile.
    #[default]
    Always,
    /// Only where its version is as after the gateway's last write; else people are told.
    Untouched,
    /// Never: people are told.
    Never,
}

/// `resolve_after`: `"never"`, or a duration after the last observation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Patience {
    /// It stays open until a person acts.
    #[default]
    Never,
    /// Resolved so long after the last observation.
    For(Duration),
}

/// `reopen`: by the state that the ticket is in, and for how long it has been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Reopen {
    /// A resolved ticket. Default: `reopen`.
    pub resolved: Return,
    /// A closed ticket. Default: `renew`.
    pub closed: Return,
    /// A canceled ticket. Default: `renew`.
    pub canceled: Return,
    /// How long a ticket that is done still stands for its problem. Default: `7d`.
    pub within: Span,
}

/// What a problem that comes back does with a ticket that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Return {
    /// Brings it back.
    Reopen,
    /// Leaves it done and tells people in it.
    Update,
    /// Makes a new ticket that names the old one.
    Renew,
}

/// `when_unknown`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WhenUnknown {
    /// The ticket waits for a person.
    #[default]
    Park,
    /// Created again: rather twice than not at all.
    CreateAgain,
}

/// `maintenance`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Maintenance {
    /// Tickets are made as ever, and say that maintenance is under way.
    #[default]
    Annotate,
    /// What fires waits for the end of the window.
    Hold,
}

// === impl Reopen ===

impl Default for Reopen {
    fn default() -> Self {
        Self {
            resolved: Return::Reopen,
            closed: Return::Renew,
            canceled: Return::Renew,
            within: Span(Duration::from_secs(7 * 24 * 60 * 60)),
        }
    }
}

// === impl Patience ===

impl<'de> Deserialize<'de> for Patience {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = written_text(input, "\"never\" or a duration, such as \"4h\"")?;
        if text == "never" {
            return Ok(Self::Never);
        }
        let span: Span = text.parse().map_err(|_| {
            de::Error::custom(format!("`{text}` is neither \"never\" nor a duration, such as \"4h\" or \"7d\""))
        })?;
        Ok(Self::For(span.0))
    }
}

impl JsonSchema for Patience {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Patience".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(never|[0-9]+ *(ms|s|m|min|h|d))$",
            "description": "\"never\", or a duration, such as \"7d\"."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Policies, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn a_route_that_says_nothing_has_the_documented_defaults() {
        let spelled_out = parsed(
            r#"
            resolved_first = "create-and-resolve"
            resolve = "always"
            resolve_after = "never"
            reopen = { resolved = "reopen", closed = "renew", canceled = "renew", within = "7d" }
            when_unknown = "park"
            maintenance = "annotate"
            "#,
        );
        assert_eq!(spelled_out.unwrap(), parsed("").unwrap());
    }

    #[test]
    fn every_other_word_is_read() {
        let policies = parsed(
            r#"
            resolved_first = "skip"
            resolve = "untouched"
            resolve_after = "4h"
            reopen = { resolved = "update", within = "1d" }
            when_unknown = "create-again"
            maintenance = "hold"
            "#,
        )
        .unwrap();
        assert_eq!(
            policies,
            Policies {
                resolved_first: ResolvedFirst::Skip,
                resolve: Resolve::Untouched,
                resolve_after: Patience::For(Duration::from_secs(4 * 3600)),
                reopen: Reopen {
                    resolved: Return::Update,
                    within: Span(Duration::from_secs(86_400)),
                    ..Reopen::default()
                },
                when_unknown: WhenUnknown::CreateAgain,
                maintenance: Maintenance::Hold,
            }
        );
    }

    #[test]
    fn a_word_that_is_none_is_refused_with_what_was_expected() {
        let error = parsed(r#"resolve_after = "soon""#).unwrap_err();
        assert_eq!(error.message(), "`soon` is neither \"never\" nor a duration, such as \"4h\" or \"7d\"");
        assert!(parsed(r#"resolve = "sometimes""#).unwrap_err().message().contains("`always`, `untouched`, `never`"));
        assert!(parsed(r#"reopen = { deleted = "renew" }"#).is_err());
    }
}
