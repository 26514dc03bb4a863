//! Writing what a worker learned.
//!
//! A save is written only while its lease is the ticket's last one; that is decided here, inside the transaction that
//! writes it. The end of a ticket, the making of the one that takes its place and the move of its members are one commit.

use super::alarm::Rings;
use super::column::{self, json};
use super::fault::Fault;
use super::reports::note;
use super::timeline::tell;
use crate::domain::{ProblemId, TicketKey, Timestamp};
use crate::ledger::rules::{Rest, TicketSeq, overtaken};
use crate::ledger::{AttemptChange, Lease, LedgerError, Renewal, Save, Saved, Standing};
use rusqlite::{Connection, OptionalExtension as _, params};

/// The ticket whose last lease is the one given.
pub(super) const HELD: &str = "
    SELECT seq, wanted, looks, lease_until FROM tickets
    WHERE problem = ?1 AND n = ?2 AND lease_token = ?3 AND lease_owner IS NOT NULL AND standing <> 'ended'";

pub(super) const SAVE: &str = "
    UPDATE tickets
    SET life = ?2, confirmed = ?3, standing = ?4, cause = ?5, shown = coalesce(?6, shown), not_before = ?7, due_at = ?8,
        ready = ?9, lease_owner = CASE WHEN ?10 THEN NULL ELSE lease_owner END,
        lease_until = CASE WHEN ?10 THEN NULL ELSE lease_until END
    WHERE seq = ?1";

/// Saves, if the lease is still held.
pub(super) fn save(
    connection: &Connection,
    lease: &Lease,
    save: &Save,
    rings: &mut Rings,
) -> Result<Result<Saved, LedgerError>, Fault> {
    let (problem, n) = column::key_columns(&lease.key).unwrap_or_default();
    let held = connection
        .prepare_cached(HELD)?
        .query_one(params![problem, n, lease.token], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?, row.get(3)?))
        })
        .optional()?;
    let Some((ticket, wanted, looks, until)) = held else {
        return Ok(Err(LedgerError::LeaseLost(lease.key.clone())));
    };
    if let Err(refusal) = check_renewal(lease, save) {
        return Ok(Err(refusal));
    }
    let save = overtaken(save, wanted);
    let raised = wanted > save.known || looks > save.looks;
    let rest = Rest::after(&save, raised, Timestamp::from_nanos(until));
    write(connection, TicketSeq(ticket), &save, rest)?;
    rings.note(rest.due_at.filter(|_| rest.released), rest.ready);
    if let Some(renewal) = &save.renewal {
        renew(connection, TicketSeq(ticket), &lease.key, renewal, save.at)?;
        rings.now += 1;
    }
    Ok(Ok(Saved { wanted }))
}

/// A ticket is renewed by the next of its problem, and ends with it.
fn check_renewal(lease: &Lease, save: &Save) -> Result<(), LedgerError> {
    let Some(renewal) = &save.renewal else { return Ok(()) };
    if !matches!(save.standing, Standing::Ended(_)) {
        return Err(LedgerError::Refused(format!("ticket {} can't be renewed before it ends", lease.key)));
    }
    let next = column::key_columns(&lease.key)
        .and_then(|(problem, n)| Some(TicketKey::of(&ProblemId::from(problem), n.checked_add(1)?)));
    if next.as_ref() != Some(&renewal.key) {
        return Err(LedgerError::Refused(format!("ticket {} can't be renewed by {}", lease.key, renewal.key)));
    }
    Ok(())
}

/// The members of a ticket that ended for good are past ones.
pub(super) const PAST: &str = "UPDATE members SET live = 0 WHERE ticket = ?1";

fn write(connection: &Connection, ticket: TicketSeq, save: &Save, rest: Rest) -> Result<(), Fault> {
    let (standing, cause) = column::standing_columns(&save.standing)?;
    connection.prepare_cached(SAVE)?.execute(params![
        ticket.0,
        save.life,
        save.confirmed,
        standing,
        cause,
        save.shown.as_ref().map(json).transpose()?,
        save.not_before.map(Timestamp::nanos),
        rest.due_at.map(Timestamp::nanos),
        rest.ready,
        rest.released,
    ])?;
    if let Some(change) = &save.attempt {
        note_attempt(connection, ticket, change, save.at)?;
    }
    for entry in &save.entries {
        tell(connection, ticket, entry.at, &entry.event, &entry.text)?;
    }
    if matches!(save.standing, Standing::Ended(_)) && save.renewal.is_none() {
        connection.prepare_cached(PAST)?.execute([ticket.0])?;
    }
    Ok(())
}

pub(super) const OPEN: &str = "
    INSERT INTO attempts (id, ticket, revision, action, opened_at) VALUES (?1, ?2, ?3, ?4, ?5)";

pub(super) const CLOSE: &str = "
    UPDATE attempts SET closed_at = ?3, outcome = ?4, exchange = ?5 WHERE id = ?1 AND ticket = ?2";

fn note_attempt(
    connection: &Connection,
    ticket: TicketSeq,
    change: &AttemptChange,
    at: Timestamp,
) -> Result<(), Fault> {
    match change {
        AttemptChange::Open { id, revision, action } => {
            connection.prepare_cached(OPEN)?.execute(params![id, ticket.0, revision, action, at.nanos()])?;
        }
        AttemptChange::Close { id, outcome, exchange } => {
            connection.prepare_cached(CLOSE)?.execute(params![id, ticket.0, at.nanos(), outcome, exchange])?;
        }
    }
    Ok(())
}

/// The ticket that takes the place of another.
pub(super) const RENEW: &str = "
    INSERT INTO tickets (problem, n, connection, kind, route, grouping, resource, storm, created_at, wanted, severity,
                         firing, total, life, due_at, ready)
    SELECT problem, n + 1, connection, kind, route, grouping, resource, storm, ?2, 1, severity, firing, total, ?3, ?2, 1
    FROM tickets WHERE seq = ?1
    RETURNING seq";

pub(super) const MOVE_MEMBERS: &str = "UPDATE members SET ticket = ?2 WHERE ticket = ?1";

pub(super) const LINK_MEMBERS: &str = "
    INSERT INTO links (alert, ticket) SELECT alert, ticket FROM members WHERE ticket = ?1 ON CONFLICT DO NOTHING";

pub(super) const EMPTY: &str = "UPDATE tickets SET firing = 0, total = 0 WHERE seq = ?1";

/// Makes the ticket that takes the place of one that ended. Its members move.
fn renew(
    connection: &Connection,
    old: TicketSeq,
    key: &TicketKey,
    renewal: &Renewal,
    at: Timestamp,
) -> Result<(), Fault> {
    let new: i64 =
        connection.prepare_cached(RENEW)?.query_one(params![old.0, at.nanos(), renewal.life], |row| row.get(0))?;
    connection.prepare_cached(MOVE_MEMBERS)?.execute([old.0, new])?;
    connection.prepare_cached(LINK_MEMBERS)?.execute([new])?;
    note::renewal(connection, old, new)?;
    connection.prepare_cached(EMPTY)?.execute([old.0])?;
    tell(connection, TicketSeq(new), at, "renews", &format!("takes the place of {key}"))
}
