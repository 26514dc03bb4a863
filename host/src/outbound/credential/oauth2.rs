//! Token requests and answers after [RFC 6749](https://www.rfc-editor.org/rfc/rfc6749), as strict in what is sent and as
//! tolerant in what is taken as token endpoints need: numbers written as strings, errors as JSON within a JSON string.

use super::{
    basic, header_value,
    login::{Granted, LoginError},
};
use crate::outbound::{
    ClientAuth, Grant, OAuth2, Secret,
    message::{Answer, Outgoing},
    secret::redact,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use std::time::{Duration, SystemTime};
use url::{Url, form_urlencoded};

/// One thing to show to a token endpoint.
pub(super) enum Attempt<'a> {
    Client,
    Password(&'a str, &'a Secret),
    Refresh(&'a Secret),
}

/// What to show, in order, until one is not refused. The newest refresh token spares the password; when it is refused, the
/// login begins anew.
pub(super) fn attempts<'a>(spec: &'a OAuth2, newest: Option<&'a Secret>) -> Vec<Attempt<'a>> {
    match &spec.grant {
        Grant::ClientCredentials => vec![Attempt::Client],
        Grant::Password { username, password } => {
            newest.map(Attempt::Refresh).into_iter().chain([Attempt::Password(username, password)]).collect()
        }
        Grant::Refresh { token } => {
            newest.filter(|newest| *newest != token).into_iter().chain([token]).map(Attempt::Refresh).collect()
        }
    }
}

/// The request that shows it; `assertion` speaks for a client that has no secret.
pub(super) fn request(
    spec: &OAuth2,
    url: &Url,
    attempt: &Attempt<'_>,
    assertion: Option<&Secret>,
) -> Result<Outgoing, LoginError> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let mut form = form_urlencoded::Serializer::new(String::new());
    match attempt {
        Attempt::Client => form.append_pair("grant_type", "client_credentials"),
        Attempt::Password(username, password) => form
            .append_pair("grant_type", "password")
            .append_pair("username", username)
            .append_pair("password", password.expose()),
        Attempt::Refresh(token) => {
            form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token.expose())
        }
    };
    match (&spec.client_auth, &spec.client_secret) {
        (ClientAuth::Header, secret) => {
            let secret = secret.clone().unwrap_or_else(|| Secret::from(""));
            let encoded = Secret::from(encode(secret.expose()));
            let value = header_value(&basic(&encode(&spec.client_id), &encoded));
            headers.insert(
                header::AUTHORIZATION,
                value.ok_or_else(|| LoginError::Unavailable("the client's secret cannot be sent".to_owned()))?,
            );
        }
        (ClientAuth::Body | ClientAuth::Assertion(_), secret) => {
            if !spec.client_id.is_empty() {
                form.append_pair("client_id", &spec.client_id);
            }
            if let Some(secret) = secret {
                form.append_pair("client_secret", secret.expose());
            }
        }
    }
    if let Some(assertion) = assertion {
        form.append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .append_pair("client_assertion", assertion.expose());
    }
    if let Some(scope) = &spec.scope {
        form.append_pair("scope", scope);
    }
    for (name, value) in &spec.extra {
        form.append_pair(name, value.expose());
    }
    Ok(Outgoing { method: Method::POST, url: url.clone(), headers, body: Bytes::from(form.finish()) })
}

/// All that must not be quoted back.
pub(super) fn secrets<'a>(spec: &'a OAuth2, attempt: &Attempt<'a>, assertion: Option<&'a Secret>) -> Vec<&'a Secret> {
    let shown = match attempt {
        Attempt::Client => None,
        Attempt::Password(_, secret) | Attempt::Refresh(secret) => Some(*secret),
    };
    spec.client_secret.iter().chain(shown).chain(assertion).chain(spec.extra.iter().map(|(_, value)| value)).collect()
}

/// What a token endpoint's answer gives.
pub(super) fn granted(answer: &Answer, secrets: &[&Secret]) -> Result<Granted, LoginError> {
    let json = parse(&answer.body);
    let text = |name: &str| json.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if answer.status.is_success()
        && let Some(token) = text("access_token")
    {
        let refresh = text("refresh_token").map(Secret::from);
        let lifetime = lifetime(json.get("expires_in"), json.get("expires_on"));
        return Ok(Granted { token: token.into(), lifetime, refresh });
    }
    let words = |words: &str| redact(words, secrets.iter().copied());
    let status = answer.status;
    let Some(code) = text("error") else {
        return Err(match status {
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                LoginError::Refused(format!("the token endpoint answered {status}"))
            }
            _ if status.is_success() => {
                LoginError::Unavailable(format!("the token endpoint answered {status} without a token"))
            }
            _ => LoginError::Unavailable(format!("the token endpoint answered {status}")),
        });
    };
    let reason = match text("error_description") {
        Some(description) => format!("{}: {}", words(code), words(description)),
        None => words(code),
    };
    // With 401 it is a refusal whatever the code: some platforms say `server_error` of a wrong password.
    let passes = matches!(code, "temporarily_unavailable" | "server_error" | "slow_down");
    if (passes && status != StatusCode::UNAUTHORIZED)
        || status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
    {
        Err(LoginError::Unavailable(reason))
    } else {
        Err(LoginError::Refused(reason))
    }
}

fn parse(body: &[u8]) -> Value {
    match serde_json::from_slice(body) {
        Ok(Value::String(inner)) => serde_json::from_str(&inner).unwrap_or_default(),
        Ok(value) => value,
        Err(_) => Value::Null,
    }
}

/// A token's life, from what an answer says of it, or of its end.
pub(super) fn lifetime(expires_in: Option<&Value>, expires_on: Option<&Value>) -> Option<Duration> {
    if let Some(seconds) = expires_in.and_then(seconds) {
        return Some(seconds);
    }
    let end = SystemTime::UNIX_EPOCH.checked_add(expires_on.and_then(seconds)?)?;
    Some(end.duration_since(SystemTime::now()).unwrap_or_default())
}

fn seconds(value: &Value) -> Option<Duration> {
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Duration::try_from_secs_f64(number).ok()
}

fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
#[path = "oauth2_tests.rs"]
mod tests;
