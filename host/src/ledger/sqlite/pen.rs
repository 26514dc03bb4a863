//! The writer's connection, and one transaction at a time on it.

use super::fault::Fault;
use super::file::LedgerFile;
use super::group::{Answers, Group};
use sqlx::{Connection as _, SqliteConnection};

/// The file and the writer's connection to it.
pub(super) struct Pen {
    file: LedgerFile,
    connection: Option<SqliteConnection>,
}

// === impl Pen ===

impl Pen {
    pub(super) fn new(file: LedgerFile) -> Self {
        Self { file, connection: None }
    }

    /// Writes a group, durably, or nothing of it.
    pub(super) async fn commit(&mut self, group: &Group) -> Result<Answers, Fault> {
        if !self.file.is_in_place() {
            return Err(Fault::Moved);
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.pick_up().await?,
        };
        let outcome = transact(&mut connection, group).await;
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
    async fn pick_up(&self) -> Result<SqliteConnection, Fault> {
        let mut connection = self.file.connect().await?;
        let folded = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut connection).await;
        if let Err(error) = folded {
            tracing::debug!(%error, "the ledger's log can't be folded in now");
        }
        Ok(connection)
    }

    pub(super) async fn put_down(self) {
        if let Some(connection) = self.connection {
            // Everything is committed; the next start finds the log as it is.
            let _ = connection.close().await;
        }
    }
}

async fn transact(connection: &mut SqliteConnection, group: &Group) -> Result<Answers, Fault> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let answers = group.write(&mut transaction).await;
    match answers {
        Ok(answers) => {
            transaction.commit().await?;
            Ok(answers)
        }
        Err(fault) => {
            // A full disk ends the transaction by itself, and then there is nothing to roll back.
            let _ = transaction.rollback().await;
            Err(fault)
        }
    }
}
