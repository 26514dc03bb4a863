//! Leases: who may converge a ticket, and until when.
//!
//! A ticket's `due_at` is when a worker may look at it next; `ready` marks those whose moment has come, and is all that a
//! claim reads, by connection and severity. While a ticket is held, `due_at` is the end of its lease, so that one whose
//! worker died comes back like any other. Each claim raises the token: a worker that comes late matches none.

use super::alarm::Rings;
use super::column;
use super::fault::Fault;
use super::timeline::tell;
use crate::domain::{ConnectionName, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{Lease, LedgerError, Parked};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// A question for tickets to converge.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) worker: String,
    pub(super) connections: BTreeSet<ConnectionName>,
    pub(super) now: Timestamp,
    pub(super) until: Timestamp,
    pub(super) limit: u32,
}

/// A question for more time.
#[derive(Clone, Debug)]
pub(super) struct Extension {
    pub(super) lease: Lease,
    pub(super) until: Timestamp,
}

/// A ticket that has a new holder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lead {
    pub(super) ticket: TicketSeq,
    pub(super) token: i64,
    /// When the lease ended that nobody gave back.
    pub(super) abandoned: Option<Timestamp>,
}

/// What is due by now is ready.
pub(super) const READY: &str = "
    UPDATE tickets SET ready = 1 WHERE ready = 0 AND due_at <= ?1 AND standing = 'live'";

/// The first tickets of one connection.
pub(super) const FIRST: &str = "
    SELECT severity, seq FROM tickets WHERE ready = 1 AND connection = ?1 ORDER BY severity, seq LIMIT ?2";

pub(super) const ABANDONED: &str = "
    SELECT CASE WHEN lease_owner IS NOT NULL THEN lease_until END AS abandoned FROM tickets WHERE seq = ?1";

pub(super) const HOLD: &str = "
    UPDATE tickets
    SET ready = 0, lease_owner = ?2, lease_until = ?3, lease_token = lease_token + 1,
        due_at = CASE WHEN not_before > ?3 THEN not_before ELSE ?3 END
    WHERE seq = ?1
    RETURNING lease_token";

/// Gives out leases: of all connections the worst tickets, of these the oldest.
pub(super) fn claim(connection: &Connection, claim: &Claim, rings: &mut Rings) -> Result<Vec<Lead>, Fault> {
    connection.prepare_cached(READY)?.execute([claim.now.nanos()])?;
    let limit = usize::try_from(claim.limit).unwrap_or(usize::MAX);
    let mut first = first(connection, claim)?;
    first.sort_unstable();
    first.truncate(limit);
    // There may be more than one worker could take.
    if !first.is_empty() && first.len() == limit {
        rings.now += 1;
    }
    let mut abandoned = connection.prepare_cached(ABANDONED)?;
    let mut hold = connection.prepare_cached(HOLD)?;
    let leads = first.into_iter().map(|(_, ticket)| {
        Ok(Lead {
            ticket: TicketSeq(ticket),
            abandoned: abandoned.query_one([ticket], |row| Ok(column::moment_if_any(row, "abandoned")))??,
            token: hold.query_one(params![ticket, claim.worker, claim.until.nanos()], |row| row.get(0))?,
        })
    });
    leads.collect()
}

/// The first tickets of each connection, by severity and row.
fn first(connection: &Connection, claim: &Claim) -> Result<Vec<(i64, i64)>, Fault> {
    let mut statement = connection.prepare_cached(FIRST)?;
    let mut all = Vec::new();
    for name in &claim.connections {
        let first = statement.query_map(params![name.as_str(), claim.limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
        for ticket in first {
            all.push(ticket?);
        }
    }
    Ok(all)
}

pub(super) const PARK: &str = "
    UPDATE tickets
    SET standing = 'parked', cause = ?3, due_at = NULL, ready = 0, lease_owner = NULL, lease_until = NULL
    WHERE seq = ?1 AND lease_token = ?2";

/// Parks a ticket that was claimed and can't be read, if nobody has claimed it since.
pub(super) fn park_unreadable(connection: &Connection, lead: Lead, why: &str, now: Timestamp) -> Result<(), Fault> {
    let parked = Parked {
        reason: "corrupt".to_owned(),
        code: String::new(),
        message: why.to_owned(),
        blame: "signalbox".to_owned(),
    };
    let done = connection.prepare_cached(PARK)?.execute(params![lead.ticket.0, lead.token, column::json(&parked)?])?;
    if done > 0 {
        let entry = parked.entry(now);
        tell(connection, lead.ticket, now, &entry.event, &entry.text)?;
    }
    Ok(())
}

pub(super) const EXTEND: &str = "
    UPDATE tickets
    SET lease_until = ?4, ready = 0,
        due_at = CASE WHEN standing <> 'live' THEN NULL WHEN not_before > ?4 THEN not_before ELSE ?4 END
    WHERE problem = ?1 AND n = ?2 AND lease_token = ?3 AND lease_owner IS NOT NULL";

/// Moves the end of a lease that is still held.
pub(super) fn extend(
    connection: &Connection,
    Extension { lease, until }: &Extension,
) -> Result<Result<(), LedgerError>, Fault> {
    let (problem, n) = column::key_columns(&lease.key).unwrap_or_default();
    let mut extend = connection.prepare_cached(EXTEND)?;
    let extended = extend.execute(params![problem, n, lease.token, until.nanos()])?;
    Ok(if extended > 0 { Ok(()) } else { Err(LedgerError::LeaseLost(lease.key.clone())) })
}
