//! Azure's REST APIs: requests, and answers that are checked to be JSON objects.
//!
//! A page with status 200 is `protocol`; any other unreadable answer to a write is `outcome-unknown`.

use crate::errors;
use crate::settings::Settings;
use serde_json::Value;
use signalbox_sdk::fault::{self, fault, unless_it_wrote};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Effect, Failure, Request, Response};
use signalbox_sdk::types::{CallError, CallErrorKind};
use std::time::Duration;

/// Speaks to Azure.
#[derive(Debug)]
pub struct Client<'a, H> {
    /// What sends.
    pub host: &'a H,
    /// The operator's.
    pub settings: &'a Settings,
}

// === impl Client ===

impl<H: Http + Log> Client<'_, H> {
    /// Sends one request.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn send(&self, request: Request) -> Result<Value, CallError> {
        let effect = request.effect;
        read(self.host.send(request), effect)
    }

    /// Sends requests that only read, side by side; one answer for each, in their order.
    pub fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Value, CallError>> {
        let count = requests.len();
        all_read(self.host.send_all(requests), count)
    }

    /// The same; after this time, what has no answer yet has an error.
    pub fn send_all_within(&self, requests: Vec<Request>, time: Duration) -> Vec<Result<Value, CallError>> {
        let count = requests.len();
        all_read(self.host.send_all_within(requests, time), count)
    }
}

/// A request for something of Azure Resource Manager that changes nothing.
#[must_use]
pub fn get(path: &str, version: &str, query: &[(&str, &str)]) -> Request {
    Request::get(path, &with_version(version, query))
}

/// A request to it that writes.
#[must_use]
pub fn post(path: &str, version: &str, query: &[(&str, &str)], body: &Value) -> Request {
    Request::send_json("POST", path, &with_version(version, query), body)
}

/// An answer that says yes and nothing that can be read.
#[must_use]
pub fn unreadable(effect: Effect, wanted: &str) -> CallError {
    fault(unless_it_wrote(effect, CallErrorKind::Protocol), format!("Azure said yes and answered no {wanted}"))
}

fn with_version<'a>(version: &'a str, query: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    std::iter::once(("api-version", version)).chain(query.iter().copied()).collect()
}

fn read(answer: Result<Response, Failure>, effect: Effect) -> Result<Value, CallError> {
    let response = answer.map_err(|failure| fault::by_failure(failure, effect))?;
    if !response.is_success() {
        return Err(errors::classify(&response, effect));
    }
    if response.is_page() {
        return Err(errors::page(&response));
    }
    response.json().filter(Value::is_object).ok_or_else(|| unreadable(effect, "JSON object"))
}

fn all_read(answers: Vec<Result<Response, Failure>>, count: usize) -> Vec<Result<Value, CallError>> {
    let answers = answers.into_iter().map(|answer| read(answer, Effect::Reads));
    answers.chain(std::iter::repeat_with(no_answer)).take(count).collect()
}

fn no_answer() -> Result<Value, CallError> {
    Err(fault(CallErrorKind::Unavailable, "the host answered fewer requests than it was given"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::settings;
    use serde_json::json;
    use signalbox_sdk::scripted::{Scripted, Step};

    fn answered(step: Step) -> Result<Value, CallError> {
        let host = Scripted::new([step]);
        Client { host: &host, settings: &settings(json!({})) }.send(get("/x", "2019-03-01", &[("a", "b c")]))
    }

    fn step() -> Step {
        Step::on("GET", "/x?api-version=2019-03-01&a=b%20c")
    }

    #[test]
    fn an_answer_is_an_object_or_an_error() {
        assert_eq!(answered(step().answer(200, &json!({"a": 1}))), Ok(json!({"a": 1})));
        for wrong in [step().answer(200, &json!([])), step().answer_text(200, "application/json", "{\"a\":")] {
            assert_eq!(answered(wrong).unwrap_err().kind, CallErrorKind::Protocol);
        }
        let page = answered(step().answer_text(200, "text/html", "<html>sign in</html>")).unwrap_err();
        assert_eq!((page.kind, page.code.as_str()), (CallErrorKind::Protocol, "200"));
    }

    #[test]
    fn an_unreadable_answer_to_a_write_leaves_its_outcome_unknown() {
        let host = Scripted::new([Step::on("POST", "/x?api-version=1").body(json!({})).answer_text(200, "", "")]);
        let client = Client { host: &host, settings: &settings(json!({})) };
        let error = client.send(post("/x", "1", &[], &json!({}))).unwrap_err();
        assert_eq!(error.kind, CallErrorKind::OutcomeUnknown);
    }
}
