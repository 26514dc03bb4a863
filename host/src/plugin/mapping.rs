//! Why a transform gives no content.

use super::error::Blame;
use crate::domain::FieldFault;

/// Why a mapping gives no content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// The settings do not fit this alert.
    #[error(transparent)]
    Field(FieldFault),
    /// It wants no ticket for this alert.
    #[error("no ticket is wanted: {0}")]
    Unwanted(String),
}

// === impl MappingError ===

impl MappingError {
    /// Who has to do something about it: whoever wrote the mapping's settings.
    #[must_use]
    pub fn blame(&self) -> Blame {
        Blame::Operator
    }
}
