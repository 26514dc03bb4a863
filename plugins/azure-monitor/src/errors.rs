//! What an error answer means.
//!
//! Azure Resource Manager answers `{"error":{"code","message"}}`, some of its providers `{"code","message"}`, and the query service
//! the first with `innererror` inside, which says more:
//!
//! | status | code | meaning |
//! |---|---|---|
//! | 401 | | unauthorized |
//! | 403 | | rejected: a role is missing, on one subscription perhaps |
//! | 404 | `SubscriptionNotFound`, `InvalidSubscriptionId` | rejected: the settings list a subscription that this directory lacks |
//! | 404, 410 | any other | gone; alerts vanish after 30 days |
//! | 409, 412 | | conflict |
//! | 400, 413, 422 | | rejected |
//! | 429 | | throttled, with `Retry-After` |
//! | other 4xx, and each page of HTML | | protocol |
//!
//! The rest is [`signalbox_sdk::fault::by_status`]. Source: Microsoft's page on common errors of Azure Resource Manager.

use serde_json::Value;
use signalbox_sdk::fault::{self, Detail, fault};
use signalbox_sdk::http::{Effect, Response};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// Codes of a subscription that is not there for these credentials.
const NO_SUBSCRIPTION: [&str; 2] = ["SubscriptionNotFound", "InvalidSubscriptionId"];

/// The error in an answer that is not 2xx.
#[must_use]
pub fn classify(response: &Response, effect: Effect) -> CallError {
    let (code, words) = said(&response.json().unwrap_or(Value::Null));
    let code = if code.is_empty() { response.status.to_string() } else { code };
    let message = |other: String| if words.is_empty() { other } else { words.clone() };
    if let Some(error) = fault::by_status(response, effect) {
        return CallError { message: message(error.message.clone()), code, ..error };
    }
    if response.is_page() {
        return page(response);
    }
    let kind = match response.status {
        404 if NO_SUBSCRIPTION.contains(&code.as_str()) => CallErrorKind::Rejected,
        404 | 410 => CallErrorKind::Gone,
        409 | 412 => CallErrorKind::Conflict,
        400 | 403 | 413 | 422 => CallErrorKind::Rejected,
        _ => CallErrorKind::Protocol,
    };
    fault(kind, message(format!("Azure answered {}", response.status))).with_code(code)
}

/// A page where JSON should be: a proxy, a login form. Nothing was written.
#[must_use]
pub fn page(response: &Response) -> CallError {
    let message = format!("a web page came with status {} where Azure's API should answer", response.status);
    fault(CallErrorKind::Protocol, message).with_code(response.status.to_string())
}

/// The code and the words of an error, the innermost words added where they say something new.
fn said(body: &Value) -> (String, String) {
    let error = body.get("error").unwrap_or(body);
    let mut words = json::text(error, "message").trim().to_owned();
    let mut inner = error.get("innererror");
    while let Some(deeper) = inner.and_then(|inner| inner.get("innererror")) {
        inner = Some(deeper);
    }
    let innermost = inner.map_or("", |inner| json::text(inner, "message").trim());
    if !innermost.is_empty() && !words.contains(innermost) {
        words = format!("{words} {innermost}").trim().to_owned();
    }
    (json::text(error, "code").trim().to_owned(), words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected, Throttled, Unauthorized, Unavailable};
    use serde_json::json;

    fn answer(status: u16, body: &Value) -> Response {
        let headers = vec![("content-type".into(), "application/json".into()), ("retry-after".into(), "17".into())];
        Response { status, headers, body: body.to_string().into_bytes() }
    }

    #[test]
    fn each_status_has_its_meaning() {
        for (status, code, read, write) in [
            (400, "BadRequest", Rejected, Rejected),
            (401, "InvalidAuthenticationToken", Unauthorized, Unauthorized),
            (403, "AuthorizationFailed", Rejected, Rejected),
            (404, "NotFound", Gone, Gone),
            (404, "SubscriptionNotFound", Rejected, Rejected),
            (405, "", Protocol, Protocol),
            (409, "Conflict", Conflict, Conflict),
            (429, "TooManyRequests", Throttled, Throttled),
            (500, "InternalServerError", Unavailable, OutcomeUnknown),
            (503, "ServerBusy", Unavailable, Unavailable),
        ] {
            let response = answer(status, &json!({"error": {"code": code, "message": "as it is"}}));
            for (effect, kind) in [(Effect::Reads, read), (Effect::Writes, write)] {
                let error = classify(&response, effect);
                assert_eq!((error.kind, error.message.as_str()), (kind, "as it is"), "{status} {code}");
                assert_eq!(error.code, if code.is_empty() { "405" } else { code });
            }
        }
        assert_eq!(classify(&answer(429, &json!({})), Effect::Reads).retry_after, Some(17));
    }

    #[test]
    fn words_are_found_where_each_service_has_them() {
        for (body, code, words) in [
            (json!({"code": "BadRequest", "message": "no such metric"}), "BadRequest", "no such metric"),
            (
                json!({"error": {"code": "BadArgumentError", "message": "The request had some invalid properties",
                    "innererror": {"code": "SyntaxError", "message": "A recognition error occurred",
                        "innererror": {"message": "no viable alternative at '|'"}}}}),
                "BadArgumentError",
                "The request had some invalid properties no viable alternative at '|'",
            ),
            (json!([]), "400", "Azure answered 400"),
        ] {
            let error = classify(&answer(400, &body), Effect::Reads);
            assert_eq!((error.code.as_str(), error.message.as_str()), (code, words));
        }
    }

    #[test]
    fn a_page_is_not_azure_s_api() {
        for status in [200, 403, 404] {
            let headers = vec![("content-type".into(), "text/html".into())];
            let response = Response { status, headers, body: b"<html>blocked</html>".to_vec() };
            let error = if status == 200 { page(&response) } else { classify(&response, Effect::Writes) };
            assert_eq!((error.kind, error.code), (Protocol, status.to_string()));
        }
    }
}
