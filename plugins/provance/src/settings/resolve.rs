//! How a ticket is ended and brought back.

use serde::{Deserialize, Serialize};

/// How a ticket is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// By which call.
    pub by: ResolveBy,
    /// The state afterwards.
    pub state: i64,
    /// The status reason afterwards.
    pub status: i64,
    /// What stands as the resolution where there is no note.
    pub text: String,
    /// Column that takes the resolution's text, where it is resolved by a write; empty for none.
    pub text_column: String,
}

/// By which call a ticket is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResolveBy {
    /// The action that Case demands.
    CloseIncident,
    /// A write of state and status reason.
    Patch,
}

/// A state with its status reason; the platform wants both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateAndStatus {
    /// The state.
    pub state: i64,
    /// The status reason.
    pub status: i64,
}

// === impl Resolve ===

impl Resolve {
    /// As a custom table is made: 1 Inactive, with its status reason 2.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            by: ResolveBy::Patch,
            state: 1,
            status: 2,
            text: "The monitor reports that the problem is over.".into(),
            text_column: String::new(),
        }
    }
}
