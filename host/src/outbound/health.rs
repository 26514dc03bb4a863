//! How a connection fares, for those who decide whether to go on with it, and for people.

use super::{BreakerState, CredentialState};
use std::time::Duration;

/// How a connection fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its breaker.
    pub breaker: BreakerState,
    /// What is left of the rest that the platform asked for.
    pub resting: Option<Duration>,
    /// By origin, the base first.
    pub credentials: Vec<(String, CredentialState)>,
}

// === impl Health ===

impl Health {
    /// Why credentials were refused, where they are: until a person has acted nothing that needs them will succeed.
    #[must_use]
    pub fn refusal(&self) -> Option<&str> {
        self.credentials.iter().find_map(|(_, state)| match state {
            CredentialState::Refused { reason, .. } => Some(reason.as_str()),
            CredentialState::Unproven | CredentialState::Accepted { .. } | CredentialState::Unavailable { .. } => None,
        })
    }
}
