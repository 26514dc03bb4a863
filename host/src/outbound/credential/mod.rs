//! What is added to requests so that a platform knows who sends them.
//!
//! Fixed credentials are headers. The others come from a login: it is made once however many requests wait for it, goes on
//! when the request that began it is given up (a refresh token may be spent by then), is cached until shortly before it
//! expires, and is not repeated for a while after it was refused. Nothing here puts a secret into an error or a log.

mod assertion;
mod exchange;
mod login;
mod metadata;
mod oauth2;
mod session;

pub use assertion::InvalidAssertion;
pub(super) use login::{Courier, LoginError};

use super::{Auth, Secret, client::InvalidClient};
use crate::domain::Timestamp;
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue};
use login::Login;
use session::Session;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use url::Url;

/// What is known of a connection's credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialState {
    /// Not used yet.
    Unproven,
    /// The platform took them.
    Accepted {
        /// When it first did, after anything else.
        since: Timestamp,
    },
    /// The platform, or its token endpoint, knows them and says no: a person must act.
    Refused {
        /// When it first did.
        since: Timestamp,
        /// In the platform's words, without secrets.
        reason: String,
    },
    /// Nobody could be asked: this passes.
    Unavailable {
        /// When that began.
        since: Timestamp,
        /// What happened.
        reason: String,
    },
}

