//! Sources: a monitor's body in, alerts out.

use super::bindings::source::DecodingPre;
use super::bindings::source::exports::signalbox::plugin::source as contract;
use super::call::CallState;
use super::convert;
use super::error::{Blame, Failure, InvalidAnswer};
use super::grant::Grants;
use super::loaded::Plugin;
use super::usage::{Usage, UseError, UseOptions, guest};
use super::words;
use crate::domain::{Alert, Labels, Timestamp};
use std::sync::Arc;

/// What a sender posted, without its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRequest {
    /// As sent; empty where absent.
    pub content_type: String,
    /// Names in lower case, credentials left out.
    pub headers: Labels,
    /// Credentials left out.
    pub query: String,
    /// Whole.
    pub body: Vec<u8>,
    /// When it came in; the plugin's clock says the same.
    pub received_at: Timestamp,
}

/// What a body says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// May be empty.
    pub alerts: Vec<Alert>,
    /// What the monitor waits for, as JSON text.
    pub reply: Option<String>,
}

/// Why a body is not an alert. The sender's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not this source's format.
    #[error("at `{at}`: {message}")]
    Malformed {
        /// JSON Pointer or byte offset.
        at: String,
        /// What is wrong there.
        message: String,
    },
    /// Its format, of a kind or version that the source does not take.
    #[error("{0}")]
    Unsupported(String),
}

/// Why a source gives no alerts.
pub type SourceFailure = Failure<DecodeError>;

/// A source of the configuration.
#[derive(Debug)]
pub struct SourceUse(Usage<DecodingPre<CallState>>);

// === impl DecodeError ===

impl DecodeError {
    /// Who has to do something about it.
    #[must_use]
    pub fn blame(&self) -> Blame {
        Blame::Sender
    }
}

// === impl SourceUse ===

impl SourceUse {
    /// # Errors
    /// Another kind of plugin, limits that cannot be kept, settings that do not fit.
    pub async fn new(plugin: Arc<Plugin>, options: UseOptions) -> Result<Self, UseError> {
        Usage::new(plugin, &Grants::default(), options).await.map(Self)
    }

    /// The plugin behind it.
    #[must_use]
    pub fn plugin(&self) -> &Arc<Plugin> {
        &self.0.plugin
    }

    /// The alerts that a body stands for.
    ///
    /// # Errors
    /// The plugin refuses the body, or could not answer.
    pub async fn decode(&self, request: SourceRequest) -> Result<Decoded, SourceFailure> {
        let at = request.received_at;
        let request = contract::Request {
            content_type: request.content_type,
            headers: request.headers,
            query: request.query,
            body: request.body,
            received_at: at.to_string(),
        };
        self.0
            .pure(at, guest!(self.0.pre, signalbox_plugin_source.call_decode(&request)), |answer| match answer {
                Ok(decoded) => decoded_out(decoded).map(Ok),
                Err(error) => Ok(Err(error_out(error))),
            })
            .await
    }
}

fn decoded_out(decoded: contract::Decoded) -> Result<Decoded, InvalidAnswer> {
    Ok(Decoded {
        alerts: convert::alerts_out(decoded.alerts)?,
        reply: decoded.reply.map(|reply| convert::json("reply", reply)).transpose()?,
    })
}

fn error_out(error: contract::DecodeError) -> DecodeError {
    match error {
        contract::DecodeError::Malformed(fault) => DecodeError::Malformed {
            at: words::escaped(&fault.at, 400),
            message: words::escaped(&fault.message, 1_000),
        },
        contract::DecodeError::Unsupported(what) => DecodeError::Unsupported(words::escaped(&what, 1_000)),
    }
}
