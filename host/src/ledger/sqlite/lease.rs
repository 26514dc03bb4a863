//! Leases: who may converge a ticket, and until when.
//!
//! A ticket's `due_at` is when a worker may look at it next; `ready` marks those whose moment has come, and is all that a
//! claim reads, by connection and severity. While a ticket is held, `due_at` is the end of its lease, so that one whose
//! worker died comes back like any other. Each claim raises the token: a worker that comes late matches none.

use super::column::{self, json};
use super::fault::Fault;
use super::writer::Rings;
use crate::domain::{ConnectionName, Timestamp};
use crate::ledger::{Lease, LedgerError};
use serde_json::{Value, json};
use sqlx::{FromRow, SqliteConnection};
use std::collections::{BTreeSet, HashSet};

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

/// A ticket's row as its new holder finds it; the token is the new one.
#[derive(Debug, FromRow)]
pub(super) struct Lead {
    pub(super) seq: i64,
    pub(super) problem: String,
    pub(super) n: i64,
    pub(super) connection: String,
    pub(super) kind: String,
    pub(super) route: String,
    pub(super) grouping: String,
    pub(super) resource: Option<String>,
    pub(super) storm: bool,
    pub(super) created_at: i64,
    pub(super) wanted: i64,
    pub(super) firing: i64,
    pub(super) total: i64,
    pub(super) life: Option<String>,
    pub(super) token: i64,
    /// When the lease ended that nobody gave back.
    pub(super) abandoned: Option<i64>,
}

/// Gives out leases.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    claim: &Claim,
    rings: &mut Rings,
) -> Result<Vec<Lead>, Fault> {
    sqlx::query("UPDATE tickets SET ready = 1 WHERE ready = 0 AND due_at <= ?1 AND standing = 'live'")
        .bind(claim.now.nanos())
        .execute(&mut *connection)
        .await?;
    let leads: Vec<Lead> = sqlx::query_as(
        "SELECT t.seq, t.problem, t.n, t.connection, t.kind, t.route, t.grouping, t.resource, t.storm, t.created_at,
                t.wanted, t.firing, t.total, t.life, t.lease_token + 1 AS token,
                CASE WHEN t.lease_owner IS NOT NULL THEN t.lease_until END AS abandoned
         FROM json_each(?1) q
         JOIN tickets t ON t.seq IN (SELECT first.seq FROM tickets first
                                     WHERE first.ready = 1 AND first.connection = q.value
                                     ORDER BY first.severity, first.seq LIMIT ?2)
         ORDER BY t.severity, t.seq LIMIT ?2",
    )
    .bind(json(&claim.connections)?)
    .bind(i64::from(claim.limit))
    .fetch_all(&mut *connection)
    .await?;
    if leads.is_empty() {
        return Ok(leads);
    }
    let seqs: Vec<i64> = leads.iter().map(|lead| lead.seq).collect();
    sqlx::query(
        "UPDATE tickets
         SET ready = 0, lease_owner = ?2, lease_until = ?3, lease_token = lease_token + 1,
             due_at = max(?3, coalesce(not_before, ?3))
         WHERE seq IN (SELECT value FROM json_each(?1))",
    )
    .bind(json(&seqs)?)
    .bind(&claim.worker)
    .bind(claim.until.nanos())
    .execute(connection)
    .await?;
    if leads.len() == usize::try_from(claim.limit).unwrap_or(usize::MAX) {
        rings.now += 1;
    }
    Ok(leads)
}

/// Moves the ends of leases that are still held.
pub(super) async fn extend(
    connection: &mut SqliteConnection,
    extensions: &[&Extension],
) -> Result<Vec<Result<(), LedgerError>>, Fault> {
    if extensions.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Value> = extensions
        .iter()
        .map(|Extension { lease, until }| {
            let (problem, n) = column::key_columns(&lease.key).unwrap_or_default();
            json!({"problem": problem, "n": n, "token": lease.token, "until": until.nanos()})
        })
        .collect();
    let extended: Vec<(String, i64, i64)> = sqlx::query_as(
        "UPDATE tickets
         SET lease_until = q.until, ready = 0,
             due_at = CASE WHEN standing = 'live' THEN max(q.until, coalesce(not_before, q.until)) END
         FROM (SELECT value ->> 'problem' AS problem, value ->> 'n' AS n, value ->> 'token' AS token,
                      value ->> 'until' AS until FROM json_each(?1)) q
         WHERE tickets.problem = q.problem AND tickets.n = q.n AND tickets.lease_token = q.token
           AND tickets.lease_owner IS NOT NULL
         RETURNING problem, n, lease_token",
    )
    .bind(json(&rows)?)
    .fetch_all(connection)
    .await?;
    let extended: HashSet<(String, i64, i64)> = extended.into_iter().collect();
    let held = |lease: &Lease| {
        let (problem, n) = column::key_columns(&lease.key).unwrap_or_default();
        extended.contains(&(problem.to_owned(), i64::from(n), lease.token))
    };
    Ok(extensions
        .iter()
        .map(
            |Extension { lease, .. }| if held(lease) { Ok(()) } else { Err(LedgerError::LeaseLost(lease.key.clone())) },
        )
        .collect())
}
