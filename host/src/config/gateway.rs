//! The sections that are there once: the gateway, its listeners, its ledger and its plugins.

use super::{
    secret::SecretRef,
    units::{ByteSize, Span},
    written,
};
use crate::ingest::redact::Pointer;
use schemars::JsonSchema;
use serde::Deserialize;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// `[gateway]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GatewaySection {
    /// Keeps the tickets of several gateways apart, test and production, say. Part of every ticket's key: choose it once.
    pub name: String,
    /// How long a gateway holds a ticket without a sign of life. After a crash its tickets wait so long until another gateway,
    /// or the restarted one, takes them over. At least three times the longest `request_timeout`. Default 90 s.
    #[serde(default = "default_lease")]
    pub lease: Span,
    /// Which other alerts a ticket names beside its own.
    #[serde(default)]
    pub related: RelatedSection,
}

/// `[gateway] related`: other alerts that fire, which a ticket's mapping is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RelatedSection {
    /// How long before or after the ticket's alert they fired. Default 1 h.
    pub within: Span,
    /// How many are named, the most telling first; 0 names none. Default 10.
    pub most: u16,
}

/// `[ingest]`: where alerts arrive.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IngestSection {
    /// Address and port. Default `127.0.0.1:8080`.
    #[serde(deserialize_with = "written::address")]
    pub listen: SocketAddr,
    /// The longest body, as sent; a longer one is answered with 413. Default 1 MB.
    pub max_body: ByteSize,
    /// The longest body after it was inflated. Default 8 MB.
    pub max_inflated: ByteSize,
    /// Open connections; further ones wait to be taken. Default 1024.
    pub max_connections: u32,
    /// Requests under way; further ones are answered with 503. Default 512.
    pub max_requests: u32,
    /// How long a sender may take over a request's head. Default 10 s.
    pub header_timeout: Span,
    /// How long a sender may take over a request's body. Default 30 s.
    pub body_timeout: Span,
    /// How long a shutdown waits for requests under way. Default 20 s.
    pub drain_timeout: Span,
    /// How many refused bodies are kept for each source; the oldest leave. Default 1000.
    pub quarantine: u32,
    /// Serves HTTPS, with HTTP/2 by ALPN. Without it HTTP/2 is by prior knowledge only.
    pub tls: Option<IngestTls>,
}

/// `[ingest.tls]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IngestTls {
    /// The certificate chain in PEM; a relative path begins at the configuration's folder.
    pub cert: PathBuf,
    /// The private key in PEM.
    pub key: SecretRef,
}

/// `[admin]`: status, tickets and alerts, for the command line and for probes. It has no authentication: loopback only.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AdminSection {
    /// Address and port. Default `127.0.0.1:8081`.
    #[serde(deserialize_with = "written::address")]
    pub listen: SocketAddr,
}

/// `[ledger]`: the durable store.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LedgerSection {
    /// `sqlite:PATH`; a relative path begins at the working folder. Default `sqlite:signalbox.db`.
    pub url: String,
    /// How long what is over is kept. Tickets that have not ended stay, with all that belongs to them, and so does what a
    /// sink has not taken yet.
    pub keep: KeepSection,
    /// How large the ledger may become. From seven eighths of it on alerts are answered with 503, and nothing is read back;
    /// the last eighth is for the work on tickets. At least 32 MiB. Default: as large as its disk lets it.
    pub max_size: Option<ByteSize>,
    /// What is taken out of posted bodies before anything else reads them: JSON pointers (RFC 6901) such as
    /// `/data/alertContext/claims`, with `*` for every member or element. What is not JSON is not kept then.
    pub redact: Vec<Pointer>,
}

/// `[ledger] keep`: at least a day each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct KeepSection {
    /// Bodies as they were posted, from when they came. Those that are no alerts wait for the operator. Default 30 d.
    pub bodies: Span,
    /// Alerts that no ticket needs, from when they came. Default 120 d.
    pub alerts: Span,
    /// Tickets that have ended, from the last that happened to them. Default 400 d.
    pub tickets: Span,
    /// Records that were read back, from their last change; and what sinks' other sides refused. Default 400 d.
    pub records: Span,
}

/// `[plugins]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PluginsSection {
    /// Where a plugin's `NAME.wasm` is; a relative path begins at the configuration's folder. Default `plugins`.
    pub folder: PathBuf,
    /// Where compiled plugins are kept between starts. Default `.signalbox-cache` beside the configuration.
    pub cache: PathBuf,
    /// The key that the cache's entries are authenticated with; must not be in the cache's folder. Default: a random key in
    /// the user's state folder.
    pub cache_key: Option<CacheKeyFile>,
    /// The transform of routes that name no mapping. Default `field-map`.
    pub default_transform: String,
    /// What holds for every plugin that sets nothing of its own.
    pub limits: PluginLimits,
}

/// `[plugins] cache_key`: a file that only the gateway's user can read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CacheKeyFile {
    /// At least 16 bytes, readable by its owner alone; a relative path begins at the configuration's folder.
    pub file: PathBuf,
}

