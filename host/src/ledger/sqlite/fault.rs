//! Why SQLite did not do what it was asked, told apart by its result codes.
//!
//! A *storage* fault (disk full, I/O, locked, file gone) concerns whatever is asked next too: the group is refused and the
//! connection replaced, so that the ledger goes on by itself when the cause is gone. Any other fault belongs to one
//! question, whose neighbours in the group must not pay for it.

use crate::ledger::LedgerError;
use rusqlite::{Error, ErrorCode};
use std::sync::Arc;

/// A failure that all questions of a group can be told of.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Fault {
    /// SQLite or its driver.
    #[error("SQLite refused")]
    Sql(#[source] Arc<Error>),
    /// A row that this version did not write.
    #[error("{0}")]
    Unreadable(String),
    /// Another file, or none, stands at the ledger's path.
    #[error("the ledger's file is no longer at its path")]
    Moved,
    /// It holds as much as it may.
    #[error("the ledger is full: it has reached what `[ledger] max_size` leaves for alerts")]
    Full,
    /// More waits to be written than may.
    #[error("too much waits to be written")]
    Overloaded,
    /// All readers were busy for too long.
    #[error("too much waits to be read")]
    Crowded,
    /// The writer is gone.
    #[error("the ledger is shutting down")]
    Stopped,
}

// === impl Fault ===

impl Fault {
    /// Whether whatever is asked next would meet it too.
    pub(super) fn concerns_storage(&self) -> bool {
        match self {
            Self::Sql(error) => error.sqlite_error_code().is_some_and(is_of_storage),
            Self::Unreadable(_) => false,
            Self::Full | Self::Moved | Self::Overloaded | Self::Crowded | Self::Stopped => true,
        }
    }

    /// Whether there is no room for it.
    pub(super) fn is_full(&self) -> bool {
        match self {
            Self::Sql(error) => error.sqlite_error_code() == Some(ErrorCode::DiskFull),
            fault => matches!(fault, Self::Full),
        }
    }

    /// Whether another process holds the file, and it may be free soon.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Sql(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy))
    }
}

/// Whether a result code (<https://www.sqlite.org/rescode.html>) concerns more than one question.
fn is_of_storage(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::PermissionDenied
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::OutOfMemory
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::NoLargeFileSupport
            | ErrorCode::NotADatabase
    )
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => Self::Unreadable(error.to_string()),
            error => Self::Sql(Arc::new(error)),
        }
    }
}

impl From<Fault> for LedgerError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unreadable(what) => Self::Corrupt(what),
            fault => Self::Unavailable(Box::new(fault)),
        }
    }
}

impl From<Error> for LedgerError {
    fn from(error: Error) -> Self {
        Fault::from(error).into()
    }
}
