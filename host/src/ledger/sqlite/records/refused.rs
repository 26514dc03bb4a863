//! What a sink's other side will never take: shown, given once more, or dropped.

use super::super::column::{self, count, json, moment};
use super::super::fault::Fault;
use super::keep::KNOWN;
use super::outbox::GIVE;
use crate::domain::{Item, ItsmRecord};
use crate::ledger::{LedgerError, RefusalRow};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// How long a list is where nobody says.
const LIST: u32 = 100;

pub(super) fn list(reader: &Connection, limit: u32) -> Result<Vec<RefusalRow>, Fault> {
    let mut statement = reader.prepare_cached("SELECT * FROM refusals ORDER BY seq DESC LIMIT ?1")?;
    let rows = statement.query_and_then([if limit == 0 { LIST } else { limit }], refusal)?;
    rows.collect()
}

fn refusal(row: &Row<'_>) -> Result<RefusalRow, Fault> {
    Ok(RefusalRow {
        id: row.get("seq")?,
        sink: row.get("sink")?,
        sequence: count(row, "sequence")?,
        at: moment(row, "at")?,
        message: row.get("message")?,
        item: column::from_json(row, "item")?,
    })
}

pub(in crate::ledger::sqlite) const FIND: &str = "SELECT * FROM refusals WHERE seq = ?1";

pub(in crate::ledger::sqlite) const NEXT: &str = "
    UPDATE sinks SET sequence = sequence + 1 WHERE sink = ?1 RETURNING sequence";

/// A record is given as it is now: an older version must not come after a later one.
pub(super) fn again(connection: &Connection, id: i64) -> Result<Result<(), LedgerError>, Fault> {
    let found = connection.prepare_cached(FIND)?.query_one([id], |row| Ok(refusal(row))).optional()?;
    let Some(refusal) = found.transpose()? else { return Ok(Err(not_found(id))) };
    let item = match refusal.item {
        Item::PlatformRecord { connection: from, record } => {
            let now = latest(connection, &from, &record)?.unwrap_or(record);
            Item::PlatformRecord { connection: from, record: now }
        }
        event @ Item::TicketEvent(_) => event,
    };
    let sequence: i64 = connection.prepare_cached(NEXT)?.query_one([&refusal.sink], |row| row.get(0))?;
    connection.prepare_cached(GIVE)?.execute(params![refusal.sink, sequence, json(&item)?])?;
    drop(connection, id)
}

fn latest(connection: &Connection, from: &str, record: &ItsmRecord) -> Result<Option<Box<ItsmRecord>>, Fault> {
    let mut statement = connection.prepare_cached(KNOWN)?;
    let now = statement.query_one([from, record.kind.as_str(), &record.id], |row| Ok(column::from_json(row, "body")));
    now.optional()?.transpose()
}

pub(in crate::ledger::sqlite) const DROP: &str = "DELETE FROM refusals WHERE seq = ?1";

pub(super) fn drop(connection: &Connection, id: i64) -> Result<Result<(), LedgerError>, Fault> {
    let dropped = connection.prepare_cached(DROP)?.execute([id])?;
    Ok(if dropped == 0 { Err(not_found(id)) } else { Ok(()) })
}

fn not_found(id: i64) -> LedgerError {
    LedgerError::NotFound(format!("refused item {id}"))
}
