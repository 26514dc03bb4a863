//! Accepting a group of submissions: look up what is there of their keys, decide, write what changes.
//!
//! One round trip in each direction, and in it one statement a table, however many submissions there are: rows go in and
//! keys go up as JSON that `jsonb_each` takes apart. Runs inside the writer's transaction, so what was looked up still
//! holds when it is written.

mod answers;
mod look_up;
mod write;

use super::alarm::Rings;
use super::fault::Fault;
use crate::ledger::{Receipt, Submission};
use sqlx::SqliteConnection;

/// Accepts the submissions, one after another; answers in their order.
pub(super) async fn accept(
    connection: &mut SqliteConnection,
    submissions: &[&Submission],
    rings: &mut Rings,
) -> Result<Vec<Receipt>, Fault> {
    if submissions.is_empty() {
        return Ok(Vec::new());
    }
    let mut board = look_up::board(connection, submissions).await?;
    let receipts = submissions.iter().map(|submission| board.take(submission)).collect();
    let changes = board.into_changes();
    for ticket in &changes.tickets {
        rings.note(Some(ticket.due_at()), ticket.not_before.is_none());
    }
    rings.now += changes.raises.len();
    write::write(connection, &changes).await?;
    Ok(receipts)
}
