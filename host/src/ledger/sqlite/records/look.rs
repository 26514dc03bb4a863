//! A record that shows a ticket to be other than it was last seen: its worker has to look.

use super::super::alarm::Rings;
use super::super::chores::MAKE_DUE;
use super::super::fault::Fault;
use crate::domain::{ItsmRecord, Timestamp};
use crate::ledger::{PullName, Shown};
use rusqlite::{Connection, OptionalExtension as _, params};

pub(in crate::ledger::sqlite) const SHOWN: &str = "
    SELECT seq, shown FROM tickets WHERE problem = ?1 AND n = ?2 AND connection = ?3 AND standing = 'live'";

pub(in crate::ledger::sqlite) const RAISE: &str = "UPDATE tickets SET looks = looks + 1 WHERE seq = ?1";

/// Raises the ticket whose key the record has, and the one whose key it had `before`: people may have taken it out.
pub(super) fn at_ticket_of(
    connection: &Connection,
    name: &PullName,
    record: &ItsmRecord,
    before: Option<&str>,
    now: Timestamp,
    rings: &mut Rings,
) -> Result<(), Fault> {
    let taken_out = before.filter(|before| record.key.as_deref() != Some(before));
    for (key, is_there) in [(record.key.as_deref(), true), (taken_out, false)] {
        let Some((problem, n)) = key.and_then(|key| key.rsplit_once('-')) else { continue };
        let Ok(n) = n.parse::<u32>() else { continue };
        let found: Option<(i64, String)> = connection
            .prepare_cached(SHOWN)?
            .query_one(params![problem, n, name.connection.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((seq, shown)) = found else { continue };
        let Ok(shown) = serde_json::from_str::<Shown>(&shown) else { continue };
        if !is_there || differs(record, &shown) {
            connection.prepare_cached(RAISE)?.execute([seq])?;
            rings.now += connection.prepare_cached(MAKE_DUE)?.execute([seq, now.nanos()])?;
        }
    }
    Ok(())
}

/// Whether the record tells of a later moment than the ticket was last seen at, or of another ticket. Where the platform
/// gives no times its state decides.
fn differs(record: &ItsmRecord, shown: &Shown) -> bool {
    let later = match (record.updated_at, shown.updated_at) {
        (Some(record), Some(shown)) => record > shown,
        _ => false,
    };
    later || record.deleted || record.id != shown.id || record.state.as_str() != shown.state
}
