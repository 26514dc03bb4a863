//! `POST /oauth_token.do`: password, refresh and client credentials grants.
//!
//! Whatever is wrong, the answer is the same 401 with `server_error`: the product does not say whether it was the user,
//! the password, the client or the form.

use http::{StatusCode, header};
use serde_json::{Value, json};

use super::{
    accounts::{Accounts, basic},
    refusal::JSON,
};
use crate::shared::{
    Answer, Apparatus, Call, Parameters,
    token::{Grant, TokenRules},
};

/// Answers a token request.
#[must_use]
pub fn token(call: &Call, accounts: &Accounts, apparatus: &Apparatus, rules: &TokenRules) -> Answer {
    match grant(call, accounts, apparatus, rules) {
        Some((user, grant)) => Answer::json(StatusCode::OK, JSON, &body(&grant)).by(&user),
        None => denied(),
    }
}

/// The answer to every token request that is refused.
#[must_use]
pub fn denied() -> Answer {
    let body = json!({ "error_description": "access_denied", "error": "server_error" });
    Answer::json(StatusCode::UNAUTHORIZED, JSON, &body)
}

fn grant(call: &Call, accounts: &Accounts, apparatus: &Apparatus, rules: &TokenRules) -> Option<(String, Grant)> {
    if call.method != http::Method::POST || call.content_type()? != "application/x-www-form-urlencoded" {
        return None;
    }
    let form = Parameters::parse(&call.body);
    // Some clients show themselves in a Basic header instead of the form.
    let header = call.header(header::AUTHORIZATION).and_then(|value| value.split_once(' '));
    let (id, secret) = match (form.get("client_id"), form.get("client_secret")) {
        (Some(id), Some(secret)) => (id.to_owned(), secret.to_owned()),
        _ => header.and_then(|(scheme, rest)| basic(scheme, rest))?,
    };
    let client = accounts.client(&id, &secret)?;
    let now = apparatus.clock.now();
    match form.get("grant_type")? {
        "password" => {
            let account = accounts.sign_in(form.get("username")?, form.get("password")?)?;
            Some((account.user.clone(), apparatus.tokens.grant(&account.user, &client.id, now, rules)))
        }
        "client_credentials" => {
            let user = client.user.clone()?;
            let rules = TokenRules { refresh: None, ..rules.clone() };
            let grant = apparatus.tokens.grant(&user, &client.id, now, &rules);
            Some((user, grant))
        }
        "refresh_token" => {
            let grant = apparatus.tokens.refresh(form.get("refresh_token")?, &client.id, now, rules)?;
            Some((apparatus.tokens.user(&grant.access, now)?, grant))
        }
        _ => None,
    }
}

fn body(grant: &Grant) -> Value {
    let mut body = json!({
        "access_token": grant.access,
        "scope": "useraccount",
        "token_type": "Bearer",
        "expires_in": grant.expires_in,
    });
    if let (Some(refresh), Some(body)) = (&grant.refresh, body.as_object_mut()) {
        body.insert("refresh_token".into(), refresh.as_str().into());
    }
    body
}
