//! The connections of a generation: each a plugin with a way out.

use crate::{
    admin::ConnectionState,
    config::PullSection,
    converge::health::Stop,
    domain::{RecordKind, SourceName},
    outbound::{BreakerState, Connection, CredentialState},
    plugin::{AdapterUse, MonitorUse, SinkUse},
};
use std::{sync::Arc, time::Duration};

/// A connection that can be called.
pub struct Peer<U> {
    /// Its plugin, with its settings.
    pub plugin: U,
    /// The way out.
    pub connection: Arc<Connection>,
    /// How long one call may take.
    pub deadline: Duration,
    /// Calls at the same time.
    pub places: usize,
    /// Nothing is done on it until the operator says so.
    pub paused: bool,
}

/// An ITSM platform.
pub struct Platform {
    /// Its adapter.
    pub peer: Peer<AdapterUse>,
    /// How long after a call's end its effect may still show.
    pub settle: Duration,
    /// What is read back from it.
    pub pull: Option<Pull>,
}

/// What is read back from a platform.
#[derive(Clone, Debug)]
pub struct Pull {
    /// The pause between two readings.
    pub every: Duration,
    /// How far back the first one goes.
    pub history: Duration,
    /// What is read.
    pub records: Vec<RecordKind>,
    /// Whether its changes count as maintenance.
    pub maintenance: bool,
}

/// A monitoring system.
pub struct Monitor {
    /// Its plugin.
    pub peer: Peer<MonitorUse>,
    /// How it is asked for facts; none where it has none.
    pub enrich: Option<Enrich>,
    /// Whether it shows tickets at its alerts.
    pub reports: bool,
    /// When it is asked for the condition of alerts; none where it does not know it.
    pub recheck: Option<Recheck>,
    /// The sources that decode its alerts.
    pub sources: Vec<SourceName>,
}

/// How a monitor is asked for facts.
#[derive(Clone, Copy, Debug)]
pub struct Enrich {
    /// How long a new ticket waits for them.
    pub wait: Duration,
    /// How long the monitor is asked.
    pub budget: Duration,
}

/// When a monitor is asked for the condition of alerts.
#[derive(Clone, Copy, Debug)]
pub struct Recheck {
    /// How long they have fired.
    pub after: Duration,
    /// The pause between two rounds.
    pub every: Duration,
}

/// Where records are taken to.
pub type Sink = Peer<SinkUse>;

// === impl Peer ===

impl<U> Peer<U> {
    /// Why the credentials are refused; none where they are not.
    #[must_use]
    pub fn credentials_refused(&self) -> Option<String> {
        self.connection.health().credentials.into_iter().find_map(|(origin, state)| match state {
            CredentialState::Refused { reason, .. } => Some(format!("{origin} refuses the credentials: {reason}")),
            _ => None,
        })
    }

    /// How it is, and why; `stopped` is what convergence knows.
    pub(super) fn state(&self, stopped: Option<&Stop>) -> (ConnectionState, String) {
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

// === impl Monitor ===

impl Monitor {
    /// How long a new ticket waits for facts; none where none can be expected now.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        let enrich = self.enrich.filter(|_| !self.peer.paused)?;
        let (state, _) = self.peer.state(None);
        (state == ConnectionState::Working).then_some(enrich.wait)
    }
}

// === impl Pull ===

impl From<&PullSection> for Pull {
    fn from(section: &PullSection) -> Self {
        let mut records = section.records.clone();
        records.sort_unstable();
        records.dedup();
        Self { every: section.every.0, history: section.history.0, records, maintenance: section.maintenance }
    }
}
