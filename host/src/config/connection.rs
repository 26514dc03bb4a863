//! `[connections.NAME]`: a plugin with an address, credentials, limits and settings.

use super::{
    auth::{AuthSection, InvalidAuth},
    gateway::PluginLimits,
    monitor::{EnrichSection, InvalidQuestion, RecheckSection},
    pull::{InvalidPull, PullSection},
    secret::{MissingSecret, SecretRef},
    units::{ByteSize, Span},
    written,
};
use crate::{
    domain::ConnectionName,
    outbound::{ClientIdentity, ConnectionSpec, OriginSpec, ProxySpec, Secret, TlsSpec},
    plugin::Kind,
};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    path::{Path, PathBuf},
    time::Duration,
};
use url::Url;

/// `[connections.NAME]`: one of `adapter`, `monitor` and `sink`, with an address.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSection {
    /// The adapter plugin's name, for an ITSM platform: routes make tickets on it.
    pub adapter: Option<String>,
    /// The monitor plugin's name, for a monitoring system: sources name it as theirs.
    pub monitor: Option<String>,
    /// The sink plugin's name, for a place that records and ticket events are taken to.
    pub sink: Option<String>,
    /// The other side's address: `https://`, a host, perhaps a path.
    #[schemars(with = "String")]
    pub url: Url,
    /// Credentials; without them requests carry none.
    pub auth: Option<AuthSection>,
    /// Other origins that the plugin may call, each with credentials of its own or none.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, OriginSection>")]
    pub origins: BTreeMap<Url, OriginSection>,
    /// Loopback and private networks that may be reached, as CIDR. Public addresses need no entry.
    #[serde(default, deserialize_with = "written::networks")]
    #[schemars(with = "Vec<String>")]
    pub networks: Vec<IpNet>,
    /// Whom to trust and who to be.
    #[serde(default)]
    pub tls: TlsSection,
    /// A forward proxy; the environment's is not read.
    pub proxy: Option<ProxySection>,
    /// Pace, size, time and memory.
    #[serde(default)]
    pub limits: ConnectionLimits,
    /// How long a write whose outcome is unknown takes to be seen. For adapters. Default: what the plugin says, 60 s where it
    /// doesn't.
    pub settle: Option<Span>,
    /// Reads the platform's incidents and changes back. For adapters; without it nothing is read back.
    pub pull: Option<PullSection>,
    /// How long new tickets wait for facts about their alerts. For monitors; those that have facts are asked for them.
    pub enrich: Option<EnrichSection>,
    /// When the condition of alerts is asked for that have fired for long. For monitors; those that know it are asked.
    pub recheck: Option<RecheckSection>,
    /// Its tickets wait, in order, until this is taken away; nothing is read back, delivered, asked or told.
    #[serde(default)]
    pub paused: bool,
    /// It is to go: no new tickets, and those that it has wait until they are dropped, or until it is back. Only so may a
    /// connection with open tickets go without its plugin, its secrets and its platform.
    #[serde(default)]
    pub retired: bool,
    /// The plugin's own settings; never a secret.
    #[serde(default)]
    pub settings: Map<String, Value>,
}

/// `[connections.NAME.origins."https://…"]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OriginSection {
    /// Credentials for this origin alone.
    pub auth: Option<AuthSection>,
}

/// `[connections.NAME.tls]`
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TlsSection {
    /// Certificates in PEM. Where given, only what they signed is trusted.
    pub ca: Option<PathBuf>,
    /// A client certificate in PEM, own certificate first.
    pub client_cert: Option<PathBuf>,
    /// Its key in PEM.
    pub client_key: Option<SecretRef>,
}

/// `[connections.NAME.proxy]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxySection {
    /// `http://` or `https://`.
    #[schemars(with = "String")]
    pub url: Url,
    /// User name for the proxy.
    pub username: Option<String>,
    /// Where the proxy's password is.
    pub password: Option<SecretRef>,
}

