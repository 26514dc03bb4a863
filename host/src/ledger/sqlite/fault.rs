//! Why SQLite did not do what it was asked, told apart by its result codes.
//!
//! A *storage* fault (disk full, I/O, locked, file gone) concerns whatever is asked next too: the group is refused and the
//! connection replaced, so that the ledger goes on by itself when the cause is gone. Any other fault belongs to one
//! question, whose neighbours in the group must not pay for it.

use crate::ledger::LedgerError;
use std::sync::Arc;

/// A failure that all questions of a group can be told of.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Fault {
    /// SQLite or its driver.
    #[error("SQLite refused")]
    Sql(#[source] Arc<sqlx::Error>),
    /// A row that this version did not write.
    #[error("{0}")]
    Unreadable(String),
    /// Another file, or none, stands at the ledger's path.
    #[error("the ledger's file is no longer at its path")]
    Moved,
    /// More waits to be written than may.
    #[error("too much waits to be written")]
    Overloaded,
    /// The writer is gone.
    #[error("the ledger is shutting down")]
    Stopped,
}

/// SQLite's primary result codes (<https://www.sqlite.org/rescode.html>) that concern more than one question.
const STORAGE_CODES: [i64; 12] = [
    3,  // PERM
    5,  // BUSY
    6,  // LOCKED
    7,  // NOMEM
    8,  // READONLY
    10, // IOERR
    11, // CORRUPT
    13, // FULL
    14, // CANTOPEN
    15, // PROTOCOL
    22, // NOLFS
    26, // NOTADB
];

// === impl Fault ===

impl Fault {
    /// Whether whatever is asked next would meet it too.
    pub(super) fn concerns_storage(&self) -> bool {
        match self {
            Self::Sql(error) => match &**error {
                sqlx::Error::Database(_) => primary_code(error).is_none_or(|code| STORAGE_CODES.contains(&code)),
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_) => false,
                _ => true,
            },
            Self::Unreadable(_) => false,
            Self::Moved | Self::Overloaded | Self::Stopped => true,
        }
    }

    /// Whether another process holds the file, and it may be free soon.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Sql(error) if primary_code(error) == Some(5))
    }
}

/// The low byte of an extended result code.
fn primary_code(error: &sqlx::Error) -> Option<i64> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i64>().ok().map(|code| code & 0xff)
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(Arc::new(error))
    }
}

impl From<Fault> for LedgerError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unreadable(what) => Self::Corrupt(what),
            Fault::Sql(error) if matches!(*error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
                Self::Corrupt(error.to_string())
            }
            fault => Self::Unavailable(Box::new(fault)),
        }
    }
}
