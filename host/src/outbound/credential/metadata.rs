//! Tokens from a metadata address: one `GET`, an answer in which numbers may be texts, and patience with an address that is
//! busy or being replaced. It is asked again a few times, each after twice the wait, and then is unavailable; any other
//! refusal is for a person to act on.

use super::{
    InvalidAuth, header_name, header_value,
    login::{Granted, LoginError},
    oauth2,
};
use crate::{
    domain::Timestamp,
    outbound::{
        Metadata, Secret,
        message::{Answer, Outgoing},
        retry_after::retry_after,
        secret::redact,
    },
};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;
use std::time::Duration;

/// No wait is longer, whatever the address asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Finds at load what a request would stumble over.
pub(super) fn check(spec: &Metadata) -> Result<(), InvalidAuth> {
    for (name, value) in &spec.headers {
        let name = header_name(name)?;
        header_value(value).ok_or_else(|| InvalidAuth::Value(name.to_string()))?;
    }
    let pointers = [&spec.token, &spec.expires_in, &spec.expires_on];
    if let Some(pointer) = pointers.into_iter().find(|pointer| !pointer.starts_with('/')) {
        return Err(InvalidAuth::Pointer(pointer.clone()));
    }
    let url = &spec.url;
    if matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none() {
        Ok(())
    } else {
        Err(InvalidAuth::Url(url.origin().ascii_serialization()))
    }
}

/// The request.
pub(super) fn request(spec: &Metadata) -> Result<Outgoing, LoginError> {
    let mut headers = HeaderMap::new();
    for (name, value) in &spec.headers {
        let parsed = header_name(name).ok().zip(header_value(value));
        let (parsed, value) =
            parsed.ok_or_else(|| LoginError::Unavailable(format!("the header `{name}` cannot be sent")))?;
        headers.append(parsed, value);
    }
    Ok(Outgoing { method: Method::GET, url: spec.url.clone(), headers, body: Bytes::new() })
}

/// How long to wait before asking again, after so many `retries`; none where that is of no use any more.
pub(super) fn wait(spec: &Metadata, answer: &Answer, retries: u32, now: Timestamp) -> Option<Duration> {
    let most = match answer.status {
        // The address is being replaced, which takes longer than a burst of requests.
        StatusCode::GONE => spec.retries.saturating_add(spec.retries.div_ceil(2)),
        status if is_busy(status) => spec.retries,
        _ => return None,
    };
    let own = spec.retry_wait.saturating_mul(2_u32.saturating_pow(retries));
    let asked = answer.headers.get(header::RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?, now));
    (retries < most).then(|| own.max(asked.unwrap_or_default()).min(LONGEST_WAIT))
}

/// What an answer gives. Of its words only those of an error are quoted.
pub(super) fn granted(spec: &Metadata, answer: &Answer) -> Result<Granted, LoginError> {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let at = |pointer: &str| json.as_ref()?.pointer(pointer);
    let status = answer.status;
    if status.is_success() {
        if json.is_none() {
            return Err(LoginError::Unavailable("the metadata address's answer is not JSON".to_owned()));
        }
        let token = at(&spec.token).and_then(Value::as_str).filter(|token| !token.is_empty());
        let place = &spec.token;
        let token = token
            .ok_or_else(|| LoginError::Refused(format!("the metadata address's answer has no token at `{place}`")))?;
        let lifetime = oauth2::lifetime(at(&spec.expires_in), at(&spec.expires_on));
        return Ok(Granted { token: token.into(), lifetime, refresh: None });
    }
    let mut reason = format!("the metadata address answered {status}");
    for pointer in ["/error", "/error_description"] {
        if let Some(words) = at(pointer).and_then(Value::as_str).filter(|words| !words.is_empty()) {
            reason.push_str(": ");
            reason.push_str(&redact(words, secrets(spec)));
        }
    }
    if status.is_client_error() && !is_busy(status) {
        Err(LoginError::Refused(reason))
    } else {
        Err(LoginError::Unavailable(reason))
    }
}

/// What passes by itself.
fn is_busy(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::TOO_MANY_REQUESTS)
        || status.is_server_error()
}

fn secrets(spec: &Metadata) -> impl Iterator<Item = &Secret> {
    spec.headers.iter().map(|(_, value)| value)
}

#[cfg(test)]
#[path = "metadata_tests.rs"]
mod tests;
