//! How many new tickets are too many.

use crate::config::{Span, written_text};
use schemars::JsonSchema;
use serde::{Deserializer, de};
use std::{str::FromStr, time::Duration};

/// `"20 per 10m"`: what is over goes to one storm ticket that lists the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxNew {
    /// New tickets.
    pub tickets: u32,
    /// Counted over this span.
    pub window: Duration,
}

/// Not a limit on new tickets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a limit on new tickets: write \"none\", or a number and a duration, such as \"20 per 10m\"")]
pub struct InvalidMaxNew(String);

// === impl MaxNew ===

impl FromStr for MaxNew {
    type Err = InvalidMaxNew;

    fn from_str(text: &str) -> Result<Self, InvalidMaxNew> {
        let parse = || {
            let (tickets, window) = text.split_once(" per ")?;
            let Span(window) = window.parse().ok()?;
            Some(Self { tickets: tickets.trim().parse().ok()?, window })
        };
        match parse() {
            Some(limit) if !limit.window.is_zero() => Ok(limit),
            _ => Err(InvalidMaxNew(text.to_owned())),
        }
    }
}

/// `"none"`, or a limit.
///
/// # Errors
/// Where it is neither.
pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<MaxNew>, D::Error> {
    let text = written_text(input, "a limit on new tickets, such as \"20 per 10m\"")?;
    if text == "none" { Ok(None) } else { text.parse().map(Some).map_err(de::Error::custom) }
}

impl JsonSchema for MaxNew {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MaxNew".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(none|[0-9]+ per [0-9]+ *(ms|s|m|min|h|d))$",
            "description": "\"none\", or a number of tickets and a duration, such as \"20 per 10m\"."
        })
    }
}
