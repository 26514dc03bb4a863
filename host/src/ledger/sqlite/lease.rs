//! Leases: who may converge a ticket, and until when.
//!
//! A ticket's `due_at` is when a worker may look at it next; `ready` marks those whose moment has come, and is all that a
//! claim reads, by connection and severity. While a ticket is held, `due_at` is the end of its lease, so that one whose
//! worker died comes back like any other. Each claim raises the token: a worker that comes late matches none.

use super::alarm::Rings;
use super::column::{self, json};
use super::fault::Fault;
use crate::domain::{ConnectionName, Timestamp};
use crate::ledger::{Lease, LedgerError};
use serde::Serialize;
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
    let leads: Vec<Lead> = sqlx::query_as(include_str!("claim.sql"))
        .bind(json(&claim.connections)?)
        .bind(i64::from(claim.limit))
        .bind(claim.now.nanos())
        .bind(&claim.worker)
        .bind(claim.until.nanos())
        .fetch_all(connection)
        .await?;
    // There may be more than one worker could take.
    if !leads.is_empty() && leads.len() == usize::try_from(claim.limit).unwrap_or(usize::MAX) {
        rings.now += 1;
    }
    Ok(leads)
}

#[derive(Serialize)]
struct ExtensionRow<'a> {
    problem: &'a str,
    n: u32,
    token: i64,
    until: i64,
}

/// Moves the ends of leases that are still held.
pub(super) async fn extend(
    connection: &mut SqliteConnection,
    extensions: &[&Extension],
) -> Result<Vec<Result<(), LedgerError>>, Fault> {
    if extensions.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<ExtensionRow<'_>> = extensions
        .iter()
        .filter_map(|Extension { lease, until }| {
            let (problem, n) = column::key_columns(&lease.key)?;
            Some(ExtensionRow { problem, n, token: lease.token, until: until.nanos() })
        })
        .collect();
    let extended: Vec<(String, i64, i64)> = sqlx::query_as(
        "UPDATE tickets
         SET lease_until = q.until, ready = 0,
             due_at = CASE WHEN standing <> 'live' THEN NULL WHEN not_before > q.until THEN not_before ELSE q.until END
         FROM (SELECT value ->> 'problem' AS problem, value ->> 'n' AS n, value ->> 'token' AS token,
                      value ->> 'until' AS until FROM jsonb_each($1)) q
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
