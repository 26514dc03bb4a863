//! One request through the faults to the platform and back.

use super::{Passed, Shared, fault::Effect, spoil};
use crate::platform::Canned;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use std::{sync::Arc, time::Duration};

/// How long the first half of a body takes to leave.
const FLUSHED: Duration = Duration::from_millis(50);

/// Headers that belong to one connection, and what reqwest sets itself.
const OF_ONE_HOP: [HeaderName; 5] =
    [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::TE, header::UPGRADE];

type Body = BoxBody<Bytes, Dropped>;

/// The connection ends here.
#[derive(Debug)]
pub(super) struct Dropped;

/// The platform behind the proxy.
#[derive(Debug)]
pub(super) struct Upstream {
    client: reqwest::Client,
    address: String,
    others: Vec<String>,
    own: String,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// Answers one request, or drops its connection.
pub(super) async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Result<Response<Body>, Dropped> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let target = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let login = shared.is_login(&target, &body);
    let effect = shared.faults().rule(login);
    let mut passed = Passed { method: head.method.to_string(), target: target.clone(), status: None, login };
    let (mut headers, mut sent) = (head.headers, body.to_vec());
    let carrier = &shared.logins.header;
    match &effect {
        Some(Effect::WrongToken) => spoil::spoil_token(&mut headers, carrier),
        Some(Effect::WrongSecret) => {
            if shared.tokens().is_old(&headers, carrier) {
                spoil::spoil_token(&mut headers, carrier);
            }
            sent = shared.secrets.spoil(&mut headers, &body);
        }
        _ => shared.tokens().see(&headers, carrier),
    }
    let answered = match &effect {
        Some(Effect::DropBefore) => Err(Dropped),
        Some(Effect::Answer(canned)) => Ok(Answer::canned(canned)),
        _ => shared.upstream.pass(head.method, &target, headers, sent).await,
    };
    let response = match (effect, answered) {
        (Some(Effect::DropAfter), _) | (_, Err(Dropped)) => Err(Dropped),
        (Some(Effect::Truncate), Ok(answer)) => Ok(answer.half()),
        (Some(Effect::Delay(span)), Ok(answer)) => {
            tokio::time::sleep(span).await;
            Ok(answer.whole())
        }
        (_, Ok(answer)) => Ok(answer.whole()),
    };
    passed.status = response.as_ref().ok().map(|response| response.status().as_u16());
    shared.passed().push(passed);
    response
}

// === impl Upstream ===

impl Upstream {
    pub(super) fn new(address: String, others: Vec<String>, own: String) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().no_gzip().http1_only();
        let client = client.redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { client, address, others, own })
    }

    async fn pass(
        &self,
        method: http::Method,
        target: &str,
        mut headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, Dropped> {
        for name in OF_ONE_HOP {
            headers.remove(name);
        }
        // Answers are read here.
        headers.remove(header::ACCEPT_ENCODING);
        let request = self.client.request(method, format!("{}{target}", self.address)).headers(headers).body(body);
        let response = request.send().await.map_err(|_| Dropped)?;
        let (status, mut headers) = (response.status(), response.headers().clone());
        for name in OF_ONE_HOP {
            headers.remove(name);
        }
        for value in headers.values_mut() {
            let renamed =
                value.to_str().ok().map(|text| self.renamed(text)).and_then(|text| HeaderValue::from_str(&text).ok());
            *value = renamed.unwrap_or_else(|| value.clone());
        }
        let body = response.bytes().await.map_err(|_| Dropped)?;
        let body = match std::str::from_utf8(&body) {
            Ok(text) => Bytes::from(self.renamed(text)),
            Err(_) => body,
        };
        Ok(Answer { status, headers, body })
    }

    /// With the proxy's own address where the platform's stood.
    fn renamed(&self, text: &str) -> String {
        self.others.iter().fold(text.to_owned(), |text, other| text.replace(other.as_str(), &self.own))
    }
}

// === impl Answer ===

impl Answer {
    fn canned(canned: &Canned) -> Self {
        let named = |(name, value): &(String, String)| {
            Some((HeaderName::try_from(name.as_str()).ok()?, HeaderValue::from_str(value).ok()?))
        };
        Self {
            status: StatusCode::from_u16(canned.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: canned.headers.iter().filter_map(named).collect(),
            body: Bytes::from(canned.body.clone()),
        }
    }

    fn whole(self) -> Response<Body> {
        let body = Full::new(self.body.clone()).map_err(|never| match never {}).boxed();
        self.respond(body)
    }

    /// Says the whole length, sends half of it, and cuts the connection.
    fn half(self) -> Response<Body> {
        let length = self.body.len();
        let first = self.body.slice(..length / 2);
        let cut = async {
            // hyper sends what it holds only when the body makes it wait.
            tokio::time::sleep(FLUSHED).await;
            Err(Dropped)
        };
        let frames = stream::iter([Ok(Frame::data(first))]).chain(stream::once(cut));
        let mut response = self.respond(BodyExt::boxed(StreamBody::new(frames)));
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
        response
    }

    fn respond(self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

impl std::fmt::Display for Dropped {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("the proxy drops this connection")
    }
}

impl std::error::Error for Dropped {}
