//! Standing tasks that one gateway does for all on this file.

use super::super::fault::Fault;
use crate::domain::Timestamp;
use crate::ledger::Leader;
use rusqlite::{Connection, params};

pub(in crate::ledger::sqlite) const LEAD: &str = "
    INSERT INTO leaders (task, owner, until) VALUES (?1, ?2, ?3)
    ON CONFLICT (task) DO UPDATE SET owner = excluded.owner, until = excluded.until
    WHERE owner = excluded.owner OR until <= ?4";

pub(in crate::ledger::sqlite) const LEADS: &str = "SELECT 1 FROM leaders WHERE task = ?1 AND owner = ?2";

pub(in crate::ledger::sqlite) const STEP_DOWN: &str = "DELETE FROM leaders WHERE task = ?1 AND owner = ?2";

pub(super) fn lead(connection: &Connection, leader: &Leader, now: Timestamp) -> Result<bool, Fault> {
    let terms = params![leader.task, leader.owner, leader.until.nanos(), now.nanos()];
    Ok(connection.prepare_cached(LEAD)?.execute(terms)? > 0)
}

/// Whether it was not taken over: whoever leads writes in transactions, so its clock says nothing here.
pub(in crate::ledger::sqlite) fn leads(connection: &Connection, leader: &Leader) -> Result<bool, Fault> {
    Ok(connection.prepare_cached(LEADS)?.exists(params![leader.task, leader.owner])?)
}

pub(super) fn step_down(connection: &Connection, leader: &Leader) -> Result<(), Fault> {
    connection.prepare_cached(STEP_DOWN)?.execute(params![leader.task, leader.owner])?;
    Ok(())
}
