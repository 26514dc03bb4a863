//! What an error answer means.
//!
//! Every error of the Web API is `{"error":{"code":"0x…","message":"…"}}`; the code says more than the status:
//!
//! | status | code | meaning |
//! |---|---|---|
//! | 403 | `0x80072560` | unauthorized: the application has no user in this organisation |
//! | 403 | any other | rejected: a privilege is missing |
//! | 400 | `0x800404cf` | conflict: it is closed already |
//! | 404 | `0x8006088a`, `0x80060888` | unsupported: there is no such table or action |
//! | 404, 410 | any other, on a row | gone |
//! | 412 | `0x80060882` | conflict: it has changed since it was read |
//! | 412 | `0x80060892` | rejected: the key is taken; [`crate::tickets`] looks by whom |
//! | 501 | | unsupported |
//! | 400, 404, 409, 412, 413, 422 | any other | rejected, with the column where the words name one |
//! | 429 | `0x80072321`, `0x80072322`, `0x80072326` | throttled, whichever of the three limits it was |
//! | other 4xx | | protocol |
//!
//! The rest is [`signalbox_sdk::fault::by_status`]. A plugin of the organisation that forbids a write is a 400 like any other
//! refusal; [`crate::tickets`] looks whether the ticket's state was the reason. Sources: Microsoft's list of Web service error codes,
//! and what its own Python client meets.

use serde_json::Value;
use signalbox_sdk::fault::{self, Detail, fault};
use signalbox_sdk::http::{Effect, Response};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// The code of a write whose `If-Match` no longer holds.
pub const CHANGED_MEANWHILE: &str = "0x80060882";
/// The code of a row whose alternate key another row has.
pub const KEY_IS_TAKEN: &str = "0x80060892";
/// The code of closing what is closed.
const CLOSED_ALREADY: &str = "0x800404cf";
/// The code of an application without a user.
const NO_USER: &str = "0x80072560";
/// The codes of an address that names nothing.
const NO_SUCH_PLACE: [&str; 2] = ["0x8006088a", "0x80060888"];

/// What a request named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// One row.
    Row,
    /// A table, or an action.
    Collection,
}

/// The error in an answer that is not 2xx.
#[must_use]
pub fn classify(response: &Response, effect: Effect, place: Place) -> CallError {
    let body = response.json().unwrap_or(Value::Null);
    let error = body.get("error").unwrap_or(&Value::Null);
    let words = json::text(error, "message").trim();
    let code = json::text(error, "code").trim().to_ascii_lowercase();
    let said = |other: String| if words.is_empty() { other } else { words.to_owned() };
    if let Some(error) = fault::by_status(response, effect).filter(|_| response.status != 501) {
        let code = Some(code).filter(|code| is_telling(code)).unwrap_or_else(|| error.code.clone());
        return CallError { message: said(error.message.clone()), code, ..error };
    }
    if response.is_page() {
        return page(response);
    }
    let kind = match (response.status, code.as_str()) {
        (403, NO_USER) => CallErrorKind::Unauthorized,
        (_, CLOSED_ALREADY) | (412, CHANGED_MEANWHILE) => CallErrorKind::Conflict,
        (404, code) if NO_SUCH_PLACE.contains(&code) => CallErrorKind::Unsupported,
        (501, _) => CallErrorKind::Unsupported,
        (404 | 410, _) if place == Place::Row => CallErrorKind::Gone,
        (400 | 403 | 404 | 409 | 410 | 412 | 413 | 422, _) => CallErrorKind::Rejected,
        _ => CallErrorKind::Protocol,
    };
    let status = response.status.to_string();
    let error = fault(kind, said(format!("the organisation answered {status}")));
    let error = error.with_code(if is_telling(&code) { code } else { status });
    if kind == CallErrorKind::Rejected { error.with_field(column_in(words)) } else { error }
}

/// A page where JSON should be: a login form, a proxy, an organisation in maintenance. Nothing was written.
#[must_use]
pub fn page(response: &Response) -> CallError {
    let message =
        format!("a web page came with status {} where the organisation's Web API should answer", response.status);
    fault(CallErrorKind::Protocol, message).with_code(response.status.to_string())
}

/// `0x0` and nothing say nothing.
fn is_telling(code: &str) -> bool {
    !code.is_empty() && code.trim_start_matches("0x").bytes().any(|byte| byte != b'0')
}

/// The column that a refusal names: the first name in quotes after the word property, attribute, column or field.
fn column_in(words: &str) -> String {
    let lower = words.to_ascii_lowercase();
    let after = ["property '", "attribute '", "column '", "field '", "length of the '"];
    let starts = after.iter().filter_map(|mark| lower.find(mark).map(|at| at + mark.len()));
    let rest = starts.min().and_then(|start| words.get(start..));
    let name = rest.and_then(|rest| rest.split('\'').next()).unwrap_or_default();
    // A binding is refused by its annotation: the navigation property is what a person looks for.
    name.split('@').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
