//! What an operator does to tickets, alerts and bodies.

use super::alarm::Rings;
use super::column::{self, json};
use super::fault::Fault;
use super::save::PAST;
use super::timeline::tell;
use crate::domain::{TicketKey, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{EndReason, LedgerError};
use rusqlite::{Connection, OptionalExtension as _, params};

/// One thing that an operator asks.
#[derive(Clone, Debug)]
pub(super) enum Chore {
    Retry { key: TicketKey, now: Timestamp },
    LookAgain { key: TicketKey, now: Timestamp },
    DropTicket { key: TicketKey, why: String, now: Timestamp },
    DropAlert { id: String },
}

/// Does it, or says why not.
pub(super) fn perform(
    connection: &Connection,
    chore: &Chore,
    rings: &mut Rings,
) -> Result<Result<(), LedgerError>, Fault> {
    match chore {
        Chore::Retry { key, now } => retry(connection, key, *now, rings),
        Chore::LookAgain { key, now } => look_again(connection, key, *now, rings),
        Chore::DropTicket { key, why, now } => drop_ticket(connection, key, why, *now),
        Chore::DropAlert { id } => drop_alert(connection, id),
    }
}

pub(super) const FIND: &str = "
    SELECT seq, standing = 'ended', CASE WHEN lease_owner IS NOT NULL THEN lease_until END
    FROM tickets WHERE problem = ?1 AND n = ?2";

/// The row of a ticket that has not ended, and until when it is held; else what to answer.
fn find(connection: &Connection, key: &TicketKey) -> Result<Result<(TicketSeq, Option<i64>), LedgerError>, Fault> {
    let (problem, n) = column::key_columns(key).unwrap_or_default();
    let found = connection
        .prepare_cached(FIND)?
        .query_one(params![problem, n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(match found {
        None => Err(LedgerError::NotFound(format!("ticket {key}"))),
        Some((_, true, _)) => Err(LedgerError::Refused(format!("ticket {key} has ended"))),
        Some((seq, false, held_until)) => Ok((TicketSeq(seq), held_until)),
    })
}

pub(super) const TAKE_UP: &str = "UPDATE tickets SET standing = 'live', cause = '' WHERE seq = ?1";

/// Makes a live ticket due, as soon as whoever holds it has let go, and not before its back-off ends.
pub(super) const MAKE_DUE: &str = "
    UPDATE tickets
    SET due_at = max(?2, coalesce(not_before, ?2), coalesce(lease_until, ?2)),
        ready = lease_owner IS NULL AND coalesce(not_before, ?2) <= ?2
    WHERE seq = ?1 AND standing = 'live'";

fn retry(
    connection: &Connection,
    key: &TicketKey,
    now: Timestamp,
    rings: &mut Rings,
) -> Result<Result<(), LedgerError>, Fault> {
    let ticket = match find(connection, key)? {
        Ok((ticket, _)) => ticket,
        Err(refusal) => return Ok(Err(refusal)),
    };
    connection.prepare_cached(TAKE_UP)?.execute([ticket.0])?;
    make_due(connection, ticket, now, rings)?;
    tell(connection, ticket, now, "retried", "taken up again by the operator")?;
    Ok(Ok(()))
}

fn look_again(
    connection: &Connection,
    key: &TicketKey,
    now: Timestamp,
    rings: &mut Rings,
) -> Result<Result<(), LedgerError>, Fault> {
    if let Ok((ticket, _)) = find(connection, key)? {
        make_due(connection, ticket, now, rings)?;
    }
    Ok(Ok(()))
}

fn make_due(connection: &Connection, ticket: TicketSeq, now: Timestamp, rings: &mut Rings) -> Result<(), Fault> {
    rings.now += connection.prepare_cached(MAKE_DUE)?.execute([ticket.0, now.nanos()])?;
    Ok(())
}

pub(super) const DROP_TICKET: &str = "
    UPDATE tickets
    SET standing = 'ended', cause = ?2, due_at = NULL, ready = 0, lease_owner = NULL, lease_until = NULL
    WHERE seq = ?1";

fn drop_ticket(
    connection: &Connection,
    key: &TicketKey,
    why: &str,
    now: Timestamp,
) -> Result<Result<(), LedgerError>, Fault> {
    let ticket = match find(connection, key)? {
        Ok((_, Some(until))) if until > now.nanos() => {
            return Ok(Err(LedgerError::Refused(format!("a worker holds ticket {key}: try again later"))));
        }
        Ok((ticket, _)) => ticket,
        Err(refusal) => return Ok(Err(refusal)),
    };
    connection.prepare_cached(DROP_TICKET)?.execute(params![ticket.0, json(&EndReason::Dropped)?])?;
    connection.prepare_cached(PAST)?.execute([ticket.0])?;
    tell(connection, ticket, now, "dropped", &format!("dropped by the operator: {why}"))?;
    Ok(Ok(()))
}

pub(super) const FIND_BODY: &str = "SELECT seq, status = 'decoded' FROM bodies WHERE id = ?1";

pub(super) const DROP_BODY: &str = "DELETE FROM bodies WHERE seq = ?1";

/// How many observations have an id, and how many of them stand in tickets.
pub(super) const FIND_ALERT: &str = "
    SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM links l WHERE l.alert = a.seq)), 0) FROM alerts a
    WHERE substr(a.id, -16) = substr(?1, -16) AND a.id = ?1";

pub(super) const DROP_ALERT: &str = "
    UPDATE alerts SET unrouted = 0 WHERE substr(id, -16) = substr(?1, -16) AND id = ?1";

/// A body that is no alert is deleted. An alert stays known, so that it changes nothing if it is sent again, but is no
/// longer listed as unrouted.
fn drop_alert(connection: &Connection, id: &str) -> Result<Result<(), LedgerError>, Fault> {
    let body: Option<(i64, bool)> =
        connection.prepare_cached(FIND_BODY)?.query_one([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match body {
        Some((_, true)) => {
            return Ok(Err(LedgerError::Refused(format!("body {id} was decoded: drop its alerts"))));
        }
        Some((seq, false)) => {
            connection.prepare_cached(DROP_BODY)?.execute([seq])?;
            return Ok(Ok(()));
        }
        None => {}
    }
    let (alerts, placed): (i64, i64) =
        connection.prepare_cached(FIND_ALERT)?.query_one([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if alerts == 0 {
        return Ok(Err(LedgerError::NotFound(format!("alert {id}"))));
    }
    if placed == alerts {
        return Ok(Err(LedgerError::Refused(format!("alert {id} has tickets"))));
    }
    connection.prepare_cached(DROP_ALERT)?.execute([id])?;
    Ok(Ok(()))
}