/// `limits` of a source or a mapping, and `[plugins.limits]`.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PluginLimits {
    /// How long one call may take; a source's 3 s at most, since senders wait 8 s. Default 2 s; 30 s for a connection's calls.
    pub deadline: Option<Span>,
    /// Memory of one call in total. Default 64 MiB.
    pub memory: Option<ByteSize>,
    /// Calls at the same time. Default: two for each processor, from 4 to 32; 16 for a connection.
    pub concurrency: Option<u32>,
    /// Log text of one call; what is over is counted and dropped. Default 64 KiB.
    pub log_bytes: Option<ByteSize>,
    /// The longest answer that a plugin may be given over HTTP. Default 8 MiB.
    pub response_bytes: Option<ByteSize>,
}

/// Senders repeat for hours what was kept before.
const SHORTEST_KEPT: Span = Span(Duration::from_secs(86_400));
/// An eighth of it must hold what a few tickets and the largest body take.
const SMALLEST_LEDGER: ByteSize = ByteSize(32 << 20);

fn default_lease() -> Span {
    Span(Duration::from_secs(90))
}

// === impl RelatedSection ===

impl Default for RelatedSection {
    fn default() -> Self {
        Self { within: Span(Duration::from_secs(60 * 60)), most: 10 }
    }
}

// === impl IngestSection ===

impl Default for IngestSection {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            max_body: ByteSize(1_000_000),
            max_inflated: ByteSize(8_000_000),
            max_connections: 1024,
            max_requests: 512,
            header_timeout: Span(Duration::from_secs(10)),
            body_timeout: Span(Duration::from_secs(30)),
            drain_timeout: Span(Duration::from_secs(20)),
            quarantine: 1000,
            tls: None,
        }
    }
}

impl IngestSection {
    /// What would let nothing in: which key, and what is wrong with it.
    #[must_use]
    pub fn unusable(&self) -> Vec<(&'static str, String)> {
        let zero = [
            ("max_body", self.max_body.0 == 0),
            ("max_inflated", self.max_inflated.0 == 0),
            ("max_connections", self.max_connections == 0),
            ("max_requests", self.max_requests == 0),
            ("quarantine", self.quarantine == 0),
        ];
        let short = [("header_timeout", self.header_timeout), ("body_timeout", self.body_timeout)];
        let zero = zero.into_iter().filter(|(_, zero)| *zero);
        let zero = zero.map(|(key, _)| (key, format!("`[ingest] {key}` is 0, and must be at least 1")));
        let short = short.into_iter().filter(|(_, Span(span))| *span < Duration::from_millis(100));
        let short = short.map(|(key, span)| (key, format!("`[ingest] {key}` is {span}, and must be at least 100ms")));
        zero.chain(short).collect()
    }
}

// === impl AdminSection ===

impl Default for AdminSection {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8081)) }
    }
}

// === impl LedgerSection ===

impl Default for LedgerSection {
    fn default() -> Self {
        Self { url: "sqlite:signalbox.db".to_owned(), keep: KeepSection::default(), max_size: None, redact: Vec::new() }
    }
}

impl LedgerSection {
    /// What is no address, would lose what senders repeat, or leave no room to work: which key, and what is wrong with it.
    #[must_use]
    pub fn unusable(&self) -> Vec<(&'static str, String)> {
        let elsewhere = crate::ledger::check(&self.url).err().map(|error| ("url", format!("`[ledger] url`: {error}")));
        let KeepSection { bodies, alerts, tickets, records } = self.keep;
        let keep =
            [("keep.bodies", bodies), ("keep.alerts", alerts), ("keep.tickets", tickets), ("keep.records", records)];
        let short = keep.into_iter().filter(|(_, span)| *span < SHORTEST_KEPT);
        let short = short.map(|(key, span)| (key, format!("`[ledger] {key}` is {span}, and must be at least 1d")));
        let small = self.max_size.filter(|size| *size < SMALLEST_LEDGER).map(|ByteSize(bytes)| {
            ("max_size", format!("`[ledger] max_size` is {bytes} bytes, and must be at least 32MiB"))
        });
        elsewhere.into_iter().chain(short).chain(small).collect()
    }
}

// === impl KeepSection ===

impl Default for KeepSection {
    fn default() -> Self {
        let days = |days: u64| Span(Duration::from_secs(days * 86_400));
        Self { bodies: days(30), alerts: days(120), tickets: days(400), records: days(400) }
    }
}

// === impl PluginsSection ===

impl Default for PluginsSection {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("plugins"),
            cache: PathBuf::from(".signalbox-cache"),
            cache_key: None,
            default_transform: "field-map".to_owned(),
            limits: PluginLimits::default(),
        }
    }
}

// === impl PluginLimits ===

impl PluginLimits {
    /// What this sets, else what `all` sets.
    #[must_use]
    pub fn or(self, all: Self) -> Self {
        Self {
            deadline: self.deadline.or(all.deadline),
            memory: self.memory.or(all.memory),
            concurrency: self.concurrency.or(all.concurrency),
            log_bytes: self.log_bytes.or(all.log_bytes),
            response_bytes: self.response_bytes.or(all.response_bytes),
        }
    }
}
