//! Accepting a group of submissions: look up what is there of their keys, decide, write what changes.
//!
//! Runs inside the writer's transaction, so what was looked up still holds when it is written.

pub(super) mod look_up;
pub(super) mod write;

use super::alarm::Rings;
use super::fault::Fault;
use crate::ledger::{LedgerError, Receipt, Submission};
use rusqlite::Connection;

/// Accepts the submissions, one after another; answers in their order.
pub(super) fn accept(
    connection: &Connection,
    submissions: &[&Submission],
    rings: &mut Rings,
) -> Result<Vec<Result<Receipt, LedgerError>>, Fault> {
    if submissions.is_empty() {
        return Ok(Vec::new());
    }
    let mut board = look_up::board(connection, submissions)?;
    let receipts = submissions.iter().map(|submission| Ok(board.take(submission))).collect();
    let changes = board.into_changes();
    for ticket in &changes.tickets {
        rings.note(Some(ticket.due_at()), ticket.not_before.is_none());
    }
    rings.now += changes.raises.len();
    write::write(connection, &changes)?;
    Ok(receipts)
}
