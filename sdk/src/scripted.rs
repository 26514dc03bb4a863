//! A host for an author's tests: it answers from a script, and insists on it.
//!
//! Each [`Step`] is one request as it must be, with its answer. A request that the script does not expect next, and a script that
//! was not played to its end, fail the test that holds it.

use crate::host::{Http, Log};
use crate::http::{Failure, Request, Response};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

/// One request as it must be, and its answer.
#[derive(Clone, Debug)]
pub struct Step {
    method: &'static str,
    target: String,
    body: Option<Value>,
    answer: Result<Response, Failure>,
}

/// Plays steps in their order.
#[derive(Debug, Default)]
pub struct Scripted {
    steps: RefCell<VecDeque<Step>>,
    warnings: RefCell<Vec<String>>,
    times: RefCell<Vec<Duration>>,
}

// === impl Step ===

impl Step {
    /// Expects this request, without a body. It is answered with 200 and an empty object until told otherwise.
    #[must_use]
    pub fn on(method: &'static str, target: impl Into<String>) -> Self {
        let step = Self { method, target: target.into(), body: None, answer: Err(Failure::TooLarge(0)) };
        step.answer(200, &Value::Object(serde_json::Map::new()))
    }

    /// Expects this JSON in its body.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Answers JSON.
    #[must_use]
    pub fn answer(self, status: u16, body: &Value) -> Self {
        self.answer_text(status, "application/json;charset=UTF-8", &body.to_string())
    }

    /// Answers something else.
    #[must_use]
    pub fn answer_text(mut self, status: u16, content_type: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        self.answer = Ok(Response { status, headers, body: body.as_bytes().to_vec() });
        self
    }

    /// With one more header in the answer; the name in lower case.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Ok(response) = &mut self.answer {
            response.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    /// Answers nothing.
    #[must_use]
    pub fn fail(mut self, failure: Failure) -> Self {
        self.answer = Err(failure);
        self
    }
}

// === impl Scripted ===

impl Scripted {
    /// Will play these.
    #[must_use]
    pub fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let steps = RefCell::new(steps.into_iter().collect());
        Self { steps, warnings: RefCell::default(), times: RefCell::default() }
    }

    /// What was told to the operator so far.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.warnings.borrow().clone()
    }

    /// The time that each lot of requests was given so far, of those that were given one.
    #[must_use]
    pub fn times(&self) -> Vec<Duration> {
        self.times.borrow().clone()
    }
}

impl Http for Scripted {
    #[allow(clippy::panic, reason = "a request that the script lacks must fail the test")]
    fn send(&self, request: Request) -> Result<Response, Failure> {
        let Some(step) = self.steps.borrow_mut().pop_front() else {
            panic!("the script has ended, and there came {} {}", request.method, request.target)
        };
        assert_eq!((request.method, &request.target), (step.method, &step.target));
        let body =
            (!request.body.is_empty()).then(|| serde_json::from_slice::<Value>(&request.body).unwrap_or_default());
        assert_eq!(body, step.body, "body of {} {}", request.method, request.target);
        step.answer
    }

    fn send_all_within(&self, requests: Vec<Request>, time: Duration) -> Vec<Result<Response, Failure>> {
        self.times.borrow_mut().push(time);
        self.send_all(requests)
    }
}

impl Log for Scripted {
    fn warn(&self, message: &str, _fields: &[(&str, &str)]) {
        self.warnings.borrow_mut().push(message.to_owned());
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let left: Vec<_> =
                self.steps.borrow().iter().map(|step| format!("{} {}", step.method, step.target)).collect();
            assert!(left.is_empty(), "the script was not played to its end: {left:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_answers_what_it_expects() {
        let host = Scripted::new([
            Step::on("GET", "/a?b=c").answer(404, &json!({"error": "no"})).header("retry-after", "3"),
            Step::on("POST", "/a").body(json!({"x": 1})).fail(Failure::NotSent("down".into())),
        ]);
        let answer = host.send(Request::get("/a", &[("b", "c")])).unwrap();
        assert_eq!((answer.status, answer.header("retry-after")), (404, Some("3")));
        let refused = host.send_all(vec![Request::send_json("POST", "/a", &[], &json!({"x": 1}))]);
        assert_eq!(refused, [Err(Failure::NotSent("down".into()))]);
    }

    #[test]
    fn it_keeps_the_time_that_requests_are_given() {
        let host = Scripted::new([Step::on("GET", "/a")]);
        assert_eq!(host.send_all_within(vec![Request::get("/a", &[])], Duration::from_secs(2)).len(), 1);
        assert_eq!(host.times(), [Duration::from_secs(2)]);
    }

    #[test]
    #[should_panic(expected = "the script has ended")]
    fn one_request_too_many_fails_the_test() {
        let _ = Scripted::default().send(Request::get("/a", &[]));
    }

    #[test]
    #[should_panic(expected = "not played to its end")]
    fn one_request_too_few_fails_the_test() {
        drop(Scripted::new([Step::on("GET", "/a")]));
    }

    #[test]
    #[should_panic(expected = "body of POST /a")]
    fn another_body_fails_the_test() {
        let host = Scripted::new([Step::on("POST", "/a").body(json!({"x": 1}))]);
        let _ = host.send(Request::send_json("POST", "/a", &[], &json!({"x": 2})));
    }
}
