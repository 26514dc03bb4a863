//! Alerts that no ticket needs.

use super::{BATCH, Batch, Fault, Looked, Taken, count, look};
use crate::domain::Timestamp;
use rusqlite::{Connection, params};

/// A ticket needs the alerts that decide for its members, and, while a sink is to be told of it, all that it stood for.
pub(in crate::ledger::sqlite) const LOOK: &str = "
    SELECT a.seq, a.received_at < ?2, CASE WHEN a.received_at < ?2 THEN NOT EXISTS (
               SELECT 1 FROM links l WHERE l.alert = a.seq
                 AND (EXISTS (SELECT 1 FROM members m WHERE m.ticket = l.ticket AND m.key = a.key AND m.alert = a.seq)
                      OR EXISTS (SELECT 1 FROM timeline e WHERE e.ticket = l.ticket AND e.seq > ?4))) ELSE 0 END
    FROM alerts a WHERE a.seq > ?1 ORDER BY a.seq LIMIT ?3";

pub(in crate::ledger::sqlite) const UNLINK: &str = "DELETE FROM links WHERE alert = ?1";

pub(in crate::ledger::sqlite) const DELETE: &str = "DELETE FROM alerts WHERE seq = ?1 RETURNING key";

/// A member's key has the alert that decides for it, so a key without alerts has no members.
pub(in crate::ledger::sqlite) const DELETE_KEY: &str = "
    DELETE FROM keys WHERE seq = ?1 AND NOT EXISTS (SELECT 1 FROM alerts WHERE key = ?1)";

pub(super) fn alerts(connection: &Connection, before: Timestamp, taken: &Taken, after: i64) -> Result<Batch, Fault> {
    let (looked, goes_on) = look(connection, LOOK, params![after, before.nanos(), BATCH, taken.event], BATCH)?;
    let mut deleted = 0;
    for Looked { row, .. } in looked.iter().filter(|looked| looked.may_go) {
        connection.prepare_cached(UNLINK)?.execute([row])?;
        let key: i64 = connection.prepare_cached(DELETE)?.query_one([row], |row| row.get(0))?;
        connection.prepare_cached(DELETE_KEY)?.execute([key])?;
        deleted += 1;
    }
    Ok(Batch { deleted: count(deleted), after: looked.last().filter(|_| goes_on).map(|last| last.row) })
}
