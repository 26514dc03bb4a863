//! Answers over all that is kept.

use super::LedgerError;
use crate::report::{Answer, Question};
use async_trait::async_trait;

/// What reports read.
#[async_trait]
pub trait Reports: Send + Sync {
    /// Answers one question, from the ledger as it is at one moment. Questions of one process are answered one after
    /// another, beside what the gateway itself reads.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn answer(&self, question: Question) -> Result<Answer, LedgerError>;
}
