//! What a call brings: a JSON object in its body, or parameters.

use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::shared::Call;

/// The body as a JSON object.
///
/// # Errors
/// [`Refusal::UnsupportedMediaType`] or [`Refusal::Invalid`].
pub fn object(call: &Call) -> Result<Map<String, Value>, Refusal> {
    match call.content_type().as_deref() {
        Some("application/json" | "text/json") => {}
        other => return Err(Refusal::UnsupportedMediaType(other.unwrap_or_default().to_owned())),
    }
    match serde_json::from_slice(&call.body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Refusal::Invalid),
    }
}

/// A parameter, whose name is taken in any case; without it the call is another, which there is not.
///
/// # Errors
/// [`Refusal::NoResource`].
pub fn parameter<'a>(call: &'a Call, name: &str) -> Result<&'a str, Refusal> {
    let found = call.query.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str()).ok_or_else(|| Refusal::NoResource(call.target.clone()))
}
