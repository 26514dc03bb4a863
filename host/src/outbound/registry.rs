//! Connections, kept across generations.
//!
//! A reload opens every connection of the new configuration again. One whose specification is the same, secrets included,
//! is the same connection: its pace, its breaker and its tokens go on, so that a swap neither hurries a platform that asked
//! for a rest nor logs in twice.

use super::{Connection, ConnectionSpec, InvalidConnection, Lookup, SystemLookup};
use crate::domain::ConnectionName;
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
};

/// All open connections of this process. A connection lives as long as some generation holds it.
pub struct Connections {
    lookup: Arc<dyn Lookup>,
    open: Mutex<HashMap<ConnectionName, Vec<Weak<Connection>>>>,
}

// === impl Connections ===

impl Connections {
    /// None yet; names will be looked up by `lookup`.
    #[must_use]
    pub fn new(lookup: Arc<dyn Lookup>) -> Self {
        Self { lookup, open: Mutex::default() }
    }

    /// The connection of this specification, new only if none like it is open.
    ///
    /// # Errors
    /// What the operator must correct.
    pub fn open(&self, spec: ConnectionSpec) -> Result<Arc<Connection>, InvalidConnection> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_name = open.entry(spec.name.clone()).or_default();
        of_name.retain(|connection| connection.strong_count() > 0);
        // While an old generation finishes its work, two connections may have one name.
        let same = of_name.iter().filter_map(Weak::upgrade).find(|connection| *connection.spec() == spec);
        if let Some(connection) = same {
            return Ok(connection);
        }
        let connection = Arc::new(Connection::open(spec, Arc::clone(&self.lookup))?);
        of_name.push(Arc::downgrade(&connection));
        Ok(connection)
    }

    /// Ends the sessions of all that are still open, when the gateway stops.
    pub async fn close(&self) {
        let open: Vec<_> = {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.values().flatten().filter_map(Weak::upgrade).collect()
        };
        futures::future::join_all(open.iter().map(|connection| connection.close())).await;
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self::new(Arc::new(SystemLookup))
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        out.debug_set().entries(open.keys()).finish()
    }
}
