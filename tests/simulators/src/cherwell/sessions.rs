//! `POST /token` and `DELETE /api/V1/logout`: tokens, and the licences that sessions take.
//!
//! Each login by password takes a licence, which is free again after the logout, or when the session's access token is
//! over. A refresh token is good once: the answer has the next. An answer that is not 200 is `{"error","error_description"}`.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{StatusCode, header};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde_json::{Value, json};

use super::{
    options::{Account, Options},
    refusal::JSON,
};
use crate::shared::{
    Answer, Apparatus, Call, Parameters, lock,
    token::{Grant, TokenRules},
};

/// The sessions that take a licence.
#[derive(Debug, Default)]
pub struct Sessions {
    living: Mutex<Vec<Session>>,
    logins: AtomicUsize,
}

#[derive(Debug)]
struct Session {
    access: String,
    refresh: Option<String>,
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denial {
    Client,
    Grant,
    GrantType,
    Licence,
}

// === impl Sessions ===

impl Sessions {
    /// Answers a token request.
    pub fn token(&self, call: &Call, options: &Options, apparatus: &Apparatus) -> Answer {
        let form = Parameters::parse(&call.body);
        let basic = basic(call);
        let client = form.get("client_id").or(basic.as_deref()).unwrap_or_default();
        match self.grant(&form, client, options, apparatus) {
            Ok((user, grant)) => {
                let body = body(&user, client, &grant, apparatus.clock.now());
                Answer::json(StatusCode::OK, JSON, &body).by(&user)
            }
            Err(denial) => denied(denial, client),
        }
    }

    /// Ends the session that this token is of.
    pub fn logout(&self, access: &str, apparatus: &Apparatus) {
        let mut sessions = lock(&self.living);
        for session in sessions.extract_if(.., |session| session.access == access) {
            apparatus.tokens.end(&session.access);
            session.refresh.iter().for_each(|token| apparatus.tokens.end(token));
        }
    }

    /// How many licences are taken.
    pub fn licences(&self, apparatus: &Apparatus) -> usize {
        let now = apparatus.clock.now();
        let mut sessions = lock(&self.living);
        sessions.retain(|session| apparatus.tokens.user(&session.access, now).is_some());
        sessions.len()
    }

    /// How many logins by password there were.
    pub fn logins(&self) -> usize {
        self.logins.load(Ordering::Relaxed)
    }

    fn grant(
        &self,
        form: &Parameters,
        client: &str,
        options: &Options,
        apparatus: &Apparatus,
    ) -> Result<(String, Grant), Denial> {
        if !options.clients.iter().any(|known| known == client) {
            return Err(Denial::Client);
        }
        let now = apparatus.clock.now();
        let user = match form.get("grant_type") {
            Some("password") => {
                let (user, password) = form.get("username").zip(form.get("password")).ok_or(Denial::Grant)?;
                let account = sign_in(options, user, password).ok_or(Denial::Grant)?;
                self.logins.fetch_add(1, Ordering::Relaxed);
                account.user.clone()
            }
            Some("refresh_token") => {
                let token = form.get("refresh_token").ok_or(Denial::Grant)?;
                let user = apparatus.tokens.spend(token, client, now).ok_or(Denial::Grant)?;
                // The session goes on: its licence is not taken twice.
                lock(&self.living).retain(|session| session.refresh.as_deref() != Some(token));
                user
            }
            _ => return Err(Denial::GrantType),
        };
        if self.licences(apparatus) >= options.licences {
            return Err(Denial::Licence);
        }
        let rules = TokenRules { access: options.access, refresh: Some(options.refresh), reuse: false };
        let grant = apparatus.tokens.grant(&user, client, now, &rules);
        lock(&self.living).push(Session { access: grant.access.clone(), refresh: grant.refresh.clone() });
        Ok((user, grant))
    }
}

/// The refusal of whatever credentials were shown.
#[must_use]
pub fn refused() -> Answer {
    denied(Denial::Grant, "")
}

fn sign_in<'a>(options: &'a Options, user: &str, password: &str) -> Option<&'a Account> {
    options.accounts.iter().find(|account| account.user.eq_ignore_ascii_case(user) && account.password == password)
}

/// The client key of `Authorization: Basic base64("key:")`.
fn basic(call: &Call) -> Option<String> {
    let (scheme, rest) = call.header(header::AUTHORIZATION)?.split_once(' ')?;
    let text = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    is_basic.then(|| text.split_once(':').map_or(text.clone(), |(id, _)| id.to_owned()))
}

fn denied(denial: Denial, client: &str) -> Answer {
    let (error, description) = match denial {
        Denial::Client => ("invalid_client_id", format!("Client {client} is not registered in the system.")),
        Denial::Grant => {
            ("invalid_grant", "Could not login to system with the provided user ID and password.".to_owned())
        }
        Denial::GrantType => ("unsupported_grant_type", "The grant type is not supported.".to_owned()),
        // The product's own words for this are not known.
        Denial::Licence => ("temporarily_unavailable", "There are no licenses available.".to_owned()),
    };
    let body = json!({ "error": error, "error_description": description });
    Answer::json(StatusCode::BAD_REQUEST, JSON, &body)
}

fn body(user: &str, client: &str, grant: &Grant, now: Timestamp) -> Value {
    let expires = now.saturating_add(jiff::SignedDuration::from_secs(grant.expires_in)).unwrap_or(Timestamp::MAX);
    json!({
        "access_token": grant.access,
        "token_type": "bearer",
        "expires_in": grant.expires_in - 1,
        "refresh_token": grant.refresh,
        "as:client_id": client,
        "username": user,
        ".issued": http_date(now),
        ".expires": http_date(expires),
    })
}

/// `Mon, 17 Jun 2019 15:31:39 GMT`
#[must_use]
pub fn http_date(time: Timestamp) -> String {
    Zoned::new(time, TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
