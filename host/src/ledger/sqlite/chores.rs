//! What an operator does to tickets, alerts and bodies.

use super::alarm::Rings;
use super::column::{self, json};
use super::fault::Fault;
use crate::domain::{TicketKey, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{EndReason, LedgerError};
use sqlx::SqliteConnection;

/// One thing that an operator asks.
#[derive(Clone, Debug)]
pub(super) enum Chore {
    Retry { key: TicketKey, now: Timestamp },
    LookAgain { key: TicketKey, now: Timestamp },
    DropTicket { key: TicketKey, why: String, now: Timestamp },
    DropAlert { id: String },
}

/// Does it, or says why not.
pub(super) async fn perform(
    connection: &mut SqliteConnection,
    chore: &Chore,
    rings: &mut Rings,
) -> Result<Result<(), LedgerError>, Fault> {
    match chore {
        Chore::Retry { key, now } => retry(connection, key, *now, rings).await,
        Chore::LookAgain { key, now } => look_again(connection, key, *now, rings).await,
        Chore::DropTicket { key, why, now } => drop_ticket(connection, key, why, *now).await,
        Chore::DropAlert { id } => drop_alert(connection, id).await,
    }
}

/// A ticket's row, and whether it has ended; else what to answer.
async fn find(
    connection: &mut SqliteConnection,
    key: &TicketKey,
) -> Result<Result<(TicketSeq, Option<i64>), LedgerError>, Fault> {
    let (problem, n) = column::key_columns(key).unwrap_or_default();
    let found: Option<(i64, bool, Option<i64>)> = sqlx::query_as(
        "SELECT seq, standing = 'ended', CASE WHEN lease_owner IS NOT NULL THEN lease_until END
         FROM tickets WHERE problem = $1 AND n = $2",
    )
    .bind(problem)
    .bind(n)
    .fetch_optional(connection)
    .await?;
    Ok(match found {
        None => Err(LedgerError::NotFound(format!("ticket {key}"))),
        Some((_, true, _)) => Err(LedgerError::Refused(format!("ticket {key} has ended"))),
        Some((seq, false, held_until)) => Ok((TicketSeq(seq), held_until)),
    })
}

async fn retry(
    connection: &mut SqliteConnection,
    key: &TicketKey,
    now: Timestamp,
    rings: &mut Rings,
) -> Result<Result<(), LedgerError>, Fault> {
    let ticket = match find(connection, key).await? {
        Ok((ticket, _)) => ticket,
        Err(refusal) => return Ok(Err(refusal)),
    };
    sqlx::query(
        "UPDATE tickets
         SET standing = 'live', cause = '',
             due_at = max($2, coalesce(not_before, $2), coalesce(lease_until, $2)),
             ready = lease_owner IS NULL AND coalesce(not_before, $2) <= $2
         WHERE seq = $1",
    )
    .bind(ticket.0)
    .bind(now.nanos())
    .execute(&mut *connection)
    .await?;
    rings.now += 1;
    tell(connection, ticket, now, "retried", "taken up again by the operator").await?;
    Ok(Ok(()))
}

async fn look_again(
    connection: &mut SqliteConnection,
    key: &TicketKey,
    now: Timestamp,
    rings: &mut Rings,
) -> Result<Result<(), LedgerError>, Fault> {
    let Ok((ticket, _)) = find(connection, key).await? else { return Ok(Ok(())) };
    let looked = sqlx::query(
        "UPDATE tickets
         SET due_at = max($2, coalesce(not_before, $2), coalesce(lease_until, $2)),
             ready = lease_owner IS NULL AND coalesce(not_before, $2) <= $2
         WHERE seq = $1 AND standing = 'live'",
    )
    .bind(ticket.0)
    .bind(now.nanos())
    .execute(&mut *connection)
    .await?;
    if looked.rows_affected() > 0 {
        rings.now += 1;
    }
    Ok(Ok(()))
}

async fn drop_ticket(
    connection: &mut SqliteConnection,
    key: &TicketKey,
    why: &str,
    now: Timestamp,
) -> Result<Result<(), LedgerError>, Fault> {
    let ticket = match find(connection, key).await? {
        Ok((_, Some(until))) if until > now.nanos() => {
            return Ok(Err(LedgerError::Refused(format!("a worker holds ticket {key}: try again later"))));
        }
        Ok((ticket, _)) => ticket,
        Err(refusal) => return Ok(Err(refusal)),
    };
    sqlx::query(
        "UPDATE tickets
         SET standing = 'ended', cause = $2, due_at = NULL, ready = 0, lease_owner = NULL, lease_until = NULL
         WHERE seq = $1",
    )
    .bind(ticket.0)
    .bind(json(&EndReason::Dropped)?)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE members SET live = 0 WHERE ticket = $1").bind(ticket.0).execute(&mut *connection).await?;
    tell(connection, ticket, now, "dropped", &format!("dropped by the operator: {why}")).await?;
    Ok(Ok(()))
}

async fn tell(
    connection: &mut SqliteConnection,
    ticket: TicketSeq,
    at: Timestamp,
    event: &str,
    text: &str,
) -> Result<(), Fault> {
    sqlx::query("INSERT INTO timeline (ticket, at, event, text) VALUES ($1, $2, $3, $4)")
        .bind(ticket.0)
        .bind(at.nanos())
        .bind(event)
        .bind(text)
        .execute(connection)
        .await?;
    Ok(())
}

/// A body that is no alert is deleted. An alert stays known, so that it changes nothing if it is sent again, but is no
/// longer listed as unrouted.
async fn drop_alert(connection: &mut SqliteConnection, id: &str) -> Result<Result<(), LedgerError>, Fault> {
    let body: Option<(i64, bool)> = sqlx::query_as("SELECT seq, status = 'decoded' FROM bodies WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut *connection)
        .await?;
    match body {
        Some((_, true)) => {
            return Ok(Err(LedgerError::Refused(format!("body {id} was decoded: drop its alerts"))));
        }
        Some((seq, false)) => {
            sqlx::query("DELETE FROM bodies WHERE seq = $1").bind(seq).execute(connection).await?;
            return Ok(Ok(()));
        }
        None => {}
    }
    let (alerts, placed): (i64, i64) = sqlx::query_as(
        "SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM links l WHERE l.alert = a.seq)), 0)
         FROM alerts a WHERE a.id = $1",
    )
    .bind(id)
    .fetch_one(&mut *connection)
    .await?;
    if alerts == 0 {
        return Ok(Err(LedgerError::NotFound(format!("alert {id}"))));
    }
    if placed > 0 {
        return Ok(Err(LedgerError::Refused(format!("alert {id} has tickets"))));
    }
    sqlx::query("UPDATE alerts SET unrouted = 0 WHERE id = $1").bind(id).execute(connection).await?;
    Ok(Ok(()))
}
