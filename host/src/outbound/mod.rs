//! The way out: every byte that leaves the gateway for a platform passes here, whoever asks for it.
//!
//! A plugin names a path; this folder decides where it leads, adds credentials that the plugin never sees, keeps the pace
//! that the platform can bear, and says of every request without an answer whether it may have been done. It is the only
//! folder that names the HTTP client. A [`Connection`] is what the operator configured, open; [`Connections`] keeps it
//! across reloads; [`Recorder`] and [`NotSending`] stand in front of one.

mod address;
mod admission;
mod audience;
mod auth;
mod breaker;
mod client;
mod connection;
mod credential;
mod health;
mod lookup;
mod message;
mod pacer;
mod recorder;
mod registry;
mod rehearsal;
mod retry_after;
mod secret;
mod spec;
mod template;

use std::time::{Duration, Instant};

pub use audience::InvalidAddress;
pub use auth::{
    Auth, ClientAssertion, ClientAuth, Exchange, ExchangeRequest, Grant, Logout, Metadata, OAuth2, SignedAssertion,
    SigningAlgorithm, TokenAt,
};
pub use breaker::BreakerState;
pub use client::InvalidClient;
pub use connection::{Connection, InvalidConnection};
pub use credential::{CredentialState, InvalidAssertion, InvalidAuth};
pub use health::Health;
pub use lookup::{Lookup, SystemLookup};
pub use recorder::{Recorded, Recorder};
pub use registry::Connections;
pub use rehearsal::NotSending;
pub use secret::Secret;
pub use spec::{BreakerSpec, ClientIdentity, ConnectionSpec, Limits, OriginSpec, ProxySpec, TlsSpec};
pub use template::{InvalidTemplate, Template};

/// Later by `span`, by a year at most: what an operator or a platform writes down cannot overflow a clock.
fn later(now: Instant, span: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
    now.checked_add(span.min(YEAR)).unwrap_or(now)
}
