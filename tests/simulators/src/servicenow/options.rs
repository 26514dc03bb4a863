//! What an instance is like; the default is a plain developer instance that checks headers strictly.

use std::time::Duration;

use super::accounts::{Account, Accounts, Client};
use crate::shared::{Ports, token::TokenRules};

/// How an instance is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens.
    pub ports: Ports,
    /// Who may call.
    pub accounts: Accounts,
    /// How long tokens live.
    pub tokens: TokenRules,
    /// How many requests to the Table API a user may make; none as on a default instance.
    pub rate_limit: Option<RateLimit>,
    /// Whether a call without `Accept`, or with a body without `Content-Type`, is refused.
    pub strict_headers: bool,
    /// `glide.invalid_query.returns_no_rows`.
    pub invalid_query_returns_no_rows: bool,
    /// Whether a new incident or change must have a short description.
    pub short_description_mandatory: bool,
    /// Resolution codes of incidents.
    pub close_codes: Vec<String>,
    /// Whether another resolution code is refused; stored as it is otherwise.
    pub close_code_checked: bool,
    /// How long after its resolution an incident closes by itself.
    pub auto_close: Duration,
    /// Text fields that an administrator has added: table and name.
    pub custom_fields: Vec<(String, String)>,
    /// Import staging tables, and the tables that they are transformed into.
    pub staging_tables: Vec<(String, String)>,
}

/// So many requests of one user in so many seconds.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// Requests.
    pub requests: u64,
    /// Length of a window.
    pub window_seconds: u64,
}

/// The user that integrations are, by default.
pub const USER: &str = "signalbox";
/// Their password.
pub const PASSWORD: &str = "signal-4711";
/// The OAuth client that they come through.
pub const CLIENT: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
/// Its secret.
pub const SECRET: &str = "client-secret-0815";
/// The API key that stands for the same user.
pub const API_KEY: &str = "now_signalbox_key_1";

impl Default for Options {
    fn default() -> Self {
        let integration =
            ["itil", "evt_mgmt_integration", "evt_mgmt_operator", "import_transformer", "personalize_choices"];
        Self {
            ports: Ports::default(),
            accounts: Accounts {
                users: vec![
                    Account::new(USER, PASSWORD, &integration),
                    Account::new("admin", "admin", &["admin"]),
                    Account::new("visitor", "visitor", &[]),
                ],
                clients: vec![Client { id: CLIENT.into(), secret: SECRET.into(), user: Some(USER.into()) }],
                keys: vec![(API_KEY.into(), USER.into())],
            },
            tokens: TokenRules {
                access: Duration::from_secs(1800),
                refresh: Some(Duration::from_secs(100 * 86_400)),
                reuse: true,
            },
            rate_limit: None,
            strict_headers: true,
            invalid_query_returns_no_rows: false,
            short_description_mandatory: false,
            close_codes: [
                "Duplicate",
                "Known error",
                "No resolution provided",
                "Resolved by caller",
                "Resolved by change",
                "Resolved by problem",
                "Solution provided",
                "Workaround provided",
                "User error",
            ]
            .map(str::to_owned)
            .to_vec(),
            close_code_checked: false,
            auto_close: Duration::from_secs(7 * 86_400),
            custom_fields: Vec::new(),
            staging_tables: vec![("u_signalbox_import".into(), "incident".into())],
        }
    }
}
