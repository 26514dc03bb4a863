//! Refusals of the admin listener.

use crate::{domain::with_causes, ledger::LedgerError};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::json;

/// Why the admin listener did not do what it was asked.
#[derive(Debug)]
pub struct AdminFault {
    status: StatusCode,
    code: &'static str,
    message: String,
}

// === impl AdminFault ===

impl AdminFault {
    /// With a code for programs and words for people.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

impl From<LedgerError> for AdminFault {
    fn from(error: LedgerError) -> Self {
        let (status, code) = match &error {
            LedgerError::NotFound(_) => (StatusCode::NOT_FOUND, "not-found"),
            LedgerError::Refused(_) | LedgerError::LeaseLost(_) | LedgerError::NotLeader(_) => {
                (StatusCode::CONFLICT, "refused")
            }
            LedgerError::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "ledger"),
            LedgerError::Corrupt(_) => (StatusCode::INTERNAL_SERVER_ERROR, "corrupt"),
        };
        Self::new(status, code, with_causes(&error))
    }
}

impl IntoResponse for AdminFault {
    fn into_response(self) -> Response {
        (self.status, Json(json!({ "error": { "code": self.code, "message": self.message } }))).into_response()
    }
}

/// For paths that there are not.
pub(super) async fn not_found() -> AdminFault {
    AdminFault::new(StatusCode::NOT_FOUND, "not-found", "there is nothing here")
}

/// For paths that are asked in another way.
pub(super) async fn method_not_allowed() -> AdminFault {
    AdminFault::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "what reads is asked with GET, what changes with POST",
    )
}
