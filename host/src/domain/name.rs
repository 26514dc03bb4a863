//! Names and identities, a type each, so that no two can be confused.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A name that the configuration may not use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a name: 1 to 64 characters of a-z, A-Z, 0-9, `.`, `_` and `-`, beginning with a letter or digit")]
pub struct InvalidName(String);

fn checked(text: &str) -> Result<String, InvalidName> {
    let begins_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    let only_allowed = text.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '.' | '_' | '-'));
    if begins_well && only_allowed && text.len() <= 64 {
        Ok(text.to_owned())
    } else {
        Err(InvalidName(text.chars().take(80).collect()))
    }
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

macro_rules! configured_name {
    ($(#[$doc:meta])* $name:ident) => {
        text_type!($(#[$doc])* $name);

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                checked(text).map(Self)
            }
        }
    };
}

macro_rules! identity {
    ($(#[$doc:meta])* $name:ident) => {
        text_type!($(#[$doc])* $name);

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    };
}

configured_name!(
    /// A source of the configuration.
    SourceName
);
configured_name!(
    /// A connection of the configuration.
    ConnectionName
);
configured_name!(
    /// A mapping of the configuration.
    MappingName
);
configured_name!(
    /// A route of the configuration.
    RouteName
);
identity!(
    /// The monitor's identity of one episode.
    AlertId
);
identity!(
    /// What fired, resolved and fired again of one problem have in common.
    CorrelationKey
);
identity!(
    /// 40 hex digits that stand for (gateway, connection, kind, group).
    ProblemId
);
identity!(
    /// `problem-n`: a ticket's name on its platform, used once and never again.
    TicketKey
);

// === impl TicketKey ===

impl TicketKey {
    /// The key of a problem's ticket number `n`, counted from 1.
    #[must_use]
    pub fn of(problem: &ProblemId, n: u32) -> Self {
        Self(format!("{problem}-{n}"))
    }
}
