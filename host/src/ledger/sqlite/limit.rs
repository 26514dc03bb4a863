//! How large the ledger may become, and whether it is full.
//!
//! What counts is the pages in use, those in the log included: pages that a deletion freed are used again, so room comes back
//! though the file stays as long as it was. The last eighth is for what is not accepted: the work on tickets, and deletions.
//! The bound itself is SQLite's own `max_page_count`, so that the file never outgrows it.

use super::fault::Fault;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// No bound.
const NONE: u64 = u64::MAX;
/// What SQLite takes for none.
const ALL_PAGES: u64 = 4_294_967_294;

/// See the module.
#[derive(Debug)]
pub(super) struct Limit {
    most: AtomicU64,
    /// What is kept has reached the bound.
    reached: AtomicBool,
    /// The disk took no more.
    disk: AtomicBool,
}

// === impl Limit ===

impl Limit {
    pub(super) fn new() -> Self {
        Self { most: AtomicU64::new(NONE), reached: AtomicBool::new(false), disk: AtomicBool::new(false) }
    }

    pub(super) fn set(&self, most: Option<u64>) {
        self.most.store(most.unwrap_or(NONE), Ordering::Relaxed);
    }

    pub(super) fn most(&self) -> Option<u64> {
        Some(self.most.load(Ordering::Relaxed)).filter(|most| *most != NONE)
    }

    /// Makes SQLite refuse what would outgrow the bound; a file that is longer already may stay so long.
    pub(super) fn apply(&self, connection: &Connection) -> Result<(), Fault> {
        let pages = match self.most() {
            Some(most) => most / number(connection, PAGE_SIZE)?.max(1),
            None => ALL_PAGES,
        };
        connection.pragma_update(None, "max_page_count", i64::try_from(pages).unwrap_or(i64::MAX))?;
        Ok(())
    }

    /// How many bytes may still be accepted.
    pub(super) fn left(&self, connection: &Connection) -> Result<u64, Fault> {
        let Some(most) = self.most() else { return Ok(NONE) };
        let used = used(connection)?;
        self.judge(used);
        Ok(accepted_up_to(most).saturating_sub(used))
    }

    /// Finds out whether the bound is reached, and tells when that changes.
    pub(super) fn judge(&self, used: u64) {
        let is_reached = self.most().is_some_and(|most| used >= accepted_up_to(most));
        match (self.reached.swap(is_reached, Ordering::Relaxed), is_reached) {
            (false, true) => {
                let most = self.most().unwrap_or_default();
                tracing::error!(used, most, "the ledger is full: it is near `[ledger] max_size`, alerts are sent back");
            }
            (true, false) => tracing::info!(used, "the ledger has room again"),
            _ => {}
        }
    }

    /// The disk took no more, or does again; told when that changes.
    pub(super) fn set_disk_full(&self, is_full: bool) {
        match (self.disk.swap(is_full, Ordering::Relaxed), is_full) {
            (false, true) => tracing::error!("the ledger is full: its disk takes no more, alerts are sent back"),
            (true, false) => tracing::info!("the ledger's disk has room again"),
            _ => {}
        }
    }

    pub(super) fn is_disk_full(&self) -> bool {
        self.disk.load(Ordering::Relaxed)
    }

    pub(super) fn is_full(&self) -> bool {
        self.is_disk_full() || self.reached.load(Ordering::Relaxed)
    }
}

fn accepted_up_to(most: u64) -> u64 {
    most - most / 8
}

const PAGE_SIZE: &str = "SELECT page_size FROM pragma_page_size";
const PAGES: &str = "SELECT page_count FROM pragma_page_count";
const FREE: &str = "SELECT freelist_count FROM pragma_freelist_count";

/// The bytes of all pages in use.
pub(super) fn used(connection: &Connection) -> Result<u64, Fault> {
    let pages = number(connection, PAGES)?.saturating_sub(number(connection, FREE)?);
    Ok(pages.saturating_mul(number(connection, PAGE_SIZE)?))
}

fn number(connection: &Connection, query: &str) -> Result<u64, Fault> {
    let number: i64 = connection.prepare_cached(query)?.query_one((), |row| row.get(0))?;
    Ok(u64::try_from(number).unwrap_or_default())
}

/// So large that who can write it can accept alerts; the next trial takes its place.
const TRIAL: &str = "
    INSERT INTO trials (one, weight) VALUES (1, zeroblob(65536)) ON CONFLICT (one) DO UPDATE SET weight = excluded.weight";

/// Tries whether the disk takes anything.
pub(super) fn try_disk(connection: &Connection) -> Result<(), Fault> {
    connection.prepare_cached(TRIAL)?.execute(())?;
    Ok(())
}
