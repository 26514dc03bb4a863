//! `POST /api/V3/Authorization/GetToken`, and who calls with what it gave.
//!
//! The answer is the token as a JSON string; from then on every call carries `Authorization: Token …`.

use http::{StatusCode, header};
use serde_json::Value;

use super::{
    options::{Account, DOMAIN},
    portal::Portal,
    refusal::{JSON, Refusal},
    request::object,
};
use crate::shared::{Answer, Call};

/// The client that tokens are given to: the portal knows none.
const CLIENT: &str = "portal";

/// Gives a token.
///
/// # Errors
/// [`Refusal::Unauthorized`] where name or password are wrong; [`Refusal::Invalid`] where the body is.
pub fn token(portal: &Portal, call: &Call) -> Result<Answer, Refusal> {
    let form = object(call)?;
    if form.keys().any(|name| !["UserName", "Password", "LanguageCode"].contains(&name.as_str())) {
        return Err(Refusal::Invalid);
    }
    let text = |name: &str| form.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (name, password, _) = (text("UserName"), text("Password"), text("LanguageCode").ok_or(Refusal::Invalid)?);
    let (name, password) = (name.ok_or(Refusal::Invalid)?, password.ok_or(Refusal::Invalid)?);
    let account = named(portal, name).filter(|account| account.password == password).ok_or(Refusal::Unauthorized)?;
    let (apparatus, rules) = (&portal.apparatus, &portal.options.tokens);
    let grant = apparatus.tokens.grant(&account.user, CLIENT, apparatus.clock.now(), rules);
    Ok(Answer::json(StatusCode::OK, JSON, &grant.access).by(&account.user))
}

/// Who calls.
///
/// # Errors
/// [`Refusal::Unauthorized`] where no token is shown, or one that is unknown or over.
pub fn authenticate<'a>(portal: &'a Portal, call: &Call) -> Result<&'a Account, Refusal> {
    let shown = call.header(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Token "));
    let now = portal.apparatus.clock.now();
    let user = shown.and_then(|token| portal.apparatus.tokens.user(token.trim(), now)).ok_or(Refusal::Unauthorized)?;
    named(portal, &user).ok_or(Refusal::Unauthorized)
}

/// An account by its name, with or without the domain.
fn named<'a>(portal: &'a Portal, name: &str) -> Option<&'a Account> {
    let name = match name.split_once('\\') {
        Some((domain, name)) if domain.eq_ignore_ascii_case(DOMAIN) => name,
        Some(_) => return None,
        None => name,
    };
    portal.options.accounts.iter().find(|account| account.user.eq_ignore_ascii_case(name))
}
