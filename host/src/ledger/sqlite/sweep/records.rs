//! Records that were read back, and what sinks' other sides refused.

use super::{BATCH, Batch, Fault, Taken, count};
use crate::domain::Timestamp;
use rusqlite::{Connection, params};

/// Places rise with each change, so the records that changed longest ago are the first.
pub(in crate::ledger::sqlite) const DELETE: &str = "
    DELETE FROM records
    WHERE seq IN (SELECT seq FROM (SELECT seq, read_at FROM records WHERE changed <= ?2 ORDER BY changed LIMIT ?3)
                  WHERE read_at < ?1)";

pub(super) fn records(connection: &Connection, before: Timestamp, taken: &Taken) -> Result<Batch, Fault> {
    let deleted = connection.prepare_cached(DELETE)?.execute(params![before.nanos(), taken.record, BATCH])?;
    Ok(from_the_head(deleted))
}

pub(in crate::ledger::sqlite) const DELETE_REFUSALS: &str = "
    DELETE FROM refusals
    WHERE seq IN (SELECT seq FROM (SELECT seq, at FROM refusals ORDER BY seq LIMIT ?2) WHERE at < ?1)";

pub(super) fn refusals(connection: &Connection, before: Timestamp) -> Result<Batch, Fault> {
    let deleted = connection.prepare_cached(DELETE_REFUSALS)?.execute([before.nanos(), BATCH])?;
    Ok(from_the_head(deleted))
}

/// Where all of a batch have gone there may be more.
fn from_the_head(deleted: usize) -> Batch {
    let goes_on = i64::try_from(deleted).is_ok_and(|deleted| deleted >= BATCH);
    Batch { deleted: count(deleted), after: goes_on.then_some(0) }
}