/// Credentials that cannot work as they are configured.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAuth {
    /// A header that no request can have.
    #[error("`{0}` is not a header that credentials can stand in")]
    Header(String),
    /// Characters that a header cannot carry.
    #[error("the secret for the header `{0}` has characters that a header cannot carry")]
    Value(String),
    /// A user name with a colon.
    #[error("a user name for basic credentials may have no colon")]
    Colon,
    /// An address for a login that is none.
    #[error("`{0}` is no address for a login")]
    Url(String),
    /// A method that is none.
    #[error("`{0}` is no method for a login")]
    Method(String),
    /// A pointer that is none.
    #[error("`{0}` is not a JSON Pointer: it must begin with `/`")]
    Pointer(String),
    /// An assertion that cannot be made.
    #[error(transparent)]
    Assertion(#[from] InvalidAssertion),
    /// The metadata address needs a client of its own.
    #[error(transparent)]
    Client(#[from] InvalidClient),
}

/// The credentials of one place.
#[derive(Debug)]
pub(super) struct Credential {
    source: Source,
    state: Arc<Mutex<CredentialState>>,
}

#[derive(Debug)]
enum Source {
    Nothing,
    Fixed(Arc<Token>),
    Session(Arc<Session>),
}

/// One header, as good as its login.
#[derive(Debug)]
pub(super) struct Token {
    /// Which login it came from.
    serial: u64,
    name: HeaderName,
    value: HeaderValue,
    good_until: Option<Instant>,
}

// === impl Credential ===

impl Credential {
    /// Credentials for `place`; logins go through `courier`.
    pub(super) fn try_new(
        auth: Option<&Auth>,
        place: &Url,
        courier: Courier,
        login_rest: Duration,
    ) -> Result<Self, InvalidAuth> {
        let state = Arc::new(Mutex::new(CredentialState::Unproven));
        let session = |login: Login| Source::Session(Arc::new(Session::new(login, login_rest, Arc::clone(&state))));
        let source = match auth {
            None => Source::Nothing,
            Some(Auth::Basic { username, .. }) if username.contains(':') => return Err(InvalidAuth::Colon),
            Some(Auth::Basic { username, password }) => Source::fixed("authorization", &basic(username, password))?,
            Some(Auth::Bearer { token }) => Source::fixed("authorization", &bearer(token))?,
            Some(Auth::ApiKey { header, value }) => Source::fixed(header, value)?,
            Some(Auth::OAuth2(spec)) => session(Login::oauth2(spec, place, courier)?),
            Some(Auth::Metadata(spec)) => session(Login::metadata(spec, courier)?),
            Some(Auth::Exchange(spec)) => session(Login::exchange(spec, place, courier)?),
        };
        Ok(Self { source, state })
    }

    /// The header that is taken, whatever its value is.
    pub(super) fn header(&self) -> Option<&HeaderName> {
        match &self.source {
            Source::Nothing => None,
            Source::Fixed(token) => Some(&token.name),
            Source::Session(session) => Some(session.header()),
        }
    }

    /// What to send now; none where nothing is added.
    pub(super) async fn current(&self, until: Instant) -> Result<Option<Arc<Token>>, LoginError> {
        match &self.source {
            Source::Nothing => Ok(None),
            Source::Fixed(token) => Ok(Some(Arc::clone(token))),
            Source::Session(session) => session.token(None, until).await.map(Some),
        }
    }

    /// What to send instead of `refused`; none where there is nothing else.
    pub(super) async fn renewed(&self, refused: &Token, until: Instant) -> Result<Option<Arc<Token>>, LoginError> {
        match &self.source {
            Source::Nothing | Source::Fixed(_) => Ok(None),
            Source::Session(session) => session.token(Some(refused.serial), until).await.map(Some),
        }
    }

    /// The platform took them.
    pub(super) fn took(&self) {
        if !matches!(self.source, Source::Nothing) {
            note(&self.state, Outcome::Accepted);
        }
    }

    /// The platform refused even what was new.
    pub(super) fn refused(&self) {
        let reason = "the platform answered 401".to_owned();
        match &self.source {
            Source::Nothing => {}
            Source::Fixed(_) => note(&self.state, Outcome::Refused(reason)),
            Source::Session(session) => session.distrust(reason),
        }
    }

    /// What is known of them.
    pub(super) fn state(&self) -> CredentialState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether there is a session that the platform counts.
    pub(super) fn is_counted(&self) -> bool {
        matches!(&self.source, Source::Session(session) if session.is_counted())
    }

    /// Gives back what the platform counts.
    pub(super) async fn close(&self) {
        if let Source::Session(session) = &self.source {
            session.close().await;
        }
    }
}

// === impl Source ===

impl Source {
    fn fixed(name: &str, value: &Secret) -> Result<Self, InvalidAuth> {
        let name = header_name(name)?;
        let value = header_value(value).ok_or_else(|| InvalidAuth::Value(name.to_string()))?;
        Ok(Self::Fixed(Arc::new(Token { serial: 0, name, value, good_until: None })))
    }
}

// === impl Token ===

impl Token {
    /// Adds itself to a request.
    pub(super) fn apply(&self, headers: &mut http::HeaderMap) {
        headers.insert(self.name.clone(), self.value.clone());
    }
}

enum Outcome {
    Accepted,
    Refused(String),
    Unavailable(String),
}

/// Keeps since when a state holds.
fn note(state: &Mutex<CredentialState>, outcome: Outcome) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Timestamp::now();
    let next = match (&*state, outcome) {
        (CredentialState::Accepted { .. }, Outcome::Accepted) => return,
        (_, Outcome::Accepted) => CredentialState::Accepted { since: now },
        (CredentialState::Refused { since, .. }, Outcome::Refused(reason)) => {
            CredentialState::Refused { since: *since, reason }
        }
        (_, Outcome::Refused(reason)) => CredentialState::Refused { since: now, reason },
        (CredentialState::Unavailable { since, .. }, Outcome::Unavailable(reason)) => {
            CredentialState::Unavailable { since: *since, reason }
        }
        (_, Outcome::Unavailable(reason)) => CredentialState::Unavailable { since: now, reason },
    };
    *state = next;
}

fn header_name(name: &str) -> Result<HeaderName, InvalidAuth> {
    let refused = || InvalidAuth::Header(name.to_owned());
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
    let framing = ["host", "content-length", "transfer-encoding", "connection", "te", "upgrade"];
    if framing.contains(&parsed.as_str()) { Err(refused()) } else { Ok(parsed) }
}

/// Marked, so that no log of the libraries below shows it.
fn header_value(secret: &Secret) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn basic(username: &str, password: &Secret) -> Secret {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{}", password.expose()))).into()
}

fn bearer(token: &Secret) -> Secret {
    format!("Bearer {}", token.expose()).into()
}
