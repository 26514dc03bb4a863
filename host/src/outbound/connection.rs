//! One connection: everything between a plugin's request and the network, in this order.
//!
//! Audience and headers are checked; a place among the requests under way is taken; credentials are found, by a login if
//! need be; a turn is waited for; lease and breaker are asked last, right before the first byte. A 401 is answered with new
//! credentials once, a `Retry-After` with a rest for the whole connection, a redirect of a safe request within its own
//! place by following it. What a plugin sees in the end carries nothing that the host added.

use super::{
    ConnectionSpec, Health, InvalidAddress, InvalidAuth, InvalidClient, admission,
    audience::{Audience, Destination, Place},
    breaker::{Breaker, Passage},
    client::Client,
    credential::{Courier, Credential, LoginError, Token},
    later,
    lookup::Lookup,
    message::{Answer, Outgoing},
    pacer::Pacer,
};
use crate::domain::{CallBudget, ConnectionName, HttpError, HttpRequest, HttpResponse, Outbound};
use bytes::Bytes;
use http::{Method, StatusCode, header};
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};
use url::Url;

/// An open connection.
pub struct Connection {
    spec: ConnectionSpec,
    audience: Audience<Arc<Credential>>,
    home: Arc<Client>,
    abroad: Arc<Client>,
    pacer: Arc<Pacer>,
    breaker: Breaker,
}

/// A connection that cannot be opened as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConnection {
    /// An address.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// Credentials.
    #[error("`auth` for {origin}: {cause}")]
    Auth {
        /// Whose.
        origin: String,
        /// Why.
        cause: InvalidAuth,
    },
    /// TLS or proxy.
    #[error(transparent)]
    Client(#[from] InvalidClient),
}

/// Redirects of one request that are followed.
const MOST_REDIRECTS: usize = 3;

/// A logout is given so long when the gateway stops.
const GOODBYE: Duration = Duration::from_secs(5);

// === impl Connection ===

impl Connection {
    /// Opens what the operator describes; nothing is sent yet.
    ///
    /// # Errors
    /// What the operator must correct.
    pub fn open(spec: ConnectionSpec, lookup: Arc<dyn Lookup>) -> Result<Self, InvalidConnection> {
        let abroad = Arc::new(Client::for_platform(&spec, Arc::clone(&lookup), false)?);
        let home = match &spec.tls.identity {
            Some(_) => Arc::new(Client::for_platform(&spec, Arc::clone(&lookup), true)?),
            None => Arc::clone(&abroad),
        };
        let pacer = Arc::new(Pacer::new(&spec.limits));
        let courier = Courier {
            home: (spec.base.origin().ascii_serialization(), Arc::clone(&home)),
            abroad: Arc::clone(&abroad),
            lookup,
            pacer: Arc::clone(&pacer),
            timeout: spec.limits.request_timeout,
        };
        let credential = |url: &Url, auth| {
            Credential::try_new(auth, url, courier.clone(), spec.limits.login_rest)
                .map(Arc::new)
                .map_err(|cause| InvalidConnection::Auth { origin: url.origin().ascii_serialization(), cause })
        };
        let base = credential(&spec.base, spec.auth.as_ref())?;
        let origins = spec
            .origins
            .iter()
            .map(|origin| Ok((&origin.origin, credential(&origin.origin, origin.auth.as_ref())?)))
            .collect::<Result<_, InvalidConnection>>()?;
        let audience = Audience::try_new((&spec.base, base), origins)?;
        let breaker = Breaker::new(&spec.breaker);
        Ok(Self { audience, home, abroad, pacer, breaker, spec })
    }

    /// As the configuration calls it.
    #[must_use]
    pub fn name(&self) -> &ConnectionName {
        &self.spec.name
    }

    /// What it was opened with.
    #[must_use]
    pub fn spec(&self) -> &ConnectionSpec {
        &self.spec
    }

    /// How it fares now.
    #[must_use]
    pub fn health(&self) -> Health {
        let now = Instant::now();
        let state = |place: &Place<Arc<Credential>>| (place.origin().to_owned(), place.credential.state());
        Health {
            breaker: self.breaker.state(now),
            resting: self.pacer.resting(now),
            credentials: self.audience.places().map(state).collect(),
        }
    }

    /// Ends sessions that the platform counts. Requests after this begin new ones.
    pub async fn close(&self) {
        for place in self.audience.places() {
            if tokio::time::timeout(GOODBYE, place.credential.close()).await.is_err() {
                tracing::warn!(connection = %self.spec.name, "the logout took too long");
            }
        }
    }

    /// What would be sent, but for its body, or why nothing would.
    pub(super) fn admit(
        &self,
        request: &HttpRequest,
    ) -> Result<(Destination<'_, Arc<Credential>>, Outgoing), HttpError> {
        let denied = |reason: String| HttpError::Denied(reason);
        let method = admission::method(&request.method).map_err(|reason| denied(reason.to_string()))?;
        let destination = self.audience.find(&request.target).map_err(|reason| denied(reason.to_string()))?;
        let headers = admission::headers(&request.headers, destination.place.credential.header())
            .map_err(|reason| denied(reason.to_string()))?;
        let outgoing = Outgoing { method, url: destination.url.clone(), headers, body: Bytes::new() };
        Ok((destination, outgoing))
    }

