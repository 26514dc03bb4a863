//! What happened to tickets, for people.

use super::column::{moment, text};
use super::fault::Fault;
use crate::domain::{Entry, Timestamp};
use crate::ledger::rules::TicketSeq;
use rusqlite::{Connection, params};

pub(super) const APPEND: &str = "INSERT INTO timeline (ticket, at, event, text) VALUES (?1, ?2, ?3, ?4)";

pub(super) const LATEST: &str = "
    SELECT at, event, text FROM timeline WHERE ticket = ?1 ORDER BY seq DESC LIMIT ?2";

/// Adds to a ticket's timeline.
pub(super) fn tell(
    connection: &Connection,
    ticket: TicketSeq,
    at: Timestamp,
    event: &str,
    text: &str,
) -> Result<(), Fault> {
    connection.prepare_cached(APPEND)?.execute(params![ticket.0, at.nanos(), event, text])?;
    Ok(())
}

/// The latest entries of a ticket's timeline, oldest first.
pub(super) fn latest(connection: &Connection, ticket: TicketSeq, limit: i64) -> Result<Vec<Entry>, Fault> {
    let mut statement = connection.prepare_cached(LATEST)?;
    let entries = statement.query_and_then(params![ticket.0, limit], |row| {
        Ok(Entry { at: moment(row, "at")?, event: text(row, "event")?.to_owned(), text: text(row, "text")?.to_owned() })
    })?;
    let mut entries = entries.collect::<Result<Vec<_>, Fault>>()?;
    entries.reverse();
    Ok(entries)
}
