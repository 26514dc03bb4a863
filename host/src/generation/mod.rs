//! One validated configuration with its compiled plugins: what every piece of work begins and ends with.
//!
//! A new configuration is parsed, its plugins compiled, linked and asked to describe themselves and to check their settings,
//! before one pointer is swapped. Whatever is under way holds the generation that it began with. A configuration that fails
//! anywhere leaves the old one in force, and its errors where the operator sees them.

mod build;
mod connections;
mod current;
mod desk;
mod mapper;
mod neighbours;
mod platform;
mod reload;

pub use build::{Workshop, build};
pub use connections::{Enrich, Monitor, Peer, Platform, Pull, Recheck, Sink};
pub use current::Current;
pub use desk::{GenerationDesk, Surroundings};
pub use platform::{AdapterPlatform, call_failure};
pub use reload::{Reloader, Texts, left_with_tickets, take_over, texts};

use crate::{
    admin::{ConnectionState, ConnectionStatus},
    config::Config,
    converge::{health::Health, policies::Policies},
    domain::{Alert, ConnectionName, MappingName, RouteName, SourceName, Timestamp},
    ingest::authentication::Senders,
    plugin::{SourceUse, TransformUse},
    route::{Route, Routed, route},
};
use std::{collections::BTreeMap, sync::Arc};

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
    /// ITSM platforms, by their connections' names.
    pub platforms: BTreeMap<ConnectionName, Platform>,
    /// Monitoring systems, by their connections' names.
    pub monitors: BTreeMap<ConnectionName, Monitor>,
    /// Where records are taken to, by their connections' names.
    pub sinks: BTreeMap<ConnectionName, Sink>,
    /// In order.
    pub routes: Vec<Route>,
    /// What a route asks of convergence, by its name.
    pub handling: BTreeMap<RouteName, Handling>,
}

/// A source that can decode.
pub struct Source {
    /// Who may post.
    pub senders: Senders,
    /// The connection of its monitor.
    pub monitor: Option<ConnectionName>,
    /// The media types that its plugin says it takes; JSON where it says nothing.
    pub media_types: Vec<String>,
    /// Its plugin.
    pub plugin: SourceUse,
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
            let platform = self.platforms.get(name).map(|platform| platform.peer.state(stopped.get(name)));
            let monitor = self.monitors.get(name).map(|monitor| monitor.peer.state(None));
            let sink = self.sinks.get(name).map(|sink| sink.state(None));
            let (state, reason) = platform.or(monitor).or(sink).unwrap_or((ConnectionState::Retired, String::new()));
            let (name, kind, plugin) = (name.to_string(), config.kind.to_string(), config.plugin.clone());
            ConnectionStatus { name, kind, plugin, state, reason }
        });
        each.collect()
    }
}
