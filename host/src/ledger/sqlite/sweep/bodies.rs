//! Bodies, and what alerts have of them.

use super::{Batch, Fault, Looked, count, look};
use crate::domain::Timestamp;
use rusqlite::{Connection, params};

/// Bodies may be large, and each of their pages is read when they go.
const BODIES: i64 = 32;

pub(in crate::ledger::sqlite) const LOOK: &str = "
    SELECT seq, received_at < ?2, CASE WHEN received_at < ?2 THEN status = 'decoded' ELSE 0 END
    FROM bodies WHERE seq > ?1 ORDER BY seq LIMIT ?3";

pub(in crate::ledger::sqlite) const DELETE: &str = "DELETE FROM bodies WHERE seq = ?1";

/// Deletes bodies whose alerts are kept; what is no alert yet is the operator's.
pub(super) fn bodies(connection: &Connection, before: Timestamp, after: i64) -> Result<Batch, Fault> {
    let (looked, goes_on) = look(connection, LOOK, params![after, before.nanos(), BODIES], BODIES)?;
    let mut deleted = 0;
    for Looked { row, .. } in looked.iter().filter(|looked| looked.may_go) {
        deleted += connection.prepare_cached(DELETE)?.execute([row])?;
    }
    Ok(Batch { deleted: count(deleted), after: looked.last().filter(|_| goes_on).map(|last| last.row) })
}

/// An empty payload is one that has gone; none at all would be the body as a whole.
pub(in crate::ledger::sqlite) const EMPTY: &str = "
    UPDATE alerts SET payload = ''
    WHERE seq IN (SELECT seq FROM (SELECT seq, received_at FROM alerts WHERE payload <> '' ORDER BY seq LIMIT ?2)
                  WHERE received_at < ?1)";

/// Deletes what alerts have of bodies that held several.
pub(super) fn payloads(connection: &Connection, before: Timestamp) -> Result<Batch, Fault> {
    let emptied = connection.prepare_cached(EMPTY)?.execute([before.nanos(), BODIES])?;
    let goes_on = i64::try_from(emptied).is_ok_and(|emptied| emptied >= BODIES);
    Ok(Batch { deleted: count(emptied), after: goes_on.then_some(0) })
}
