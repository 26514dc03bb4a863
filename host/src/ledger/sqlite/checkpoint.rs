//! Folding the log into the file, on a thread of its own.
//!
//! Folding reads and writes thousands of pages and waits for the disk twice. While the writer did it, nobody was answered. So
//! a thread does it beside the writer, who goes on at the log's end; and since the log can only begin anew when nothing in it
//! is left to fold, the writer folds the last little rest itself, once the log has grown long.
//!
//! Folding may fail or never happen: the log then grows, and whoever opens the ledger next finds all of it.

use super::fault::Fault;
use super::file::LedgerFile;
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

/// How many pages of the log are folded at a time.
const STEP: u32 = 2000;
/// From how many pages on the log is to begin anew: 48 MB.
const LONG: u32 = 12_000;
/// How many pages the writer folds itself.
const REST: u32 = 1000;

/// How much of the log is folded: whoever folds holds it.
type Folded = Arc<Mutex<u32>>;

/// The writer's side.
#[derive(Debug)]
pub(super) struct Checkpoints {
    folded: Folded,
    wake: SyncSender<()>,
}

// === impl Checkpoints ===

impl Checkpoints {
    /// Starts the thread; it ends when this and all hooks are dropped.
    pub(super) fn start(file: LedgerFile) -> io::Result<Self> {
        let folded = Folded::default();
        let (wake, woken) = sync_channel(1);
        let whole = Arc::clone(&folded);
        thread::Builder::new().name("ledger checkpoint".to_owned()).spawn(move || fold(&file, &whole, &woken))?;
        Ok(Self { folded, wake })
    }

    /// Has a connection's commits seen to it that the log is folded.
    pub(super) fn follow(&self, connection: &mut Connection) -> Result<(), Fault> {
        let (folded, wake) = (Arc::clone(&self.folded), self.wake.clone());
        connection.wal_hook(Some(move |wal: &mut Wal, pages| {
            let Ok(mut folded) = folded.try_lock() else { return Ok(()) };
            match next(u32::try_from(pages).unwrap_or_default(), &mut folded) {
                Next::Nothing => {}
                Next::Wake => drop(wake.try_send(())),
                // A commit has not failed because the log could not be folded.
                Next::Rest => match wal.checkpoint_v2(CheckpointMode::PASSIVE) {
                    Ok((_, done)) => *folded = u32::try_from(done).unwrap_or_default(),
                    Err(error) => tracing::debug!(%error, "the ledger's log can't be folded in now"),
                },
            }
            Ok(())
        }))?;
        Ok(())
    }
}

/// What a commit makes of a log of so many pages.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Nothing,
    Wake,
    Rest,
}

fn next(pages: u32, folded: &mut u32) -> Next {
    if pages < *folded {
        // It began anew.
        *folded = 0;
    }
    let left = pages - *folded;
    match pages >= LONG {
        true if left <= REST => Next::Rest,
        true => Next::Wake,
        false if left >= STEP => Next::Wake,
        false => Next::Nothing,
    }
}

fn fold(file: &LedgerFile, folded: &Folded, woken: &Receiver<()>) {
    let mut kept: Option<Connection> = None;
    while woken.recv().is_ok() {
        let mut folded = folded.lock().unwrap_or_else(PoisonError::into_inner);
        match fold_now(file, kept.take()) {
            Ok((connection, done)) => {
                kept = Some(connection);
                *folded = done;
            }
            Err(fault) => tracing::debug!(%fault, "the ledger's log can't be folded in now"),
        }
    }
}

/// Folds what no reader still needs as it was, and says up to which page of the log.
fn fold_now(file: &LedgerFile, kept: Option<Connection>) -> Result<(Connection, u32), Fault> {
    if !file.is_in_place() {
        return Err(Fault::Moved);
    }
    let connection = kept.map_or_else(|| file.connect(), Ok)?;
    let done = connection.query_one("PRAGMA wal_checkpoint(PASSIVE)", (), |row| row.get::<_, i64>("checkpointed"))?;
    Ok((connection, u32::try_from(done).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_log_is_left_alone_and_a_step_of_it_is_folded() {
        let mut folded = 0;
        assert_eq!(next(STEP - 1, &mut folded), Next::Nothing);
        assert_eq!(next(STEP, &mut folded), Next::Wake);
        folded = STEP;
        assert_eq!(next(2 * STEP - 1, &mut folded), Next::Nothing);
        assert_eq!(next(2 * STEP, &mut folded), Next::Wake);
    }

    #[test]
    fn the_writer_folds_the_rest_of_a_long_log_and_no_more() {
        assert_eq!(next(LONG, &mut (LONG - REST)), Next::Rest);
        assert_eq!(next(LONG, &mut (LONG - REST - 1)), Next::Wake);
        assert_eq!(next(LONG - 1, &mut (LONG - REST)), Next::Nothing);
    }

    #[test]
    fn a_log_that_began_anew_is_all_to_be_folded() {
        let mut folded = LONG;
        assert_eq!(next(STEP, &mut folded), Next::Wake);
        assert_eq!(folded, 0);
    }
}