/// `[connections.NAME.limits]`
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ConnectionLimits {
    /// Requests a second in the long run, for everything that this connection does. Default 20.
    pub per_second: Option<NonZeroU32>,
    /// Requests at once after a rest. Default 40.
    pub burst: Option<NonZeroU32>,
    /// From the first byte sent to the last received. Default 20 s.
    pub request_timeout: Option<Span>,
    /// How long one call of the plugin may take. Default 30 s.
    pub deadline: Option<Span>,
    /// Memory of one call in total. Default 64 MiB.
    pub memory: Option<ByteSize>,
    /// Calls, and requests, at the same time; so many tickets are worked on at once. At most 64 calls. Default 16 calls and 8
    /// requests.
    pub concurrency: Option<NonZeroU32>,
    /// Log text of one call. Default 64 KiB.
    pub log_bytes: Option<ByteSize>,
    /// The longest answer, decompressed. Default 8 MiB.
    pub response_bytes: Option<ByteSize>,
}

/// A connection that can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConnection {
    /// Not exactly one plugin.
    #[error("a connection has exactly one of `adapter`, `monitor` and `sink`; this one has {0}")]
    Plugin(&'static str),
    /// A key that only adapters have a use for.
    #[error("`{0}` is for connections with an `adapter`")]
    ForAdapters(&'static str),
    /// A key that only monitors have a use for.
    #[error("`{0}` is for connections with a `monitor`")]
    ForMonitors(&'static str),
    /// A pull that can't be made.
    #[error(transparent)]
    Pull(#[from] InvalidPull),
    /// Questions that can't be asked so.
    #[error(transparent)]
    Question(#[from] InvalidQuestion),
    /// Neither `http` nor `https`, or no host; or with a secret in it, which is why it is not quoted.
    #[error("`{0}` is not an address: write http:// or https:// and a host, without user name, query or fragment")]
    Address(&'static str),
    /// No time for an answer.
    #[error("`request_timeout` must be at least 100ms")]
    Timeout,
    /// An origin with a path.
    #[error("a key of `origins` is not an origin: write https://, a host, perhaps a port, and nothing more")]
    Origin,
    /// Credentials that can't be used.
    #[error(transparent)]
    Auth(#[from] InvalidAuth),
    /// A secret that is not there.
    #[error(transparent)]
    Secret(#[from] MissingSecret),
    /// A file that is not there.
    #[error("the file `{}` can't be read: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// One without the other.
    #[error("`{given}` needs `{needed}` beside it")]
    Half {
        /// What is there.
        given: &'static str,
        /// What is not.
        needed: &'static str,
    },
}

// === impl InvalidConnection ===

impl InvalidConnection {
    /// The key of the section that is to blame; empty where it is the section as a whole.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::ForAdapters(key) | Self::ForMonitors(key) | Self::Address(key) => key,
            Self::Pull(_) => "pull",
            Self::Timeout => "limits.request_timeout",
            Self::Origin => "origins",
            Self::Auth(_) => "auth",
            Self::Plugin(_) | Self::Question(_) | Self::Secret(_) | Self::File { .. } | Self::Half { .. } => "",
        }
    }
}

// === impl ConnectionSection ===

impl ConnectionSection {
    /// Its plugin's kind and name.
    ///
    /// # Errors
    /// Not exactly one, or keys that such a connection has no use for.
    pub fn plugin(&self) -> Result<(Kind, &str), InvalidConnection> {
        let named = [(Kind::Adapter, &self.adapter), (Kind::Monitor, &self.monitor), (Kind::Sink, &self.sink)];
        let mut named = named.into_iter().filter_map(|(kind, name)| Some((kind, name.as_deref()?)));
        let only = named.next().ok_or(InvalidConnection::Plugin("none"))?;
        if named.next().is_some() {
            return Err(InvalidConnection::Plugin("several"));
        }
        if only.0 != Kind::Adapter {
            for (key, is_set) in [("settle", self.settle.is_some()), ("pull", self.pull.is_some())] {
                if is_set {
                    return Err(InvalidConnection::ForAdapters(key));
                }
            }
        }
        if only.0 != Kind::Monitor {
            for (key, is_set) in [("enrich", self.enrich.is_some()), ("recheck", self.recheck.is_some())] {
                if is_set {
                    return Err(InvalidConnection::ForMonitors(key));
                }
            }
        }
        if let Some(pull) = &self.pull {
            pull.check()?;
        }
        if let Some(enrich) = self.enrich {
            enrich.check()?;
        }
        if let Some(recheck) = self.recheck {
            recheck.check()?;
        }
        Ok(only)
    }

    /// What outbound needs, with secrets read; `folder` is the configuration's, `all` the limits of every plugin.
    ///
    /// # Errors
    /// Where it can't be opened as it stands.
    pub fn spec(
        &self,
        name: &ConnectionName,
        folder: &Path,
        all: &PluginLimits,
    ) -> Result<ConnectionSpec, InvalidConnection> {
        if !is_address(&self.url) {
            return Err(InvalidConnection::Address("url"));
        }
        if self.limits.request_timeout.is_some_and(|Span(timeout)| timeout < Duration::from_millis(100)) {
            return Err(InvalidConnection::Timeout);
        }
        let mut spec = ConnectionSpec::new(name.clone(), self.url.clone());
        spec.auth = self.auth.as_ref().map(|auth| auth.resolve(folder)).transpose()?;
        for (origin, section) in &self.origins {
            if !is_address(origin) || origin.path() != "/" {
                return Err(InvalidConnection::Origin);
            }
            let auth = section.auth.as_ref().map(|auth| auth.resolve(folder)).transpose()?;
            spec.origins.push(OriginSpec { origin: origin.clone(), auth });
        }
        spec.networks.clone_from(&self.networks);
        spec.tls = self.tls.resolve(folder)?;
        spec.proxy = self.proxy.as_ref().map(|proxy| proxy.resolve(folder)).transpose()?;
        let limits = &mut spec.limits;
        limits.per_second = self.limits.per_second.unwrap_or(limits.per_second);
        limits.burst = self.limits.burst.unwrap_or(limits.burst.max(limits.per_second));
        limits.concurrency = self.limits.concurrency.unwrap_or(limits.concurrency);
        limits.request_timeout = self.limits.request_timeout.map_or(limits.request_timeout, |Span(timeout)| timeout);
        let response_bytes = self.limits.response_bytes.or(all.response_bytes);
        limits.response_bytes = response_bytes.map_or(limits.response_bytes, |ByteSize(bytes)| bytes);
        Ok(spec)
    }

    /// The limits of its plugin's calls.
    #[must_use]
    pub fn plugin_limits(&self) -> PluginLimits {
        PluginLimits {
            deadline: self.limits.deadline,
            memory: self.limits.memory,
            concurrency: self.limits.concurrency.map(NonZeroU32::get),
            log_bytes: self.limits.log_bytes,
            response_bytes: self.limits.response_bytes,
        }
    }
}

fn is_address(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

fn read(folder: &Path, path: &Path) -> Result<String, InvalidConnection> {
    let path = folder.join(path);
    std::fs::read_to_string(&path).map_err(|cause| InvalidConnection::File { path, cause })
}

// === impl TlsSection ===

impl TlsSection {
    fn resolve(&self, folder: &Path) -> Result<TlsSpec, InvalidConnection> {
        let ca = self.ca.as_ref().map(|path| read(folder, path)).transpose()?;
        let identity = match (&self.client_cert, &self.client_key) {
            (Some(certificate), Some(key)) => {
                let certificate = read(folder, certificate)?;
                Some(ClientIdentity { certificate, key: Secret::from(key.read(folder)?) })
            }
            (None, None) => None,
            (Some(_), None) => return Err(InvalidConnection::Half { given: "client_cert", needed: "client_key" }),
            (None, Some(_)) => return Err(InvalidConnection::Half { given: "client_key", needed: "client_cert" }),
        };
        Ok(TlsSpec { ca, identity })
    }
}

// === impl ProxySection ===

impl ProxySection {
    fn resolve(&self, folder: &Path) -> Result<ProxySpec, InvalidConnection> {
        if !is_address(&self.url) {
            return Err(InvalidConnection::Address("proxy.url"));
        }
        let login = match (&self.username, &self.password) {
            (Some(username), Some(password)) => Some((username.clone(), Secret::from(password.read(folder)?))),
            (None, None) => None,
            (Some(_), None) => return Err(InvalidConnection::Half { given: "username", needed: "password" }),
            (None, Some(_)) => return Err(InvalidConnection::Half { given: "password", needed: "username" }),
        };
        Ok(ProxySpec { url: self.url.clone(), login })
    }
}
