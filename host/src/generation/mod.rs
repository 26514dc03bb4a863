//! One validated configuration with its compiled plugins: what every piece of work begins and ends with.
//!
//! A new configuration is parsed, its plugins compiled, linked and asked to describe themselves and to check their settings,
//! before one pointer is swapped. Whatever is under way holds the generation that it began with. A configuration that fails
//! anywhere leaves the old one in force, and its errors where the operator sees them.

mod build;
mod current;
mod desk;
mod mapper;
mod platform;
mod reload;

pub use build::{Workshop, build};
pub use current::Current;
pub use desk::GenerationDesk;
pub use platform::{AdapterPlatform, call_failure};
pub use reload::{Reloader, Texts, left_with_tickets, texts};

use crate::{
    admin::{ConnectionState, ConnectionStatus},
    config::Config,
    converge::{
        health::{Health, Stop},
        policies::Policies,
    },
    domain::{Alert, ConnectionName, MappingName, RouteName, SourceName, Timestamp},
    ingest::authentication::Senders,
    outbound::{BreakerState, Connection, CredentialState},
    plugin::{AdapterUse, SourceUse, TransformUse},
    route::{Route, Routed, route},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// One validated configuration with its compiled plugins.
pub struct Generation {
    /// Counts from 1.
    pub number: u64,
    /// Since when it is in force.
    pub since: Timestamp,
    /// `[gateway] name`.
    pub gateway: String,
    /// As it was read.
    pub config: Config,
    /// By name.
    pub sources: BTreeMap<SourceName, Source>,
    /// By name.
    pub connections: BTreeMap<ConnectionName, Platform>,
    /// In order.
    pub routes: Vec<Route>,
    /// What a route asks of convergence, by its name.
    pub handling: BTreeMap<RouteName, Handling>,
}

/// A source that can decode.
pub struct Source {
    /// Who may post.
    pub senders: Senders,
    /// The media types that its plugin says it takes; JSON where it says nothing.
    pub media_types: Vec<String>,
    /// Its plugin.
    pub plugin: SourceUse,
}

/// A connection that can be called.
pub struct Platform {
    /// Its adapter.
    pub adapter: AdapterUse,
    /// The way out.
    pub connection: Arc<Connection>,
    /// How long after a call's end its effect may still show.
    pub settle: Duration,
    /// How long one call may take.
    pub deadline: Duration,
    /// Tickets at the same time.
    pub places: usize,
    /// Its tickets wait.
    pub paused: bool,
}

/// What a route asks of convergence.
#[derive(Clone)]
pub struct Handling {
    /// Its mapping's name.
    pub mapping: MappingName,
    /// Its mapping.
    pub transform: Arc<TransformUse>,
    /// Its policies.
    pub policies: Policies,
}

// === impl Generation ===

impl Generation {
    /// Where an alert goes.
    #[must_use]
    pub fn route(&self, alert: &Alert) -> Routed {
        route(&self.gateway, &self.routes, alert)
    }

    /// How its connections are; `health` knows which ones convergence has stopped.
    #[must_use]
    pub fn connection_status(&self, health: &Health) -> Vec<ConnectionStatus> {
        let stopped: BTreeMap<_, _> = health.stopped().into_iter().collect();
        let each = self.config.connections.iter().map(|(name, config)| {
            let (state, reason) = match self.connections.get(name) {
                None => (ConnectionState::Retired, String::new()),
                Some(platform) => platform.state(stopped.get(name)),
            };
            ConnectionStatus { name: name.to_string(), adapter: config.section.adapter.clone(), state, reason }
        });
        each.collect()
    }
}

// === impl Platform ===

impl Platform {
    /// Why the platform's credentials are refused; none where they are not.
    #[must_use]
    pub fn credentials_refused(&self) -> Option<String> {
        self.connection.health().credentials.into_iter().find_map(|(origin, state)| match state {
            CredentialState::Refused { reason, .. } => Some(format!("{origin} refuses the credentials: {reason}")),
            _ => None,
        })
    }

    fn state(&self, stopped: Option<&Stop>) -> (ConnectionState, String) {
        let health = self.connection.health();
        if self.paused {
            (ConnectionState::Paused, String::new())
        } else if let Some(stop) = stopped {
            (ConnectionState::Stopped, format!("since {}: {}", stop.since, stop.why))
        } else if let Some(reason) = self.credentials_refused() {
            (ConnectionState::Stopped, reason)
        } else if let BreakerState::Open { remaining } = health.breaker {
            let words = format!("it failed too often, the next trial is in {} s", remaining.as_secs());
            (ConnectionState::BreakerOpen, words)
        } else if let Some(rest) = health.resting {
            let words = format!("the platform asked for a rest of another {} s", rest.as_secs());
            (ConnectionState::Resting, words)
        } else {
            (ConnectionState::Working, String::new())
        }
    }
}
