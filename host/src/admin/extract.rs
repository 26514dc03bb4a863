//! Parts of a request: what can't be read is refused as all else is, in JSON.

use super::AdminFault;
use axum::extract::{self, FromRequestParts};
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;

/// The parameters behind the `?`.
pub(super) struct Query<T>(pub(super) T);

/// The parameter in the path.
pub(super) struct Path<T>(pub(super) T);

// === impl Query ===

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = AdminFault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AdminFault> {
        let read = extract::Query::from_request_parts(parts, state).await;
        read.map(|extract::Query(query)| Self(query)).map_err(|error| wrong(error.body_text()))
    }
}

// === impl Path ===

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = AdminFault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AdminFault> {
        let read = extract::Path::from_request_parts(parts, state).await;
        read.map(|extract::Path(parameter)| Self(parameter)).map_err(|error| wrong(error.body_text()))
    }
}

fn wrong(message: String) -> AdminFault {
    AdminFault::new(StatusCode::BAD_REQUEST, "parameter", message)
}
