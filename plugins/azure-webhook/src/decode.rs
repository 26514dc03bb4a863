//! The pure heart of the plugin: a request and the settings in, alerts out.

use signalbox_sdk::source::{DecodeError, Request};
use signalbox_sdk::types::Alert;

use crate::alert;
use crate::body::Body;
use crate::kind::Kind;
use crate::schema;
use crate::settings::Settings;

/// Reads what an action group posted. Azure posts one alert a body.
///
/// # Errors
/// `malformed` where the body is not JSON or not of a schema that this plugin knows, with a byte offset or a JSON Pointer and what
/// was expected there; `unsupported` where it is of Azure, but of a schema that was never taken, with what the sender can change.
pub fn decode(request: &Request, settings: &Settings) -> Result<Vec<Alert>, DecodeError> {
    let body = Body::parse(&request.body)?;
    let (envelope, details) = schema::read(&body.json, settings)?;
    Ok(vec![alert::assemble(envelope, details, request, body, settings)])
}

/// Whether no reader knew the alert's service.
pub(crate) fn is_of_unknown_kind(alert: &Alert) -> bool {
    alert.labels.iter().any(|(name, value)| name == "kind" && value == Kind::Other.name())
}
