//! What a simulated installation is started with.

use std::time::Duration;

use crate::shared::{Ports, token::TokenRules};

/// The user that integrations are, by default.
pub const USER: &str = "svc-signalbox";
/// Their password.
pub const PASSWORD: &str = "portal \"4711\"";
/// Their domain.
pub const DOMAIN: &str = "ACME";

/// Someone who signs in.
#[derive(Debug, Clone)]
pub struct Account {
    /// Without the domain.
    pub user: String,
    /// What they sign in with.
    pub password: String,
    /// Whether they may make and change work items.
    pub analyst: bool,
}

/// How an installation is.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens.
    pub ports: Ports,
    /// Who may sign in.
    pub accounts: Vec<Account>,
    /// How tokens live.
    pub tokens: TokenRules,
    /// So many requests of one user in so many seconds, where something before the portal counts.
    pub rate_limit: Option<(u64, u64)>,
    /// Text properties that an administrator has added to incidents.
    pub extensions: Vec<String>,
    /// The property that tests find keys in.
    pub key: String,
    /// Whether a resolved incident must have a category and a description, as the console demands.
    pub resolution_demanded: bool,
    /// A source that a workflow demands of new incidents: none may be without.
    pub source_demanded: bool,
}

impl Account {
    /// Someone who may make and change work items.
    #[must_use]
    pub fn analyst(user: &str, password: &str) -> Self {
        Self { user: user.to_owned(), password: password.to_owned(), analyst: true }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ports: Ports::default(),
            accounts: vec![
                Account::analyst(USER, PASSWORD),
                Account { analyst: false, ..Account::analyst("visitor", "visitor") },
            ],
            tokens: TokenRules { access: Duration::from_secs(300), refresh: None, reuse: false },
            rate_limit: None,
            extensions: vec!["GatewayKey".to_owned()],
            key: "ContactMethod".to_owned(),
            resolution_demanded: true,
            source_demanded: false,
        }
    }
}
