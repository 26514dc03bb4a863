//! The writer's connection, and one transaction at a time on it.

use super::checkpoint::Checkpoints;
use super::fault::Fault;
use super::file::LedgerFile;
use super::group::{Answers, Group};
use super::limit::Limit;
use rusqlite::{Connection, TransactionBehavior};
use std::sync::Arc;

/// The file and the writer's connection to it.
pub(super) struct Pen {
    file: LedgerFile,
    connection: Option<Connection>,
    limit: Arc<Limit>,
    checkpoints: Checkpoints,
    /// The bound that the connection has.
    bound: Option<u64>,
}

// === impl Pen ===

impl Pen {
    pub(super) fn new(file: LedgerFile, limit: Arc<Limit>, checkpoints: Checkpoints) -> Self {
        Self { file, connection: None, limit, checkpoints, bound: None }
    }

    /// Writes a group, durably, or nothing of it.
    pub(super) fn commit(&mut self, group: &Group) -> Result<Answers, Fault> {
        if !self.file.is_in_place() {
            return Err(Fault::Moved);
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                self.bound = None;
                self.pick_up()?
            }
        };
        if self.bound != self.limit.most() {
            self.limit.apply(&connection)?;
            self.bound = self.limit.most();
        }
        let outcome = transact(&mut connection, group, &self.limit);
        if !self.file.is_in_place() {
            return Err(Fault::Moved);
        }
        if outcome.as_ref().err().is_none_or(|fault| !fault.concerns_storage()) {
            self.connection = Some(connection);
        }
        outcome
    }

    /// A new connection. What fills the disk may be the log: what it holds is folded into the file as far as that goes, so
    /// that the log can begin anew.
    fn pick_up(&self) -> Result<Connection, Fault> {
        let mut connection = self.file.connect()?;
        if let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
            tracing::debug!(%error, "the ledger's log can't be folded in now");
        }
        self.checkpoints.follow(&mut connection)?;
        Ok(connection)
    }
}

/// What is not committed is rolled back, unless SQLite did so by itself: a full disk ends the transaction.
fn transact(connection: &mut Connection, group: &Group, limit: &Limit) -> Result<Answers, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let answers = group.write(&transaction, limit)?;
    transaction.commit()?;
    Ok(answers)
}
