//! What an error answer means.
//!
//! A commit that Service Manager refuses is answered `{"success":false,"exception":"…"}`, with status 500 or 200; the exception's
//! words are those of its .NET library, in the server's language. Other refusals are those of ASP.NET, `{"Message":"…"}`.
//!
//! | status | words | meaning |
//! |---|---|---|
//! | any | `success` is false | rejected, code `refused`; [`crate::tickets`] looks whether people were quicker |
//! | any | the same, and the server's own services are down or slow | unavailable, or unknown for a write that was under way |
//! | 403 | | unauthorized: the portal tells no rights from credentials |
//! | 404 | | unsupported: there is no such call at this address |
//! | 400, 409, 413, 422 | | rejected |
//! | other 4xx | | protocol |
//!
//! The rest is [`signalbox_sdk::fault::by_status`]. Sources: public clients of the portal for the shapes; ASP.NET Web API and the
//! SDK's exceptions for the words.

use serde_json::Value;
use signalbox_sdk::fault::{self, Detail, fault, unless_it_wrote};
use signalbox_sdk::http::{Effect, Response};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// The code of a commit that Service Manager refuses.
pub const REFUSED: &str = "refused";

/// What the server says when it could not even begin.
const DOWN: [&str; 2] = ["not running or not yet initialized", "could not connect to"];
/// What it says when it does not know itself.
const INTERRUPTED: [&str; 4] = ["timed out", "timeout", "disconnected from the server", "deadlock"];

/// The error in an answer that is not 2xx.
#[must_use]
pub fn classify(response: &Response, effect: Effect) -> CallError {
    let body = response.json();
    if let Some(error) = body.as_ref().and_then(|body| refusal(body, effect)) {
        return error;
    }
    let words = body.as_ref().map(words).unwrap_or_default();
    let code = response.status.to_string();
    if let Some(error) = fault::by_status(response, effect) {
        return if words.is_empty() { error } else { CallError { message: words, ..error } };
    }
    let say = |kind| {
        let message = if words.is_empty() { format!("the portal answered {code}") } else { words.clone() };
        fault(kind, message).with_code(code.clone())
    };
    match response.status {
        403 => say(CallErrorKind::Unauthorized),
        404 => say(CallErrorKind::Unsupported),
        _ if response.is_page() => page(response),
        400 | 409 | 413 | 422 => say(CallErrorKind::Rejected),
        _ => say(CallErrorKind::Protocol),
    }
}

/// What a body says that is Service Manager's no, whatever its status.
#[must_use]
pub fn refusal(body: &Value, effect: Effect) -> Option<CallError> {
    if body.get("success").and_then(Value::as_bool) != Some(false) {
        return None;
    }
    let words = words(body);
    let lower = words.to_lowercase();
    let kind = if DOWN.iter().any(|part| lower.contains(part)) {
        CallErrorKind::Unavailable
    } else if INTERRUPTED.iter().any(|part| lower.contains(part)) {
        unless_it_wrote(effect, CallErrorKind::Unavailable)
    } else {
        CallErrorKind::Rejected
    };
    let words = if words.is_empty() { "Service Manager refuses, and does not say why".to_owned() } else { words };
    Some(fault(kind, words).with_code(REFUSED))
}

/// A page where JSON should be: a login form, a proxy. Nothing was written.
#[must_use]
pub fn page(response: &Response) -> CallError {
    let message = format!("a web page came with status {} where the portal's API should answer", response.status);
    fault(CallErrorKind::Protocol, message).with_code(response.status.to_string())
}

/// The most telling words of an error's body.
fn words(body: &Value) -> String {
    let names = ["exception", "ExceptionMessage", "MessageDetail", "Message", "message"];
    let said = names.into_iter().map(|name| json::text(body, name).trim()).find(|words| !words.is_empty());
    said.or_else(|| body.as_str()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use CallErrorKind::{OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable, Unsupported};
    use serde_json::json;

    fn answer(status: u16, content_type: &str, body: &str) -> Response {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        Response { status, headers, body: body.as_bytes().to_vec() }
    }

    fn refused(exception: &str) -> String {
        json!({"success": false, "exception": exception}).to_string()
    }

    #[test]
    fn each_answer_has_its_meaning() {
        let denied = r#"{"Message":"Authorization has been denied for this request."}"#;
        let unknown = r#"{"Message":"No HTTP resource was found that matches the request URI."}"#;
        let down = "The Data Access service is either not running or not yet initialized.";
        for (status, body, read, write) in [
            (500, refused("The property Title is too long."), Rejected, Rejected),
            (500, refused(down), Unavailable, Unavailable),
            (500, refused("The operation has timed out."), Unavailable, OutcomeUnknown),
            (500, r#"{"Message":"An error has occurred."}"#.to_owned(), Unavailable, OutcomeUnknown),
            (401, denied.to_owned(), Unauthorized, Unauthorized),
            (403, denied.to_owned(), Unauthorized, Unauthorized),
            (404, unknown.to_owned(), Unsupported, Unsupported),
            (400, r#"{"Message":"The request is invalid."}"#.to_owned(), Rejected, Rejected),
            (400, "<html></html>".to_owned(), Protocol, Protocol),
            (405, String::new(), Protocol, Protocol),
            (429, String::new(), Throttled, Throttled),
            (503, "<html></html>".to_owned(), Unavailable, Unavailable),
            (504, String::new(), Unavailable, OutcomeUnknown),
        ] {
            let response = answer(status, "application/json", &body);
            assert_eq!(classify(&response, Effect::Reads).kind, read, "{status} {body}");
            assert_eq!(classify(&response, Effect::Writes).kind, write, "{status} {body}");
        }
    }

    #[test]
    fn words_are_the_portal_s_own() {
        let error = classify(&answer(500, "application/json", &refused(" no such user ")), Effect::Writes);
        assert_eq!((error.message.as_str(), error.code.as_str()), ("no such user", REFUSED));
        let body = r#"{"Message":"An error has occurred.","ExceptionMessage":"Criteria are wrong."}"#;
        assert_eq!(classify(&answer(500, "application/json", body), Effect::Reads).message, "Criteria are wrong.");
        assert_eq!(classify(&answer(400, "application/json", "\"bad\""), Effect::Reads).message, "bad");
    }

    #[test]
    fn what_is_no_refusal_is_none() {
        for body in [json!([]), json!({"success": true}), json!({"BaseId": "x"}), json!(null)] {
            assert_eq!(refusal(&body, Effect::Writes), None, "{body}");
        }
    }
}
