//! Tickets that ended long ago, with all that belongs to them.
//!
//! A ticket may have more parts than a batch should delete: then it loses some now, and goes with a later batch. Of the last
//! ticket of a problem its number is kept.

use super::{BATCH, Batch, Fault, Looked, Taken, look};
use crate::domain::Timestamp;
use rusqlite::{Connection, params};

/// The most parts that a batch deletes.
const PARTS: i64 = 1000;

pub(in crate::ledger::sqlite) const LOOK: &str = "
    SELECT t.seq, t.created_at < ?2, CASE WHEN t.created_at < ?2 AND t.standing = 'ended' THEN
               coalesce((SELECT e.at FROM timeline e WHERE e.ticket = t.seq ORDER BY e.seq DESC LIMIT 1), t.created_at) < ?2
               AND NOT EXISTS (SELECT 1 FROM timeline e WHERE e.ticket = t.seq AND e.seq > ?4) ELSE 0 END
    FROM tickets t WHERE t.seq > ?1 ORDER BY t.seq LIMIT ?3";

/// All that belongs to a ticket, its timeline last: that tells how old it is.
pub(in crate::ledger::sqlite) const DELETE_PARTS: [&str; 4] = [
    "DELETE FROM links WHERE ticket = ?1 AND alert IN (SELECT alert FROM links WHERE ticket = ?1 LIMIT ?2)",
    "DELETE FROM members
     WHERE ticket = ?1 AND (key, resource) IN (SELECT key, resource FROM members WHERE ticket = ?1 LIMIT ?2)",
    "DELETE FROM attempts WHERE seq IN (SELECT seq FROM attempts WHERE ticket = ?1 LIMIT ?2)",
    "DELETE FROM timeline WHERE seq IN (SELECT seq FROM timeline WHERE ticket = ?1 LIMIT ?2)",
];

pub(in crate::ledger::sqlite) const FORGET: &str = "
    INSERT INTO forgotten (problem, n)
    SELECT problem, n FROM tickets t
    WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM tickets later WHERE later.problem = t.problem AND later.place > t.n)
    ON CONFLICT (problem) DO UPDATE SET n = max(n, excluded.n)";

pub(in crate::ledger::sqlite) const DELETE: &str = "DELETE FROM tickets WHERE seq = ?1";

pub(super) fn tickets(connection: &Connection, before: Timestamp, taken: &Taken, after: i64) -> Result<Batch, Fault> {
    let (looked, goes_on) = look(connection, LOOK, params![after, before.nanos(), BATCH, taken.event], BATCH)?;
    let mut left = PARTS;
    let (mut deleted, mut last) = (0, after);
    for Looked { row, may_go, .. } in &looked {
        if *may_go {
            for part in DELETE_PARTS {
                let parts = connection.prepare_cached(part)?.execute([*row, left])?;
                left = left.saturating_sub(i64::try_from(parts).unwrap_or(i64::MAX));
            }
            if left <= 0 {
                return Ok(Batch { deleted, after: Some(last) });
            }
            connection.prepare_cached(FORGET)?.execute([row])?;
            connection.prepare_cached(DELETE)?.execute([row])?;
            deleted += 1;
        }
        last = *row;
    }
    Ok(Batch { deleted, after: goes_on.then_some(last) })
}
