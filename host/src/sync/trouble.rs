//! Why a round failed.

use crate::{
    domain::{CallErrorKind, with_causes},
    ledger::LedgerError,
    plugin::{CallFailure, Failure},
};
use std::time::Duration;

/// Why a round failed.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The other side said no, or the plugin gave no answer.
    #[error("{}", Trouble::words(.0))]
    Call(#[source] CallFailure),
    /// The ledger could not keep it.
    #[error("{}", with_causes(.0))]
    Ledger(#[from] LedgerError),
    /// The plugin's answer would never end.
    #[error("the adapter answers the same page again and again: its cursor does not move")]
    NoEnd,
    /// The plugin's answer is none.
    #[error("the sink's receipt goes back behind what it was given")]
    Backwards,
}

// === impl Trouble ===

impl Trouble {
    /// What a failed call is told as.
    pub(super) fn words(failure: &CallFailure) -> String {
        match failure {
            Failure::Guest(error) => {
                let kind = serde_json::to_value(error.kind).ok();
                let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default();
                format!("{kind}: {error}")
            }
            Failure::Failed(failed) => with_causes(failed),
        }
    }

    /// What the other side says of its credentials, where it refuses them.
    pub(super) fn refused_credentials(&self) -> Option<&str> {
        match self {
            Self::Call(Failure::Guest(error)) if error.kind == CallErrorKind::Unauthorized => Some(&error.message),
            _ => None,
        }
    }

    /// How long the other side asks for a rest.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Call(failure) => Self::rest_asked_for(failure),
            _ => None,
        }
    }

    /// How long a rest a failed call asks for.
    pub(super) fn rest_asked_for(failure: &CallFailure) -> Option<Duration> {
        match failure {
            Failure::Guest(error) => error.retry_after.map(|seconds| Duration::from_secs(u64::from(seconds))),
            Failure::Failed(_) => None,
        }
    }
}
