//! What the operator says about a connection, checked and with its secrets resolved.
//!
//! Two specifications that are equal are one connection: that is how pace, breaker and tokens outlive a reload.

use super::{Auth, Secret};
use crate::domain::ConnectionName;
use ipnet::IpNet;
use std::{num::NonZeroU32, time::Duration};
use url::Url;

/// One connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionSpec {
    /// As the configuration calls it.
    pub name: ConnectionName,
    /// Where targets are joined: `http` or `https`, a host, perhaps a path.
    pub base: Url,
    /// Added to what goes under `base`, and to nothing else.
    pub auth: Option<Auth>,
    /// What else whole URLs may reach.
    pub origins: Vec<OriginSpec>,
    /// Loopback and private networks that may be reached. Public addresses need no entry.
    pub networks: Vec<IpNet>,
    /// Whom to trust and who to be.
    pub tls: TlsSpec,
    /// Everything but metadata addresses goes through it.
    pub proxy: Option<ProxySpec>,
    /// Bounds on pace, size and time.
    pub limits: Limits,
    /// When to stop trying for a while.
    pub breaker: BreakerSpec,
}

/// A granted origin: scheme, host and port, no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginSpec {
    /// `https://api.example.com`.
    pub origin: Url,
    /// Its own; without one, its requests carry no credentials.
    pub auth: Option<Auth>,
}

/// TLS of a connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsSpec {
    /// Certificates in PEM. Where given, only what they signed is trusted, and the system's store is not.
    pub ca: Option<String>,
    /// Shown to the base's origin only: it is a credential.
    pub identity: Option<ClientIdentity>,
}

/// A client certificate with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientIdentity {
    /// The chain in PEM, own certificate first.
    pub certificate: String,
    /// Its key in PEM.
    pub key: Secret,
}

/// A forward proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxySpec {
    /// `http://` or `https://`. Its address is checked like a platform's; the names behind it are the proxy's to resolve.
    pub url: Url,
    /// User name and password for it.
    pub login: Option<(String, Secret)>,
}

/// Bounds. Everything waits or is refused at them; nothing passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second in the long run, logins included.
    pub per_second: NonZeroU32,
    /// Requests at once after a rest.
    pub burst: NonZeroU32,
    /// Requests under way at a time.
    pub concurrency: NonZeroU32,
    /// Bytes of an answer's body, decompressed.
    pub response_bytes: u64,
    /// From the first byte sent to the last received; half of it for making a connection. What a lease must have left.
    pub request_timeout: Duration,
    /// A platform that asks for a longer rest gets this one.
    pub longest_pause: Duration,
    /// After a refused login none is tried for so long: some platforms lock an account after a few.
    pub login_rest: Duration,
}

/// When a connection counts as down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakerSpec {
    /// After so many failures in a row nothing is sent.
    pub failures: NonZeroU32,
    /// For so long; then one request is let through as a trial.
    pub rest: Duration,
}

// === impl Limits ===

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_second: NonZeroU32::MIN.saturating_add(19),
            burst: NonZeroU32::MIN.saturating_add(39),
            concurrency: NonZeroU32::MIN.saturating_add(7),
            response_bytes: 8 << 20,
            request_timeout: Duration::from_secs(20),
            longest_pause: Duration::from_secs(600),
            login_rest: Duration::from_secs(30),
        }
    }
}

// === impl BreakerSpec ===

impl Default for BreakerSpec {
    fn default() -> Self {
        Self { failures: NonZeroU32::MIN.saturating_add(9), rest: Duration::from_secs(30) }
    }
}

// === impl ConnectionSpec ===

impl ConnectionSpec {
    /// A connection with the defaults for everything but where it goes.
    #[must_use]
    pub fn new(name: ConnectionName, base: Url) -> Self {
        Self {
            name,
            base,
            auth: None,
            origins: Vec::new(),
            networks: Vec::new(),
            tls: TlsSpec::default(),
            proxy: None,
            limits: Limits::default(),
            breaker: BreakerSpec::default(),
        }
    }
}