    /// Sends `outgoing` once, in its turn.
    async fn send_once(
        &self,
        mut outgoing: Outgoing,
        token: Option<&Token>,
        budget: CallBudget,
    ) -> Result<Answer, HttpError> {
        self.pacer.turn(latest_start(budget)).await.map_err(|error| HttpError::NotSent(error.to_string()))?;
        if let Some(token) = token {
            token.apply(&mut outgoing.headers);
        }
        let at_home = outgoing.url.origin() == self.spec.base.origin();
        let client = if at_home { &self.home } else { &self.abroad };
        let begin = Instant::now();
        if budget.send_before.is_some_and(|last| begin > last) {
            return Err(HttpError::NotSent("too little of the lease is left to wait for an answer".to_owned()));
        }
        if begin >= budget.deadline {
            return Err(HttpError::NotSent("no time is left for an answer".to_owned()));
        }
        let passage = self.breaker.enter(begin).map_err(|open| HttpError::NotSent(open.to_string()))?;
        let deadline = budget.deadline.min(later(begin, self.spec.limits.request_timeout));
        let (method, path) = (outgoing.method.clone(), outgoing.url.path().to_owned());
        let outcome = client.exchange(outgoing, deadline, self.spec.limits.response_bytes).await;
        let took = begin.elapsed();
        // A call that left the platform next to no time says nothing about the platform.
        let unfair = took >= deadline - begin && took < self.spec.limits.request_timeout / 2;
        tracing::debug!(connection = %self.spec.name, %method, path, ?took, outcome = %Words(&outcome), "request");
        match &outcome {
            Err(HttpError::OutcomeUnknown(_)) if unfair => {}
            Err(HttpError::NotSent(_) | HttpError::OutcomeUnknown(_)) => self.failed(passage),
            Ok(answer) if answer.status.is_server_error() => self.failed(passage),
            Ok(_) | Err(HttpError::TooLarge(_)) => passage.succeeded(),
            // Nothing was asked of the platform: no verdict.
            Err(HttpError::Denied(_)) => {}
        }
        if let Ok(answer) = &outcome {
            self.pacer.heed(answer);
        }
        outcome
    }

    fn failed(&self, passage: Passage<'_>) {
        if passage.failed(Instant::now()) {
            tracing::warn!(connection = %self.spec.name, rest = ?self.spec.breaker.rest, "breaker open");
        }
    }

    /// Sends with credentials, with new ones where those are refused.
    async fn send_as_known(
        &self,
        outgoing: &Outgoing,
        credential: &Credential,
        budget: CallBudget,
    ) -> Result<Answer, HttpError> {
        let until = latest_start(budget);
        let token = credential.current(until).await.map_err(|error| no_credentials(&error))?;
        let answer = self.send_once(outgoing.clone(), token.as_deref(), budget).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            credential.took();
            return Ok(answer);
        }
        let Some(token) = token else { return Ok(answer) };
        match credential.renewed(&token, until).await {
            Ok(Some(renewed)) => {
                let answer = self.send_once(outgoing.clone(), Some(&renewed), budget).await?;
                if answer.status == StatusCode::UNAUTHORIZED {
                    credential.refused();
                } else {
                    credential.took();
                }
                Ok(answer)
            }
            Ok(None) => {
                credential.refused();
                Ok(answer)
            }
            // The platform's 401 says it best.
            Err(LoginError::Refused(_)) => Ok(answer),
            // A 401 has done nothing.
            Err(unavailable @ LoginError::Unavailable(_)) => Err(no_credentials(&unavailable)),
        }
    }

    /// Where a redirect leads, if it stays with the same credentials and may be followed.
    fn redirected(&self, answer: &Answer, from: &Url, credential: &Arc<Credential>) -> Option<Url> {
        if !matches!(answer.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = answer.headers.get(header::LOCATION)?.to_str().ok()?;
        let to = from.join(location).ok()?;
        let found = self.audience.find(to.as_str()).ok()?;
        let stays = found.url.origin() == from.origin() && Arc::ptr_eq(&found.place.credential, credential);
        stays.then_some(found.url)
    }
}

#[async_trait::async_trait]
impl Outbound for Connection {
    async fn send(&self, request: HttpRequest, budget: CallBudget) -> Result<HttpResponse, HttpError> {
        let (destination, mut outgoing) = self.admit(&request)?;
        outgoing.body = request.body.into();
        let credential = &destination.place.credential;
        self.breaker.check(Instant::now()).map_err(|open| HttpError::NotSent(open.to_string()))?;
        let place = self.pacer.place(latest_start(budget)).await;
        let _place = place.map_err(|error| HttpError::NotSent(error.to_string()))?;
        let follow = request.safe && matches!(outgoing.method, Method::GET | Method::HEAD);
        let mut answer = self.send_as_known(&outgoing, credential, budget).await?;
        for _ in 0..MOST_REDIRECTS {
            let next = self.redirected(&answer, &outgoing.url, credential).filter(|_| follow);
            let Some(next) = next else { break };
            outgoing.url = next;
            answer = self.send_as_known(&outgoing, credential, budget).await?;
        }
        Ok(answer.shown())
    }
}

impl Drop for Connection {
    /// A connection whose last generation ends gives its sessions back, like one that is closed.
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let counted = self.audience.places().filter(|place| place.credential.is_counted());
        let credentials: Vec<_> = counted.map(|place| Arc::clone(&place.credential)).collect();
        runtime.spawn(async move {
            for credential in credentials {
                drop(tokio::time::timeout(GOODBYE, credential.close()).await);
            }
        });
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Connection").field("spec", &self.spec).field("health", &self.health()).finish_non_exhaustive()
    }
}

/// An outcome in a log line: never a body.
struct Words<'a>(&'a Result<Answer, HttpError>);

impl fmt::Display for Words<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(answer) => write!(out, "{}", answer.status.as_u16()),
            Err(error) => error.fmt(out),
        }
    }
}

/// Nothing may be sent after this.
fn latest_start(budget: CallBudget) -> Instant {
    budget.send_before.map_or(budget.deadline, |last| last.min(budget.deadline))
}

fn no_credentials(error: &LoginError) -> HttpError {
    HttpError::NotSent(format!("no credentials: {error}"))
}
