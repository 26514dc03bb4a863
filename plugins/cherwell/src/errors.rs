//! What an error answer means.
//!
//! An error of the interface is `{"errorCode","errorMessage","hasError":true}`, and its status says little: an unknown record is a
//! 500, and a value that is refused a 200. So the code decides before the status:
//!
//! | code | status | meaning |
//! |---|---|---|
//! | `RECORDNOTFOUND` | any | gone, where one record was named |
//! | any other | any but 401, 408, 429, 503 | rejected: the system has understood, and will not |
//! | none | 400, 402, 403, 409, 413, 422 | rejected |
//! | none | 404, 405 | protocol: the address is not this interface's |
//! | none | other 4xx | protocol |
//!
//! The rest is [`signalbox_sdk::fault::by_status`]. An error of the web server below is `{"Message"}`, without a code. Sources: the
//! interface's own description (10.5), and answers recorded from systems by public integrations.

use serde_json::Value;
use signalbox_sdk::fault::{self, Detail, fault};
use signalbox_sdk::http::{Effect, Response};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// The code of a record that is not there.
pub const NOT_FOUND: &str = "RECORDNOTFOUND";

/// What a request named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One record.
    Record,
    /// Anything else.
    Elsewhere,
}

/// The error in an answer that is not 2xx.
#[must_use]
pub fn classify(response: &Response, effect: Effect, place: Place) -> CallError {
    let words = Words::of(&response.json().unwrap_or_default());
    let at_the_door = matches!(response.status, 401 | 408 | 429 | 503);
    if !words.code.is_empty() && !at_the_door {
        return words.error(place);
    }
    if let Some(error) = fault::by_status(response, effect) {
        return CallError { message: words.or(error.message.clone()), ..error };
    }
    if response.is_page() {
        return page(response);
    }
    let kind = match response.status {
        400 | 402 | 403 | 409 | 413 | 422 => CallErrorKind::Rejected,
        _ => CallErrorKind::Protocol,
    };
    let hint = match response.status {
        404 | 405 => "; is the application's name, /CherwellAPI say, part of the connection's `url`?",
        _ => "",
    };
    let code = response.status.to_string();
    fault(kind, format!("{}{hint}", words.or(format!("the system answered {code}")))).with_code(code)
}

/// The error inside an answer that says 2xx; none where there is none.
#[must_use]
pub fn within(body: &Value, place: Place) -> Option<CallError> {
    let words = Words::of(body);
    let says_so = body.get("hasError").is_some_and(|flag| *flag == Value::Bool(true));
    (says_so || !words.code.is_empty()).then(|| words.error(place))
}

/// A page where JSON should be: a login form, a proxy. Nothing was written.
#[must_use]
pub fn page(response: &Response) -> CallError {
    let message = format!("a web page came with status {} where the system's API should answer", response.status);
    fault(CallErrorKind::Protocol, message).with_code(response.status.to_string())
}

/// The words of an error.
struct Words {
    code: String,
    message: String,
}

// === impl Words ===

impl Words {
    fn of(body: &Value) -> Self {
        // Some answers are JSON within a JSON string.
        let inner = body.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let body = inner.as_ref().unwrap_or(body);
        let first = |names: [&str; 3]| {
            let texts = names.map(|name| json::text(body, name).trim());
            texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
        };
        Self {
            code: json::text(body, "errorCode").trim().to_owned(),
            message: first(["errorMessage", "Message", "message"]),
        }
    }

    fn or(&self, other: String) -> String {
        if self.message.is_empty() { other } else { self.message.clone() }
    }

    fn error(&self, place: Place) -> CallError {
        let is_gone = self.code.eq_ignore_ascii_case(NOT_FOUND) && place == Place::Record;
        let kind = if is_gone { CallErrorKind::Gone } else { CallErrorKind::Rejected };
        fault(kind, self.or(format!("the system answered {}", self.code))).with_code(self.code.clone())
    }
}

#[cfg(test)]
mod tests;
