//! Connections that were stopped because their credentials are refused.
//!
//! One refusal says the same for every ticket of the connection, so the connection stops and not the ticket. It is started
//! again by a probe that goes well, or by a changed configuration.

use crate::domain::{ConnectionName, Timestamp};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Which connections are stopped in this process.
#[derive(Debug, Default)]
pub struct Health {
    stopped: Mutex<BTreeMap<ConnectionName, Stop>>,
}

/// Why and since when a connection is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The platform's words.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
    /// The generation that was refused.
    pub generation: u64,
}

// === impl Health ===

impl Health {
    /// Stops a connection. Told again, it stays stopped since the first time.
    pub fn stop(&self, connection: &ConnectionName, why: &str, generation: u64, now: Timestamp) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if !stopped.contains_key(connection) {
            tracing::error!(%connection, why, "credentials are refused: the connection is stopped, its tickets wait");
            metrics::gauge!("signalbox_connection_stopped", "connection" => connection.to_string()).set(1.0);
            stopped.insert(connection.clone(), Stop { why: why.to_owned(), since: now, generation });
        }
    }

    /// Starts it again.
    pub fn start(&self, connection: &ConnectionName) {
        let mut stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped.remove(connection).is_some() {
            tracing::info!(%connection, "the connection goes on");
            metrics::gauge!("signalbox_connection_stopped", "connection" => connection.to_string()).set(0.0);
        }
    }

    /// Starts all that another generation had stopped.
    pub fn start_changed(&self, generation: u64) {
        let changed: Vec<ConnectionName> = self
            .stopped()
            .into_iter()
            .filter(|(_, stop)| stop.generation != generation)
            .map(|(name, _)| name)
            .collect();
        for connection in changed {
            self.start(&connection);
        }
    }

    /// Whether it is stopped.
    #[must_use]
    pub fn is_stopped(&self, connection: &ConnectionName) -> bool {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).contains_key(connection)
    }

    /// All that are stopped.
    #[must_use]
    pub fn stopped(&self) -> Vec<(ConnectionName, Stop)> {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.iter().map(|(name, stop)| (name.clone(), stop.clone())).collect()
    }
}
