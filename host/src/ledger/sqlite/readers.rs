//! Connections for reading: few, each used by one question at a time, on threads that may block.
//!
//! They never wait for the writer. A question that finds all of them busy waits, but not forever. A connection that failed
//! is not used again.

use super::fault::Fault;
use super::file::{BUSY, LedgerFile};
use crate::ledger::LedgerError;
use rusqlite::Connection;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The most connections.
const READERS: usize = 4;

/// See the module.
#[derive(Debug)]
pub(super) struct Readers {
    file: LedgerFile,
    idle: Arc<Mutex<Vec<Connection>>>,
    room: Arc<Semaphore>,
}

// === impl Readers ===

impl Readers {
    pub(super) fn new(file: LedgerFile) -> Self {
        Self { file, idle: Arc::default(), room: Arc::new(Semaphore::new(READERS)) }
    }

    /// Asks on a connection that nobody else uses meanwhile.
    pub(super) async fn read<T, Q>(&self, question: Q) -> Result<T, LedgerError>
    where
        T: Send + 'static,
        Q: FnOnce(&mut Connection) -> Result<T, LedgerError> + Send + 'static,
    {
        let place = timeout(BUSY, Arc::clone(&self.room).acquire_owned()).await.map_err(|_| Fault::Crowded)?;
        let place = place.map_err(|_| Fault::Stopped)?;
        let (file, idle) = (self.file.clone(), Arc::clone(&self.idle));
        let reading = spawn_blocking(move || {
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut connection = kept.map_or_else(|| file.connect_reader(), Ok)?;
            let answer = question(&mut connection)?;
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            drop(place);
            Ok(answer)
        });
        reading.await.map_err(|_| Fault::Stopped)?
    }
}
