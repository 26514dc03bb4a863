//! Why an API refuses a call, in the shape of that API.

use http::{HeaderName, StatusCode, header};
use serde_json::{Value, json};

use crate::shared::Answer;

/// What JSON answers are sent as.
pub const JSON: &str = "application/json; charset=utf-8";

/// What queries name their errors by.
const CORRELATION: &str = "b2c1f6d8-64a0-4c9e-8e57-3f0a9d7c5b12";

/// How an API words errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `{"error":{"code","message"}}`.
    Management,
    /// The same, and the code in `x-ms-error-code`.
    Ingestion,
    /// `{"code","message"}`: metrics and the activity log.
    Insights,
    /// `{"error":{"message","code","correlationId","innererror"}}`.
    Query,
}

/// An error of an API.
#[derive(Debug, Clone)]
pub struct Refusal {
    shape: Shape,
    status: StatusCode,
    code: String,
    words: String,
    inner: Value,
    headers: Vec<(HeaderName, String)>,
}

// === impl Refusal ===

impl Refusal {
    /// A refusal with this code and these words.
    #[must_use]
    pub fn new(shape: Shape, status: StatusCode, code: &str, words: &str) -> Self {
        Self { shape, status, code: code.to_owned(), words: words.to_owned(), inner: Value::Null, headers: Vec::new() }
    }

    /// 400 of metrics and the activity log.
    #[must_use]
    pub fn bad_request(words: &str) -> Self {
        Self::new(Shape::Insights, StatusCode::BAD_REQUEST, "BadRequest", words)
    }

    /// Too many requests; come back after so many seconds.
    #[must_use]
    pub fn throttled(shape: Shape, retry_after: u64) -> Self {
        let (code, words) = match shape {
            Shape::Query => ("ThrottledError", "Rate limit is exceeded".to_owned()),
            _ => ("TooManyRequests", format!("Too many requests. Please retry after {retry_after} seconds.")),
        };
        Self::new(shape, StatusCode::TOO_MANY_REQUESTS, code, &words)
            .with(header::RETRY_AFTER, &retry_after.to_string())
    }

    /// With one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With what is wrong in more detail, as queries tell it.
    #[must_use]
    pub fn because(mut self, code: &str, words: &str) -> Self {
        self.inner = json!({ "code": code, "message": words });
        self
    }

    /// As it is sent.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let mut answer = Answer::json(self.status, JSON, &self.body());
        if self.shape == Shape::Ingestion {
            answer = answer.with_text(HeaderName::from_static("x-ms-error-code"), &self.code);
        }
        for (name, value) in &self.headers {
            answer = answer.with_text(name.clone(), value);
        }
        answer
    }

    fn body(&self) -> Value {
        let (code, words) = (&self.code, &self.words);
        match self.shape {
            Shape::Management | Shape::Ingestion => json!({ "error": { "code": code, "message": words } }),
            Shape::Insights => json!({ "code": code, "message": words }),
            Shape::Query if self.inner.is_null() => {
                json!({ "error": { "message": words, "code": code, "correlationId": CORRELATION } })
            }
            Shape::Query => json!({
                "error": { "message": words, "code": code, "correlationId": CORRELATION, "innererror": self.inner }
            }),
        }
    }
}
