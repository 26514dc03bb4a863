//! A login's token, cached, and renewed by one at a time.

use super::{
    CredentialState, Outcome, Token,
    login::{Granted, Login, LoginError},
    note,
};
use crate::outbound::Secret;
use http::HeaderName;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::time::timeout_at;

/// What a login has brought so far.
#[derive(Debug)]
pub(super) struct Session {
    login: Login,
    login_rest: Duration,
    held: Mutex<Held>,
    /// Whoever holds it logs in.
    flight: tokio::sync::Mutex<()>,
    state: Arc<Mutex<CredentialState>>,
}

#[derive(Debug, Default)]
struct Held {
    token: Option<Arc<Token>>,
    refresh: Option<Secret>,
    /// Logins so far, whatever came of them.
    rounds: u64,
    /// What came of the last, if nothing good.
    failure: Option<(Instant, LoginError)>,
    /// When the platform refused even a new token.
    distrusted: Option<Instant>,
}

// === impl Session ===

impl Session {
    pub(super) fn new(login: Login, login_rest: Duration, state: Arc<Mutex<CredentialState>>) -> Self {
        Self { login, login_rest, held: Mutex::default(), flight: tokio::sync::Mutex::default(), state }
    }

    pub(super) fn header(&self) -> &HeaderName {
        self.login.header()
    }

    /// A token that is good for a while yet and is not number `refused`.
    pub(super) async fn token(
        self: &Arc<Self>,
        refused: Option<u64>,
        until: Instant,
    ) -> Result<Arc<Token>, LoginError> {
        let seen = {
            let held = self.held();
            if let Some(token) = held.usable(refused) {
                return Ok(token);
            }
            held.refusal(refused.is_some(), self.login_rest).map_or(Ok(held.rounds), Err)?
        };
        // A task of its own: who gives up waiting must not cut a login that has already spent a refresh token.
        let session = Arc::clone(self);
        let flight = tokio::spawn(async move { session.renew(refused, seen).await });
        match timeout_at(until.into(), flight).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(LoginError::Unavailable("the login was interrupted".to_owned())),
            Err(_) => Err(LoginError::Unavailable("the login takes longer than the request may wait".to_owned())),
        }
    }

    /// The platform refuses what the last login gave: for a while a 401 is no reason for another.
    pub(super) fn distrust(&self, reason: String) {
        self.held().distrusted = Some(Instant::now());
        note(&self.state, Outcome::Refused(reason));
    }

    /// Whether there is something to end.
    pub(super) fn is_counted(&self) -> bool {
        self.login.has_logout() && self.held().token.is_some()
    }

    /// Ends the session on the platform, where it has such a thing.
    pub(super) async fn close(&self) {
        let _alone = self.flight.lock().await;
        let token = self.held().token.take();
        if let Some(token) = token {
            self.login.logout(&token).await;
        }
    }

    async fn renew(&self, refused: Option<u64>, seen: u64) -> Result<Arc<Token>, LoginError> {
        let _alone = self.flight.lock().await;
        let refresh = {
            let held = self.held();
            if let Some(token) = held.usable(refused) {
                return Ok(token);
            }
            if let Some((_, failure)) = held.failure.as_ref().filter(|_| held.rounds != seen) {
                return Err(failure.clone());
            }
            held.refresh.clone()
        };
        let outcome = self.login.obtain(refresh.as_ref()).await.and_then(|granted| self.minted(granted));
        if matches!(outcome, Err(LoginError::Refused(_))) {
            self.held().forget(refused);
        }
        self.keep(outcome)
    }

    fn minted(&self, granted: Granted) -> Result<(Token, Option<Secret>), LoginError> {
        let serial = self.held().rounds + 1;
        let value = self.login.header_value(&granted.token)?;
        // Nine tenths of its life, at most a minute less than all of it: clocks differ, and requests take a while.
        let margin = |life: Duration| (life / 10).min(Duration::from_secs(60));
        let good_until = granted.lifetime.and_then(|life| Instant::now().checked_add(life - margin(life)));
        Ok((Token { serial, name: self.login.header().clone(), value, good_until }, granted.refresh))
    }

    fn keep(&self, outcome: Result<(Token, Option<Secret>), LoginError>) -> Result<Arc<Token>, LoginError> {
        let mut held = self.held();
        held.rounds += 1;
        match outcome {
            Ok((token, refresh)) => {
                let token = Arc::new(token);
                held.token = Some(Arc::clone(&token));
                held.refresh = refresh.or(held.refresh.take());
                held.failure = None;
                note(&self.state, Outcome::Accepted);
                Ok(token)
            }
            Err(failure) => {
                held.failure = Some((Instant::now(), failure.clone()));
                note(
                    &self.state,
                    match &failure {
                        LoginError::Refused(reason) => Outcome::Refused(reason.clone()),
                        LoginError::Unavailable(reason) => Outcome::Unavailable(reason.clone()),
                    },
                );
                Err(failure)
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Held ===

impl Held {
    fn usable(&self, refused: Option<u64>) -> Option<Arc<Token>> {
        let now = Instant::now();
        let token = self.token.as_ref()?;
        let fresh = token.good_until.is_none_or(|until| now < until);
        (fresh && refused != Some(token.serial)).then(|| Arc::clone(token))
    }

    /// The platform takes neither this token nor a login for another: it is not sent again.
    fn forget(&mut self, refused: Option<u64>) {
        self.token = self.token.take().filter(|token| refused != Some(token.serial));
    }

    /// Why not to log in now; `after_401` says that there is a token, and the platform refused it.
    fn refusal(&self, after_401: bool, rest: Duration) -> Option<LoginError> {
        if after_401 && self.distrusted.is_some_and(|at| at.elapsed() < rest) {
            return Some(LoginError::Refused("the platform answered 401 to a new token".to_owned()));
        }
        let (at, failure) = self.failure.as_ref()?;
        (matches!(failure, LoginError::Refused(_)) && at.elapsed() < rest).then(|| failure.clone())
    }
}
