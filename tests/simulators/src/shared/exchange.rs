//! One request and its answer, as a platform sees them: whole, in memory, with nothing of sockets in them.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use serde::Serialize;

/// A simulated platform: answers come from its own memory, at once. Whatever delays, loses or replaces an answer stands
/// outside of it.
pub trait Platform: Send + Sync + 'static {
    /// What the call is about, in the word that fault selectors use (a table, a record type); empty where nothing.
    fn subject(&self, call: &Call) -> String;

    /// Does what is asked and says what came of it.
    fn answer(&self, call: &Call) -> Answer;

    /// How this platform words what a fault makes it say to this call.
    fn canned(&self, canned: Canned, call: &Call) -> Answer;
}

/// What a fault makes a platform say, in the platform's own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Canned {
    /// An error of the server, or of what stands before it.
    Failure(StatusCode),
    /// Too many requests; come back after so many seconds.
    Throttled(u64),
    /// The credentials are refused, whatever they are.
    Unauthenticated,
    /// A page for people where JSON was asked for, with status 200.
    Page,
}

/// A whole request.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its method.
    pub method: Method,
    /// The path, still percent-encoded, without the query.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Parameters,
    /// Path and query as they came.
    pub target: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its whole body.
    pub body: Bytes,
    /// `http://127.0.0.1:4711`: what links in answers begin with.
    pub base: String,
}

/// Names and values of a query string or a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(pub Vec<(String, String)>);

/// What a platform answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// All headers but the length.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// Who was asking, for the journal; none where nobody was known.
    pub user: Option<String>,
}

// === impl Call ===

impl Call {
    /// A header's value where it is text.
    #[must_use]
    pub fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body's media type in lower case, without parameters; none where none was sent.
    #[must_use]
    pub fn content_type(&self) -> Option<String> {
        let value = self.header(header::CONTENT_TYPE)?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }
}

// === impl Parameters ===

impl Parameters {
    /// Reads `a=1&b=2`, percent and plus decoded.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(text).into_owned().collect())
    }

    /// The first value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the name's value is `true`.
    #[must_use]
    pub fn is_true(&self, name: &str) -> bool {
        self.get(name) == Some("true")
    }
}

// === impl Answer ===

impl Answer {
    /// A status with nothing else.
    #[must_use]
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new(), user: None }
    }

    /// JSON under the given media type.
    #[must_use]
    pub fn json(status: StatusCode, media_type: &'static str, body: &impl Serialize) -> Self {
        // A value built in memory always serialises; an empty body would be seen by the first test that reads it.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self { body: body.into(), ..Self::empty(status) }
            .with(header::CONTENT_TYPE, HeaderValue::from_static(media_type))
    }

    /// A page for people.
    #[must_use]
    pub fn page(status: StatusCode, body: &'static str) -> Self {
        Self { body: Bytes::from_static(body.as_bytes()), ..Self::empty(status) }
            .with(header::CONTENT_TYPE, HeaderValue::from_static("text/html;charset=UTF-8"))
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// With one more header, left out where its value cannot stand in one.
    #[must_use]
    pub fn with_text(self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => self.with(name, value),
            Err(_) => self,
        }
    }

    /// As asked by this user.
    #[must_use]
    pub fn by(mut self, user: &str) -> Self {
        self.user = Some(user.to_owned());
        self
    }
}
