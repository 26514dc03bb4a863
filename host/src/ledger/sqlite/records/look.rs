//! A record that shows a ticket to be other than it was last seen: its worker has to look.

use super::super::alarm::Rings;
use super::super::chores::MAKE_DUE;
use super::super::fault::Fault;
use super::outbox;
use crate::domain::{ItsmRecord, PlatformTicket, Timestamp};
use crate::ledger::{PullName, Shown};
use rusqlite::{Connection, params};

/// The live ticket that a platform's own key belongs to. Not the gateway's key: people may have taken it out.
pub(in crate::ledger::sqlite) const SHOWN: &str = "
    SELECT seq, problem || '-' || n, shown, life FROM tickets
    WHERE connection = ?1 AND json_extract(shown, '$.id') = ?2 AND standing = 'live' AND shown <> ''";

pub(in crate::ledger::sqlite) const RAISE: &str = "UPDATE tickets SET looks = looks + 1 WHERE seq = ?1";

/// Raises the ticket that the record is, where it tells of something that its worker has not seen.
pub(super) fn at_ticket_of(
    connection: &Connection,
    name: &PullName,
    record: &ItsmRecord,
    now: Timestamp,
    rings: &mut Rings,
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(SHOWN)?;
    let found = statement.query_map(params![name.connection.as_str(), record.id], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get(3)?))
    })?;
    for ticket in found.collect::<Result<Vec<_>, _>>()? {
        let (seq, key, shown, life) = ticket;
        let shown = serde_json::from_str(&shown).map_err(|error| Fault::Unreadable(format!("shown: {error}")))?;
        if differs(record, &key, &shown, || outbox::seen(life)) {
            connection.prepare_cached(RAISE)?.execute([seq])?;
            rings.now += connection.prepare_cached(MAKE_DUE)?.execute([seq, now.nanos()])?;
        }
    }
    Ok(())
}

/// Whether the record tells of a later moment than the ticket was last seen at, of another content at that moment, of another
/// state, or no longer of it.
fn differs(record: &ItsmRecord, key: &str, shown: &Shown, seen: impl FnOnce() -> Option<PlatformTicket>) -> bool {
    let later = record.updated_at.zip(shown.updated_at).is_some_and(|(record, shown)| record > shown);
    // Platforms stamp whole seconds: somebody may have changed it right after the gateway did.
    let beside = record.updated_at == shown.updated_at && seen().is_some_and(|seen| is_other(record, &seen));
    later || beside || record.deleted || record.key.as_deref() != Some(key) || record.state.as_str() != shown.state
}

/// Whether a field of the platform's own that both have is another one.
fn is_other(record: &ItsmRecord, seen: &PlatformTicket) -> bool {
    record.fields.iter().any(|(name, value)| seen.fields.get(name).is_some_and(|seen| seen != value))
}
