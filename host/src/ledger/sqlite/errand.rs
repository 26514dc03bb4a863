//! What the writer does beside its main work, without a question of its own for each: pulls, sinks, upkeep.

use super::alarm::Rings;
use super::fault::Fault;
use crate::ledger::LedgerError;
use rusqlite::Connection;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// What writes, and what it answers. It may be asked again, where the transaction around it failed for another's sake; what
/// it refuses it must not have begun to write.
pub(super) trait Run<T>:
    Fn(&Connection, &mut Rings) -> Result<Result<T, LedgerError>, Fault> + Send + Sync + 'static
{
}

impl<T, F> Run<T> for F where
    F: Fn(&Connection, &mut Rings) -> Result<Result<T, LedgerError>, Fault> + Send + Sync + 'static
{
}

/// Something to write.
pub(super) struct Errand(Box<dyn Run<()>>);

/// What an errand brought back: there after its transaction was committed.
pub(super) struct Brought<T>(Arc<Mutex<Option<T>>>);

// === impl Errand ===

impl Errand {
    pub(super) fn new<T: Send + 'static>(run: impl Run<T>) -> (Self, Brought<T>) {
        let brought = Arc::new(Mutex::new(None));
        let place = Arc::clone(&brought);
        let run = move |connection: &Connection, rings: &mut Rings| {
            Ok(run(connection, rings)?.map(|answer| {
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            }))
        };
        (Self(Box::new(run)), Brought(brought))
    }

    pub(super) fn run(&self, connection: &Connection, rings: &mut Rings) -> Result<Result<(), LedgerError>, Fault> {
        (self.0)(connection, rings)
    }
}

impl fmt::Debug for Errand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Errand")
    }
}

// === impl Brought ===

impl<T> Brought<T> {
    pub(super) fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
