//! Logging in, whatever the way: one call, a bounded answer, and a failure that says whether a person must act.

use super::{InvalidAuth, Token, assertion::Assertion, exchange, header_name, header_value, metadata, oauth2};
use crate::domain::Timestamp;
use crate::outbound::{
    ClientAuth, Exchange, Logout, Lookup, Metadata, OAuth2, Secret,
    client::Client,
    later,
    message::{Answer, Outgoing},
    pacer::Pacer,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};
use url::Url;

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LoginError {
    /// A person must act.
    #[error("refused: {0}")]
    Refused(String),
    /// It passes.
    #[error("unavailable: {0}")]
    Unavailable(String),
}

/// What a login gives.
pub(super) struct Granted {
    pub(super) token: Secret,
    pub(super) lifetime: Option<Duration>,
    pub(super) refresh: Option<Secret>,
}

/// How login calls reach the network.
#[derive(Clone)]
pub(crate) struct Courier {
    /// Origin of the connection's base, and the client that shows its certificate there.
    pub(crate) home: (String, Arc<Client>),
    /// For everywhere else.
    pub(crate) abroad: Arc<Client>,
    /// For the client that a metadata address needs of its own.
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) pacer: Arc<Pacer>,
    pub(crate) timeout: Duration,
}

/// One way to log in.
#[derive(Debug)]
pub(super) struct Login {
    way: Way,
    header: HeaderName,
    logout: Option<(Method, Url)>,
    courier: Courier,
}

#[derive(Debug)]
enum Way {
    OAuth2 { spec: Box<OAuth2>, url: Url, assertion: Option<Assertion> },
    Metadata { spec: Metadata, client: Client },
    Exchange { spec: Box<Exchange>, url: Url, method: Method },
}

/// A token endpoint's answer is a few hundred bytes; signed tokens with many groups are a few thousand.
const LONGEST_ANSWER: u64 = 64 << 10;

// === impl Login ===

impl Login {
    /// By a token endpoint.
    pub(super) fn oauth2(spec: &OAuth2, place: &Url, courier: Courier) -> Result<Self, InvalidAuth> {
        let url = login_url(place, &spec.token_url)?;
        let assertion = match &spec.client_auth {
            ClientAuth::Assertion(assertion) => Some(Assertion::try_new(assertion, &spec.client_id, &url)?),
            ClientAuth::Body | ClientAuth::Header => None,
        };
        let way = Way::OAuth2 { spec: Box::new(spec.clone()), url, assertion };
        let logout = logout(spec.logout.as_ref(), place)?;
        Ok(Self { way, header: header::AUTHORIZATION, logout, courier })
    }

    /// By a metadata address.
    pub(super) fn metadata(spec: &Metadata, courier: Courier) -> Result<Self, InvalidAuth> {
        metadata::check(spec)?;
        let client = Client::for_metadata(Arc::clone(&courier.lookup))?;
        let way = Way::Metadata { spec: spec.clone(), client };
        Ok(Self { way, header: header::AUTHORIZATION, logout: None, courier })
    }

    /// By a call of the platform's own.
    pub(super) fn exchange(spec: &Exchange, place: &Url, courier: Courier) -> Result<Self, InvalidAuth> {
        exchange::check(spec)?;
        let way = Way::Exchange {
            spec: Box::new(spec.clone()),
            url: login_url(place, &spec.request.target)?,
            method: login_method(&spec.request.method)?,
        };
        let logout = logout(spec.logout.as_ref(), place)?;
        Ok(Self { way, header: header_name(&spec.header)?, logout, courier })
    }

    /// The header that carries the token.
    pub(super) fn header(&self) -> &HeaderName {
        &self.header
    }

    /// Its value.
    pub(super) fn header_value(&self, token: &Secret) -> Result<HeaderValue, LoginError> {
        let prefix = match &self.way {
            Way::OAuth2 { .. } | Way::Metadata { .. } => "Bearer ",
            Way::Exchange { spec, .. } => &spec.prefix,
        };
        let value = Secret::from(format!("{prefix}{}", token.expose()));
        let graphic = !token.expose().is_empty() && token.expose().bytes().all(|byte| byte.is_ascii_graphic());
        graphic.then(|| header_value(&value)).flatten().ok_or_else(|| {
            LoginError::Unavailable("what the login gave as a token cannot stand in a header".to_owned())
        })
    }

