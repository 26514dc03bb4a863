//! The host's side of `http`: a plugin's requests on their way to the connection's outbound.
//!
//! Who may be reached and with which credentials is outbound's to say. Here is what belongs to the call: how large a request
//! and its answers may be, that no request outlasts the call, and what was sent, so that a call that is cut short can say
//! whether it may have written.

use super::{bindings::http, call::CallState, error::Traffic, words};
use crate::domain::{CallBudget, HttpError, HttpRequest, HttpResponse, Outbound};
use futures::StreamExt as _;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes of a request's body.
const REQUEST_BODY: usize = 16 << 20;
/// Bytes of a request's target and headers.
const REQUEST_HEAD: usize = 64 << 10;
/// Requests of one `send-all`.
const BATCH: usize = 1_000;
/// Of these, how many are under way at once; the connection's own limits come on top.
const SIDE_BY_SIDE: usize = 8;

/// Where a call's requests go.
pub(super) struct WayOut {
    outbound: Option<Arc<dyn Outbound>>,
    budget: CallBudget,
    response_bytes: u64,
    traffic: Traffic,
    denied: Option<String>,
}

// === impl WayOut ===

impl WayOut {
    /// Without an outbound nothing is sent.
    pub(super) fn new(outbound: Option<Arc<dyn Outbound>>, budget: CallBudget, response_bytes: u64) -> Self {
        let left = budget.deadline.saturating_duration_since(Instant::now());
        // The guest needs a moment after a request's end to say that its outcome is unknown.
        let moment = (left / 10).min(Duration::from_millis(500));
        let deadline = budget.deadline.checked_sub(moment).unwrap_or(budget.deadline);
        Self {
            outbound,
            budget: CallBudget { deadline, ..budget },
            response_bytes,
            traffic: Traffic::default(),
            denied: None,
        }
    }

    pub(super) fn traffic(&self) -> Traffic {
        self.traffic
    }

    /// What policy refused last.
    pub(super) fn denied(&self) -> Option<&str> {
        self.denied.as_deref()
    }

    async fn send(&mut self, request: http::Request) -> Result<http::Response, http::Error> {
        let mut answers = self.send_all(vec![request], Duration::MAX).await;
        answers.pop().unwrap_or_else(|| Err(http::Error::NotSent("no request".to_owned())))
    }

    /// What has no answer after `time` has an error in its place.
    async fn send_all(
        &mut self,
        requests: Vec<http::Request>,
        time: Duration,
    ) -> Vec<Result<http::Response, http::Error>> {
        let Some(outbound) = self.outbound.clone() else {
            return self.refuse(requests.len(), "no requests are allowed while a plugin describes or checks itself");
        };
        if requests.len() > BATCH {
            return self.refuse(requests.len(), &format!("more than {BATCH} requests at once"));
        }
        let end = Instant::now().checked_add(time).unwrap_or(self.budget.deadline);
        let budget = CallBudget { deadline: end.min(self.budget.deadline), ..self.budget };
        let most = self.response_bytes;
        let mut left = most;
        // Counted before they go: if the call is cut while they are under way, they may have arrived.
        for request in &requests {
            self.traffic.requests_sent += 1;
            self.traffic.writes_sent += u32::from(!request.safe);
        }
        let mut under_way = futures::stream::iter(requests.into_iter().enumerate().map(|(place, request)| {
            let outbound = Arc::clone(&outbound);
            let safe = request.safe;
            async move {
                let answer = match admitted(request) {
                    Ok(request) => outbound.send(request, budget).await,
                    Err(denied) => Err(denied),
                };
                (place, safe, answer)
            }
        }))
        // As each ends, the next begins: one that is slow holds up no other.
        .buffer_unordered(SIDE_BY_SIDE);
        let mut answers = BTreeMap::new();
        while let Some((place, safe, answer)) = under_way.next().await {
            let answer = answer.and_then(|response| {
                let size = response.body.len() as u64;
                left = left.checked_sub(size).ok_or(HttpError::TooLarge(most))?;
                Ok(response)
            });
            if matches!(answer, Err(HttpError::Denied(_) | HttpError::NotSent(_))) {
                self.traffic.requests_sent -= 1;
                self.traffic.writes_sent -= u32::from(!safe);
            }
            if let Err(HttpError::Denied(what)) = &answer {
                self.denied = Some(words::escaped(what, 400));
            }
            answers.insert(place, answer.map(response_out).map_err(error_out));
        }
        answers.into_values().collect()
    }

    fn refuse(&mut self, count: usize, words: &str) -> Vec<Result<http::Response, http::Error>> {
        self.denied = Some(words.to_owned());
        std::iter::repeat_with(|| Err(http::Error::Denied(words.to_owned()))).take(count).collect()
    }
}

impl http::Host for CallState {
    async fn send(&mut self, request: http::Request) -> wasmtime::Result<Result<http::Response, http::Error>> {
        Ok(self.way_out.send(request).await)
    }

    async fn send_all(
        &mut self,
        requests: Vec<http::Request>,
    ) -> wasmtime::Result<Vec<Result<http::Response, http::Error>>> {
        Ok(self.way_out.send_all(requests, Duration::MAX).await)
    }

    async fn send_all_within(
        &mut self,
        requests: Vec<http::Request>,
        milliseconds: u32,
    ) -> wasmtime::Result<Vec<Result<http::Response, http::Error>>> {
        Ok(self.way_out.send_all(requests, Duration::from_millis(milliseconds.into())).await)
    }
}

/// The request in the host's terms, if it is not too large for any platform.
fn admitted(request: http::Request) -> Result<HttpRequest, HttpError> {
    let http::Request { method, target, headers, body, safe } = request;
    let head = headers.iter().fold(method.len() + target.len(), |sum, (name, value)| sum + name.len() + value.len());
    if head > REQUEST_HEAD {
        return Err(HttpError::Denied(format!("the request's target and headers are over {REQUEST_HEAD} bytes")));
    }
    if body.len() > REQUEST_BODY {
        return Err(HttpError::Denied(format!("the request's body is over {REQUEST_BODY} bytes")));
    }
    Ok(HttpRequest { method, target, headers, body, safe })
}

fn response_out(response: HttpResponse) -> http::Response {
    http::Response { status: response.status, headers: response.headers, body: response.body }
}

fn error_out(error: HttpError) -> http::Error {
    match error {
        HttpError::Denied(what) => http::Error::Denied(what),
        HttpError::NotSent(why) => http::Error::NotSent(why),
        HttpError::OutcomeUnknown(why) => http::Error::OutcomeUnknown(why),
        HttpError::TooLarge(limit) => http::Error::TooLarge(limit),
    }
}
