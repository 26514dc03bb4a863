//! What senders are told. A refusal says what, where and what to do; it never lists what else there is.

use crate::ledger::{Accepted, BodyId};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use std::time::Duration;

/// The answer to a posted body.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// 202: on disk, synced.
    Accepted(Vec<Accepted>),
    /// 202: kept whole, but its plugin failed.
    Undecoded(BodyId),
    /// 200: what the sender's protocol waits for.
    Reply(String),
    /// 400: not this source's.
    Malformed {
        /// JSON Pointer or byte offset; empty for the whole.
        at: String,
        /// What is wrong, and what was expected.
        message: String,
        /// Where it is kept.
        kept: BodyId,
    },
    /// 401: no credentials, or not the right ones.
    Unauthenticated {
        /// The schemes that the source takes.
        schemes: Vec<&'static str>,
    },
    /// 403: credentials of another source.
    Forbidden,
    /// 404.
    NotFound,
    /// 405: only POST.
    MethodNotAllowed,
    /// 503: the body did not come whole, or not in time. Not 408, which not every sender sends again.
    Cut,
    /// 413.
    TooLarge {
        /// In bytes.
        limit: u64,
        /// After it was inflated.
        inflated: bool,
    },
    /// 415.
    Unsupported {
        /// What was sent, and what is taken.
        message: String,
    },
    /// 503: nothing was kept, send it again.
    Busy {
        /// In words.
        reason: &'static str,
        /// When to send it again.
        retry_after: Duration,
    },
}

// === impl Answer ===

impl Answer {
    fn refusal(&self) -> (StatusCode, Value) {
        let error = |code: &str, message: String| json!({ "error": { "code": code, "message": message } });
        match self {
            Self::Accepted(accepted) => (StatusCode::ACCEPTED, json!({ "accepted": accepted })),
            Self::Undecoded(id) => (StatusCode::ACCEPTED, json!({ "undecoded": id })),
            Self::Reply(_) => (StatusCode::OK, Value::Null),
            Self::Malformed { at, message, kept } => (
                StatusCode::BAD_REQUEST,
                json!({ "error": { "code": "malformed", "at": at, "message": message, "quarantined": kept } }),
            ),
            Self::Unauthenticated { .. } => (
                StatusCode::UNAUTHORIZED,
                error("unauthenticated", "send the credentials that were set up for this source".into()),
            ),
            Self::Forbidden => {
                (StatusCode::FORBIDDEN, error("forbidden", "these credentials are not for this source".into()))
            }
            Self::NotFound => (StatusCode::NOT_FOUND, error("not-found", "there is nothing here".into())),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, error("method-not-allowed", "alerts are sent with POST".into()))
            }
            Self::Cut => (
                StatusCode::SERVICE_UNAVAILABLE,
                error("cut", "the body did not come whole in time, nothing was kept: send it again".into()),
            ),
            Self::TooLarge { limit, inflated } => {
                let what = if *inflated { "the body, once inflated, is" } else { "the body is" };
                (
                    StatusCode::PAYLOAD_TOO_LARGE,
                    error("too-large", format!("{what} larger than the limit of {limit} bytes")),
                )
            }
            Self::Unsupported { message } => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, error("unsupported-media-type", message.clone()))
            }
            Self::Busy { reason, .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, error("busy", format!("{reason}, nothing was kept: send it again")))
            }
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status, body) = self.refusal();
        match self {
            Self::Reply(text) => {
                let json = HeaderValue::from_static("application/json");
                (status, [(header::CONTENT_TYPE, json)], text).into_response()
            }
            Self::Unauthenticated { schemes } => {
                let mut response = (status, Json(body)).into_response();
                for scheme in schemes {
                    response.headers_mut().append(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
                }
                response
            }
            Self::MethodNotAllowed => {
                (status, [(header::ALLOW, HeaderValue::from_static("POST"))], Json(body)).into_response()
            }
            Self::Busy { retry_after, .. } => {
                let seconds = retry_after.as_secs().max(1);
                (status, [(header::RETRY_AFTER, HeaderValue::from(seconds))], Json(body)).into_response()
            }
            // What is left of an upload that is refused unread must not be taken for the next request.
            Self::TooLarge { .. } => {
                (status, [(header::CONNECTION, HeaderValue::from_static("close"))], Json(body)).into_response()
            }
            Self::Cut => {
                let again = [(header::CONNECTION, "close"), (header::RETRY_AFTER, "5")];
                (status, again.map(|(name, value)| (name, HeaderValue::from_static(value))), Json(body)).into_response()
            }
            _ => (status, Json(body)).into_response(),
        }
    }
}