    /// Logs in: with `refresh` where that is enough, from the beginning where it is not.
    pub(super) async fn obtain(&self, refresh: Option<&Secret>) -> Result<Granted, LoginError> {
        match &self.way {
            Way::Exchange { spec, url, method, .. } => {
                let answer = self.send(exchange::request(spec, method, url)?).await?;
                exchange::granted(spec, &answer)
            }
            Way::Metadata { spec, .. } => {
                let mut retries = 0;
                loop {
                    let answer = self.send(metadata::request(spec)?).await?;
                    let Some(wait) = metadata::wait(spec, &answer, retries, Timestamp::now()) else {
                        return metadata::granted(spec, &answer);
                    };
                    tracing::debug!(status = %answer.status, ?wait, "the metadata address is busy");
                    tokio::time::sleep(wait).await;
                    retries += 1;
                }
            }
            Way::OAuth2 { spec, url, assertion } => {
                let attempts = oauth2::attempts(spec, refresh);
                let mut last = LoginError::Unavailable("there is nothing to log in with".to_owned());
                for attempt in &attempts {
                    // One for each request: an endpoint may take none twice.
                    let assertion = match assertion {
                        Some(assertion) => Some(assertion.fresh().await?),
                        None => None,
                    };
                    let answer = self.send(oauth2::request(spec, url, attempt, assertion.as_ref())?).await?;
                    match oauth2::granted(&answer, &oauth2::secrets(spec, attempt, assertion.as_ref())) {
                        Err(refused @ LoginError::Refused(_)) => last = refused,
                        outcome => return outcome,
                    }
                }
                Err(last)
            }
        }
    }

    /// Whether the platform is told of the end.
    pub(super) fn has_logout(&self) -> bool {
        self.logout.is_some()
    }

    /// Ends the session that `token` stands for. A platform that cannot be asked ends it by itself in time.
    pub(super) async fn logout(&self, token: &Token) {
        let Some((method, url)) = &self.logout else { return };
        let mut headers = HeaderMap::new();
        token.apply(&mut headers);
        let call = Outgoing { method: method.clone(), url: url.clone(), headers, body: Bytes::new() };
        if let Err(error) = self.send(call).await {
            tracing::debug!(%error, "the session was not ended");
        }
    }

    async fn send(&self, call: Outgoing) -> Result<Answer, LoginError> {
        let until = later(Instant::now(), self.courier.timeout);
        let client = match &self.way {
            Way::Metadata { client, .. } => client,
            Way::OAuth2 { .. } | Way::Exchange { .. } => {
                let turn = self.courier.pacer.turn(until).await;
                turn.map_err(|error| LoginError::Unavailable(error.to_string()))?;
                self.courier.client_for(&call.url)
            }
        };
        let outcome = client.exchange(call, until, LONGEST_ANSWER).await;
        let answer = outcome.map_err(|error| LoginError::Unavailable(error.to_string()))?;
        if !matches!(self.way, Way::Metadata { .. }) {
            self.courier.pacer.heed(&answer);
        }
        Ok(answer)
    }
}

// === impl Courier ===

impl Courier {
    fn client_for(&self, url: &Url) -> &Client {
        let (home, client) = &self.home;
        if url.origin().ascii_serialization() == *home { client } else { &self.abroad }
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Courier").field("home", &self.home.0).finish_non_exhaustive()
    }
}

fn login_url(place: &Url, target: &str) -> Result<Url, InvalidAuth> {
    let mut under = place.clone();
    under.set_path(&format!("{}/", place.path().trim_end_matches('/')));
    let url = under.join(target).map_err(|_| InvalidAuth::Url(target.to_owned()))?;
    let proper = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if proper { Ok(url) } else { Err(InvalidAuth::Url(target.to_owned())) }
}

fn logout(spec: Option<&Logout>, place: &Url) -> Result<Option<(Method, Url)>, InvalidAuth> {
    spec.map(|logout| Ok((login_method(&logout.method)?, login_url(place, &logout.target)?))).transpose()
}

fn login_method(name: &str) -> Result<Method, InvalidAuth> {
    crate::outbound::admission::method(name).map_err(|_| InvalidAuth::Method(name.to_owned()))
}
