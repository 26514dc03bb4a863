//! Accepting a group of submissions: look up what is there of their keys, decide, write what changes.
//!
//! Runs inside the writer's transaction, so what was looked up still holds when it is written.

pub(super) mod keys;
pub(super) mod look_up;
pub(super) mod write;

use super::alarm::Rings;
use super::fault::Fault;
use super::limit::Limit;
use crate::ledger::{LedgerError, Receipt, Submission};
use rusqlite::Connection;

/// Accepts the submissions, one after another; answers in their order.
pub(super) fn accept(
    connection: &Connection,
    submissions: &[&Submission],
    limit: &Limit,
    rings: &mut Rings,
) -> Result<Vec<Result<Receipt, LedgerError>>, Fault> {
    if submissions.is_empty() {
        return Ok(Vec::new());
    }
    let (submissions, refused) = submissions.split_at(fitting(submissions, limit.left(connection)?));
    let (mut board, mut numbers) = look_up::board(connection, submissions)?;
    let mut receipts: Vec<_> = submissions.iter().map(|submission| Ok(board.take(submission))).collect();
    receipts.extend(refused.iter().map(|_| Err(Fault::Full.into())));
    let changes = board.into_changes();
    for ticket in &changes.tickets {
        rings.note(Some(ticket.due_at()), ticket.not_before.is_none());
    }
    rings.now += changes.raises.len();
    write::write(connection, &changes, &mut numbers)?;
    Ok(receipts)
}

/// What a body takes beside its own bytes, and those of its alerts, which are as many again.
const BESIDES: u64 = 16 * 1024;

/// How many of them fit; where anything does, the first does, whatever it takes of what is held back for workers.
fn fitting(submissions: &[&Submission], left: u64) -> usize {
    let mut left = left;
    let fits = |submission: &&&Submission| {
        let fits = left > 0;
        let body = u64::try_from(submission.body.len()).unwrap_or(u64::MAX);
        left = left.saturating_sub(body.saturating_mul(2).saturating_add(BESIDES));
        fits
    };
    submissions.iter().take_while(fits).count()
}
