//! What the service's answer to rows means.
//!
//! An error is `{"error":{"code","message"}}`. Whether it concerns one row, the size of the body, or everything decides what
//! follows:
//!
//! | status | code | meaning |
//! |---|---|---|
//! | 2xx (204) | | taken |
//! | 413; any | `ContentLengthLimitExceeded`, `TimeoutExpired`, `ReadyBody_ClientConnectionAbort` | too large: sent again in halves |
//! | 400 | one that names the stream, the rule, its destination or the API's version | rejected: the settings or the rule are wrong |
//! | 400 | any other | refused: sent again in halves, until the rows at fault are found |
//! | 401, 403 | | unauthorized: the role on the rule is missing, or not in force yet |
//! | 404 | | rejected: no such rule, or no such stream |
//! | 429 | | throttled |
//! | 500, 503 | | unavailable |
//! | 408, other 5xx, no answer | | outcome-unknown: the rows are sent again, and their `Sequence` tells it |
//! | other | | protocol |
//!
//! Sources: the reference of the Logs Ingestion API for statuses and codes of size; Azure's envelope of errors.

use serde_json::Value;
use signalbox_sdk::fault::{self, Detail, fault};
use signalbox_sdk::http::{Effect, Failure, Response};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// Codes of a body that is too large, or that took too long on its way.
const TOO_LARGE: [&str; 3] = ["contentlengthlimitexceeded", "timeoutexpired", "readybody_clientconnectionabort"];

/// What the code of a refusal names where no row can be at fault.
const CONCERNS_ALL: [&str; 8] =
    ["stream", "dcr", "datacollection", "immutableid", "apiversion", "destination", "outputtable", "tablenotfound"];

/// What became of the rows of one request.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// They are safely there.
    Taken,
    /// The body is too large; its words.
    TooLarge(String),
    /// One or more of the rows won't be taken, or all of them; its words.
    Refused(String),
    /// No row is at fault.
    Failed(CallError),
}

/// What an answer, or none, means.
#[must_use]
pub fn judge(answer: Result<Response, Failure>) -> Verdict {
    match answer {
        Ok(response) if response.is_success() && !response.is_page() => Verdict::Taken,
        Ok(response) => refusal(&response),
        Err(failure) => Verdict::Failed(fault::by_failure(failure, Effect::Writes)),
    }
}

fn refusal(response: &Response) -> Verdict {
    let body = response.json().unwrap_or(Value::Null);
    let error = body.get("error").unwrap_or(&Value::Null);
    let (code, message) = (json::text(error, "code"), json::text(error, "message").trim());
    let status = response.status;
    let words = match (code, message) {
        ("", "") => format!("the service answered {status}"),
        ("", words) | (words, "") => words.to_owned(),
        (code, message) => format!("{code}: {message}"),
    };
    let is_one_of = |list: &[&str]| list.iter().any(|part| code.to_ascii_lowercase().contains(part));
    let code = if code.is_empty() { status.to_string() } else { code.to_owned() };
    let failed = |kind| Verdict::Failed(fault(kind, words.clone()).with_code(code.clone()));
    match status {
        413 => Verdict::TooLarge(words),
        400..=499 if is_one_of(&TOO_LARGE) => Verdict::TooLarge(words),
        // Whoever answers a page is not the service.
        200..=499 if response.is_page() => {
            let message = format!("a web page came with status {status} where the service should answer");
            Verdict::Failed(fault(CallErrorKind::Protocol, message).with_code(status.to_string()))
        }
        400 if is_one_of(&CONCERNS_ALL) => failed(CallErrorKind::Rejected),
        400 => Verdict::Refused(words),
        403 => failed(CallErrorKind::Unauthorized),
        404 => failed(CallErrorKind::Rejected),
        // The service's own word that it failed; should some of it be there, it comes twice.
        500 => failed(CallErrorKind::Unavailable).waiting(fault::retry_after(response)),
        _ => match fault::by_status(response, Effect::Writes) {
            Some(error) => Verdict::Failed(CallError { message: words, code, ..error }),
            None => failed(CallErrorKind::Protocol),
        },
    }
}

// === impl Verdict ===

impl Verdict {
    fn waiting(self, seconds: Option<u32>) -> Self {
        match self {
            Self::Failed(error) => Self::Failed(error.with_retry_after(seconds)),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
