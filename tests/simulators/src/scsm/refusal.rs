//! What the portal refuses, and with which bytes.
//!
//! A commit that Service Manager refuses is `{"success":false,"exception":"…"}` with status 500; everything else is refused by
//! ASP.NET, `{"Message":"…"}`. Where only the shape is known, the words here are in the product's manner and adapters must not
//! read them.

use http::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::shared::Answer;

/// The media type of every JSON answer.
pub const JSON: &str = "application/json; charset=utf-8";

/// Something that the portal will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No credentials, or wrong or old ones.
    #[error("not authorized")]
    Unauthorized,
    /// Service Manager refuses what was committed.
    #[error("{0}")]
    Exception(String),
    /// The call failed on the server: criteria that mean nothing, say.
    #[error("{0}")]
    Failed(String),
    /// The body is not what the call takes.
    #[error("the request is invalid")]
    Invalid,
    /// Nothing is served at this path, or not with these parameters.
    #[error("no resource at {0}")]
    NoResource(String),
    /// The path does not take this method.
    #[error("{0} is not supported")]
    Method(Method),
    /// The body's media type is not read here.
    #[error("unsupported media type {0}")]
    UnsupportedMediaType(String),
    /// Too many requests, says what stands before the portal.
    #[error("too many requests")]
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The server, or what stands before it, fails.
    #[error("failure {0}")]
    Failure(StatusCode),
}

impl Refusal {
    /// Service Manager's no, in these words.
    #[must_use]
    pub fn exception(words: impl Into<String>) -> Self {
        Self::Exception(words.into())
    }

    /// The status that goes with it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Exception(_) | Self::Failed(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::NoResource(_) => StatusCode::NOT_FOUND,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Failure(status) => *status,
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::Unauthorized => json!({ "Message": "Authorization has been denied for this request." }),
            Self::Exception(words) => json!({ "success": false, "exception": words }),
            Self::Failed(words) => json!({ "Message": "An error has occurred.", "ExceptionMessage": words }),
            Self::Invalid => json!({ "Message": "The request is invalid." }),
            Self::NoResource(path) => {
                json!({ "Message": format!("No HTTP resource was found that matches the request URI '{path}'.") })
            }
            Self::Method(method) => {
                json!({ "Message": format!("The requested resource does not support http method '{method}'.") })
            }
            Self::UnsupportedMediaType(media) => json!({
                "Message": format!("The request entity's media type '{media}' is not supported for this resource.")
            }),
            Self::RateLimited { .. } => json!({ "Message": "Too many requests." }),
            Self::Failure(_) => json!({ "Message": "An error has occurred." }),
        }
    }

    /// The whole answer.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let answer = Answer::json(self.status(), JSON, &self.body());
        match self {
            Self::RateLimited { retry_after } => answer.with(header::RETRY_AFTER, (*retry_after).into()),
            _ => answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_the_product_s_own() {
        let cases = [
            (Refusal::Unauthorized, 401, r#"{"Message":"Authorization has been denied for this request."}"#),
            (Refusal::exception("no"), 500, r#"{"exception":"no","success":false}"#),
            (Refusal::Failed("no".into()), 500, r#"{"ExceptionMessage":"no","Message":"An error has occurred."}"#),
            (Refusal::Invalid, 400, r#"{"Message":"The request is invalid."}"#),
            (
                Refusal::NoResource("/x".into()),
                404,
                r#"{"Message":"No HTTP resource was found that matches the request URI '/x'."}"#,
            ),
            (
                Refusal::Method(Method::PUT),
                405,
                r#"{"Message":"The requested resource does not support http method 'PUT'."}"#,
            ),
        ];
        for (refusal, status, body) in cases {
            let answer = refusal.answer();
            assert_eq!(answer.status.as_u16(), status, "{refusal}");
            assert_eq!(std::str::from_utf8(&answer.body).unwrap(), body, "{refusal}");
            assert_eq!(answer.headers[header::CONTENT_TYPE], JSON, "{refusal}");
        }
        assert_eq!(Refusal::RateLimited { retry_after: 17 }.answer().headers[header::RETRY_AFTER], "17");
    }
}
