//! What the simulated Azure is like; the default is one tenant with an application for the gateway, an identity of its
//! machine, one data collection rule, and the documented limits.

use std::time::Duration;

use super::{
    contents::Contents,
    directory::{Application, Credential, Directory, ManagedIdentity, Role},
    ingestion::CollectionRule,
    stream::{Kind, Stream},
};
use crate::shared::{Ports, token::TokenRules};

/// How it is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens.
    pub ports: Ports,
    /// Who may call.
    pub directory: Directory,
    /// How long Entra's tokens live.
    pub tokens: TokenRules,
    /// Whether a client assertion is good once. Entra takes it again as long as it lives.
    pub assertions_once: bool,
    /// How long the metadata service's tokens live.
    pub identity_tokens: TokenRules,
    /// Data collection rules.
    pub rules: Vec<CollectionRule>,
    /// Subscriptions of the tenant.
    pub subscriptions: Vec<String>,
    /// What there is to be asked for.
    pub contents: Contents,
    /// Events in a page of the activity log.
    pub activity_page: usize,
    /// How many requests are taken.
    pub limits: Limits,
}

/// So many requests in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Requests.
    pub requests: u64,
    /// Length of a window.
    pub window_seconds: u64,
}

/// How many requests are taken before 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Uploads through one data collection rule.
    pub uploads: Limit,
    /// Lists of alerts of one subscription.
    pub alert_lists: Limit,
    /// All other calls about alerts of one subscription.
    pub alerts: Limit,
    /// Reads of metrics, health and the activity log by one application.
    pub reads: Limit,
    /// Log queries by one application.
    pub queries: Limit,
}

/// The tenant.
pub const TENANT: &str = "2d8f7c31-5b0e-4a96-9f4d-7c61b3e0a852";
/// Its subscription.
pub const SUBSCRIPTION: &str = "7b1c9e40-2f6d-4a83-b5e7-d90c1f2a6384";
/// The gateway's application.
pub const APPLICATION: &str = "5c7e2b90-3f1d-4c68-a2b7-90d4e8f61a35";
/// Its secret.
pub const SECRET: &str = "app~secret~4711";
/// The client id of the machine's system-assigned identity.
pub const IDENTITY: &str = "8e41d0b6-72fa-4d19-b5c3-0a6f9e27d481";
/// An application that has no role at all.
pub const STRANGER: &str = "e0a4c1d2-96b3-47f5-8d0e-b1c2a3f4d5e6";
/// The immutable id of the data collection rule.
pub const RULE: &str = "dcr-0f3b6a7c9d2e41588b7a6c5d4e3f2a10";
/// The stream that it declares.
pub const STREAM: &str = "Custom-Tickets_CL";

// === impl Options ===

impl Default for Options {
    fn default() -> Self {
        Self {
            ports: Ports::default(),
            directory: Directory::default_for_gateway(),
            tokens: TokenRules { access: Duration::from_secs(3599), refresh: None, reuse: false },
            assertions_once: true,
            identity_tokens: TokenRules { access: Duration::from_secs(86_400), refresh: None, reuse: true },
            rules: tickets()
                .map(|stream| CollectionRule { immutable_id: RULE.into(), streams: vec![stream] })
                .collect(),
            subscriptions: vec![SUBSCRIPTION.into()],
            contents: Contents::default(),
            activity_page: 200,
            limits: Limits::default(),
        }
    }
}

impl Directory {
    fn default_for_gateway() -> Self {
        let roles = vec![Role::MonitoringMetricsPublisher, Role::MonitoringContributor];
        let application =
            |id: &str, roles| Application { id: id.to_owned(), credentials: vec![Credential::secret(SECRET)], roles };
        let identity = ManagedIdentity {
            client_id: IDENTITY.into(),
            object_id: "b7d3f2a1-58c4-4e06-9a7b-c0e1d2f3a4b5".into(),
            resource_id: None,
            roles: roles.clone(),
        };
        Self {
            applications: vec![application(APPLICATION, roles), application(STRANGER, Vec::new())],
            identities: vec![identity],
        }
    }
}

/// A stream with a column of each type. It is written so that it can be declared; were it not, there would be none.
fn tickets() -> impl Iterator<Item = Stream> {
    let columns = [
        ("TimeGenerated", Kind::Datetime),
        ("Number_s", Kind::String),
        ("Title_s", Kind::String),
        ("Reopened_i", Kind::Int),
        ("Sequence_l", Kind::Long),
        ("Hours_d", Kind::Real),
        ("Open_b", Kind::Boolean),
        ("Fields", Kind::Dynamic),
    ];
    Stream::new(STREAM, &columns).into_iter()
}

// === impl Limits ===

impl Default for Limits {
    /// As documented.
    fn default() -> Self {
        let per_minute = |requests| Limit { requests, window_seconds: 60 };
        Self {
            uploads: per_minute(12_000),
            alert_lists: per_minute(100),
            alerts: per_minute(1_000),
            reads: Limit { requests: 12_000, window_seconds: 3_600 },
            queries: Limit { requests: 200, window_seconds: 30 },
        }
    }
}
