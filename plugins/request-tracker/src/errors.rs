//! What an error answer means.
//!
//! Every error of REST 2.0 is `{"message":"…"}`. Most refusals are no errors at all: a change that is refused answers 200, and what
//! it says is only known by reading the ticket; [`crate::tickets`] does that.
//!
//! | status | on | meaning |
//! |---|---|---|
//! | 400, 409, 413, 422 | | rejected |
//! | 403 | | rejected, code `right` |
//! | 404 | a ticket | gone |
//! | 404 | a queue or a user | rejected |
//! | 412 | | conflict: it has changed since it was read |
//! | other 4xx, 501 | | protocol |
//!
//! The rest is [`signalbox_sdk::fault::by_status`]. Source: answers of Request Tracker 5.0.3, and `RT::REST2` of that release.

use signalbox_sdk::fault::{self, Detail, fault};
use signalbox_sdk::http::{Effect, Response};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// The code of a refusal for lack of a right.
pub const RIGHT: &str = "right";
/// The code of a value that the server did not keep.
pub const NOT_KEPT: &str = "not-kept";

/// What a request named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A ticket.
    Ticket,
    /// Something that the settings or a mapping name: a queue, a user.
    Named,
    /// A collection, or the server itself.
    Collection,
}

/// The error in an answer that is not 2xx.
#[must_use]
pub fn classify(response: &Response, effect: Effect, place: Place) -> CallError {
    let words = words(response);
    let code = response.status.to_string();
    let as_kind = |kind, code: &str| {
        let words = if words.is_empty() { format!("Request Tracker answered {code}") } else { words.clone() };
        fault(kind, words).with_code(code)
    };
    if response.status == 501 {
        return as_kind(CallErrorKind::Protocol, &code);
    }
    if let Some(error) = fault::by_status(response, effect) {
        return CallError { message: if words.is_empty() { error.message.clone() } else { words }, ..error };
    }
    if response.is_page() {
        return page(response);
    }
    match (response.status, place) {
        (403, _) => as_kind(CallErrorKind::Rejected, RIGHT),
        (404, Place::Ticket) => as_kind(CallErrorKind::Gone, &code),
        (404, Place::Named) | (400 | 409 | 413 | 422, _) => as_kind(CallErrorKind::Rejected, &code),
        (412, _) => as_kind(CallErrorKind::Conflict, &code),
        _ => as_kind(CallErrorKind::Protocol, &code),
    }
}

/// A page where JSON should be: a login form, a proxy, the address of another application. Nothing was written.
#[must_use]
pub fn page(response: &Response) -> CallError {
    let message =
        format!("a web page came with status {} where Request Tracker's REST 2.0 should answer", response.status);
    fault(CallErrorKind::Protocol, message).with_code(response.status.to_string())
}

/// The server's words, without the place in its own code that some of them end with.
fn words(response: &Response) -> String {
    let body = response.json().unwrap_or_default();
    let words = json::text(&body, "message").trim();
    words.rsplit_once(" at /").map_or(words, |(words, _)| words).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable};

    fn answer(status: u16, content_type: &str, body: &str) -> Response {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Response { status, headers, body: body.as_bytes().to_vec() }
    }

    fn refusal(status: u16, words: &str) -> Response {
        answer(status, "application/json; charset=utf-8", &serde_json::json!({"message": words}).to_string())
    }

    #[test]
    fn each_refusal_has_its_kind() {
        use Effect::{Reads, Writes};
        for (status, words, effect, place, kind, code) in [
            (400, "Status 'x' isn't a valid status", Writes, Place::Collection, Rejected, "400"),
            (401, "Unauthorized", Reads, Place::Ticket, Unauthorized, "401"),
            (403, "No permission to create tickets", Writes, Place::Collection, Rejected, RIGHT),
            (404, "Not Found", Reads, Place::Ticket, Gone, "404"),
            (404, "Not Found", Reads, Place::Named, Rejected, "404"),
            (404, "Not Found", Reads, Place::Collection, Protocol, "404"),
            (406, "Not Acceptable", Reads, Place::Ticket, Protocol, "406"),
            (412, "Precondition Failed", Writes, Place::Ticket, Conflict, "412"),
            (415, "Unsupported Media Type", Writes, Place::Ticket, Protocol, "415"),
            (429, "", Writes, Place::Ticket, Throttled, "429"),
            (500, "Internal Server Error", Writes, Place::Ticket, OutcomeUnknown, "500"),
            (500, "Internal Server Error", Reads, Place::Ticket, Unavailable, "500"),
            (501, "Not Implemented", Writes, Place::Ticket, Protocol, "501"),
            (503, "", Writes, Place::Ticket, Unavailable, "503"),
        ] {
            let error = classify(&refusal(status, words), effect, place);
            assert_eq!((error.kind, error.code.as_str()), (kind, code), "{status} {place:?}");
            assert!(!error.message.is_empty() && error.message.contains(words), "{status}: {}", error.message);
        }
    }

    #[test]
    fn the_server_s_own_code_is_not_shown_to_people() {
        let words = "Unknown field: Bogus at /usr/share/request-tracker5/lib/RT/Tickets.pm line 3187.\n";
        let error = classify(&refusal(400, words), Effect::Reads, Place::Collection);
        assert_eq!(error.message, "Unknown field: Bogus");
    }

    #[test]
    fn a_login_and_a_page_are_not_the_api() {
        let login = answer(302, "text/plain", "Login required");
        assert_eq!(classify(&login, Effect::Writes, Place::Ticket).kind, Protocol);
        let other = answer(404, "text/html; charset=utf-8", "<html><body>Page not found</body></html>");
        let error = classify(&other, Effect::Reads, Place::Ticket);
        assert_eq!((error.kind, error.code.as_str()), (Protocol, "404"));
    }
}
