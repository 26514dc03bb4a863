//! Maintenance windows that people open and close while the gateway runs.

use super::LedgerError;
use crate::domain::Timestamp;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A window to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWindow {
    /// Its name, for people.
    pub name: String,
    /// Which alerts it is for: a condition that compiles.
    pub when: String,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// A window that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowRow {
    /// Its number.
    pub id: i64,
    /// Its name, for people.
    pub name: String,
    /// Which alerts it is for.
    pub when: String,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// Keeps windows.
#[async_trait]
pub trait Windows: Send + Sync {
    /// Keeps a window, and answers its number. Those that were over a month ago are forgotten.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn open_window(&self, window: NewWindow, now: Timestamp) -> Result<i64, LedgerError>;

    /// Ends a window at this moment.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`]: none that is not over has this number.
    async fn end_window(&self, id: i64, now: Timestamp) -> Result<(), LedgerError>;

    /// Windows that are not over, the first to end first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn windows(&self, now: Timestamp) -> Result<Vec<WindowRow>, LedgerError>;
}
