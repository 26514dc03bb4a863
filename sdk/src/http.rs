//! Requests and answers as a plugin's core speaks of them: one set of types for adapters, monitors and sinks.
//!
//! The contract gives each kind of plugin its own copy of these records; [`crate::host`] translates. A request says whether it
//! [writes](Effect), since that decides what a missing answer means.

use crate::percent;
use serde_json::Value;

/// What a request may have done, should no answer tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it can be repeated.
    Reads,
    /// Something, perhaps.
    Writes,
}

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// In capitals.
    pub method: &'static str,
    /// Path and query under the connection's base path, percent-encoded.
    pub target: String,
    /// Names and values; the host adds credentials.
    pub headers: Vec<(String, String)>,
    /// Empty for none.
    pub body: Vec<u8>,
    /// Whether it changes something on the platform.
    pub effect: Effect,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Vec<u8>,
}

/// Why nothing usable came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Policy forbids it; the words say which grant is missing.
    Denied(String),
    /// Surely not sent.
    NotSent(String),
    /// Sent, and no whole answer came.
    OutcomeUnknown(String),
    /// The answer is larger than the connection allows: the limit in bytes.
    TooLarge(u64),
}

// === impl Request ===

impl Request {
    /// A request that changes nothing and asks for JSON.
    #[must_use]
    pub fn get(path: &str, query: &[(&str, &str)]) -> Self {
        Self {
            method: "GET",
            target: percent::target(path, query),
            headers: vec![("accept".into(), "application/json".into())],
            body: Vec::new(),
            effect: Effect::Reads,
        }
    }

    /// A request that carries JSON, asks for JSON, and writes.
    #[must_use]
    pub fn send_json(method: &'static str, path: &str, query: &[(&str, &str)], body: &Value) -> Self {
        Self {
            method,
            target: percent::target(path, query),
            headers: vec![
                ("accept".into(), "application/json".into()),
                ("content-type".into(), "application/json".into()),
            ],
            body: body.to_string().into_bytes(),
            effect: Effect::Writes,
        }
    }

    /// The same, for what changes nothing in spite of its method: a search by POST.
    #[must_use]
    pub fn that_only_reads(mut self) -> Self {
        self.effect = Effect::Reads;
        self
    }
}

// === impl Response ===

impl Response {
    /// A header's value; the name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON; none where it is something else.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether this is a page for a browser: a login form, a proxy's apology, an instance that sleeps.
    #[must_use]
    pub fn is_page(&self) -> bool {
        let says_so = self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
        says_so || self.body.trim_ascii_start().starts_with(b"<")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(content_type: &str, body: &str) -> Response {
        Response {
            status: 200,
            headers: vec![("content-type".into(), content_type.into())],
            body: body.as_bytes().to_vec(),
        }
    }

    #[test]
    fn a_get_reads_and_asks_for_json() {
        let request = Request::get("/api/x", &[("q", "a b")]);
        assert_eq!((request.target.as_str(), request.effect), ("/api/x?q=a%20b", Effect::Reads));
        assert_eq!(request.headers, [("accept".to_owned(), "application/json".to_owned())]);
    }

    #[test]
    fn a_post_writes_unless_it_says_otherwise() {
        let request = Request::send_json("POST", "/search", &[], &json!({"q": 1}));
        assert_eq!((request.effect, request.body.as_slice()), (Effect::Writes, br#"{"q":1}"#.as_slice()));
        assert_eq!(request.that_only_reads().effect, Effect::Reads);
    }

    #[test]
    fn a_page_is_known_by_its_type_or_its_first_character() {
        for (content_type, body, page) in [
            ("text/html;charset=UTF-8", "sleeping", true),
            ("application/json", "\n <html></html>", true),
            ("application/json", "{\"a\":\"<b>\"}", false),
            ("", "", false),
        ] {
            assert_eq!(answer(content_type, body).is_page(), page, "{content_type} {body}");
        }
    }
}
