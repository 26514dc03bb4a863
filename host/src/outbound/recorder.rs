//! The last request and its answer, for the person who asks why a ticket is parked.
//!
//! It stands between a plugin and its connection, where no credential has been added yet and none is left.

use crate::domain::{CallBudget, HttpError, HttpRequest, HttpResponse, Outbound};
use serde::Serialize;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// A way out that remembers its last request.
pub struct Recorder {
    inner: Arc<dyn Outbound>,
    last: Mutex<Option<Recorded>>,
}

/// A request and what came of it, cut to a readable size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// In capitals.
    pub method: String,
    /// As the plugin wrote it: relative to the connection, or whole.
    pub url: String,
    /// At most 4 KB, cut with a mark.
    pub request_body: String,
    /// None where there was no answer.
    pub status: Option<u16>,
    /// At most 4 KB, cut with a mark; empty where there was no answer.
    pub response_body: String,
    /// Why there was no answer; none while the request is under way, and where it was answered.
    pub error: Option<String>,
}

const LONGEST_BODY: usize = 4096;

// === impl Recorder ===

impl Recorder {
    /// Remembers what goes through to `inner`.
    #[must_use]
    pub fn new(inner: Arc<dyn Outbound>) -> Self {
        Self { inner, last: Mutex::default() }
    }

    /// The last request; one that was cut has neither status nor error.
    #[must_use]
    pub fn last(&self) -> Option<Recorded> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, recorded: Recorded) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
    }
}

#[async_trait::async_trait]
impl Outbound for Recorder {
    async fn send(&self, request: HttpRequest, budget: CallBudget) -> Result<HttpResponse, HttpError> {
        let begun = Recorded::begin(&request);
        // Kept before it is sent: a call that is cut never comes back here.
        self.keep(begun.clone());
        let outcome = self.inner.send(request, budget).await;
        self.keep(begun.end(&outcome));
        outcome
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Recorder").field("last", &self.last()).finish_non_exhaustive()
    }
}

// === impl Recorded ===

impl Recorded {
    /// A request that is about to be sent.
    #[must_use]
    pub fn begin(request: &HttpRequest) -> Self {
        Self {
            method: request.method.clone(),
            url: request.target.clone(),
            request_body: cut(&request.body),
            status: None,
            response_body: String::new(),
            error: None,
        }
    }

    fn end(self, outcome: &Result<HttpResponse, HttpError>) -> Self {
        match outcome {
            Ok(answer) => Self { status: Some(answer.status), response_body: cut(&answer.body), ..self },
            Err(error) => Self { error: Some(error.to_string()), ..self },
        }
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{} {}", self.method, self.url)?;
        if !self.request_body.is_empty() {
            writeln!(out, "{}", self.request_body)?;
        }
        match (self.status, &self.error) {
            (Some(status), _) => write!(out, "\n{status}\n{}", self.response_body),
            (None, Some(error)) => write!(out, "\n{error}"),
            (None, None) => write!(out, "\nno answer yet"),
        }
    }
}

/// Text of a body; what is not text shows as marks.
fn cut(body: &[u8]) -> String {
    let shown = body.get(..LONGEST_BODY).unwrap_or(body);
    let mut text = String::from_utf8_lossy(shown).into_owned();
    if shown.len() < body.len() {
        // A character that was cut in two became a mark of its own.
        text.truncate(text.trim_end_matches('\u{fffd}').len());
        text.push_str(&format!("… ({} bytes in all)", body.len()));
    }
    text
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;
