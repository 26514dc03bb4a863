//! What an organisation is like; the default is one with the stock Case table, tables of its own, and an alternate key for the
//! gateway.

use std::time::Duration;

use super::{
    accounts::{Accounts, Application, Role},
    refusal::Protection,
};
use crate::shared::{Ports, token::TokenRules};

/// How an organisation is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens.
    pub ports: Ports,
    /// Who may call.
    pub accounts: Accounts,
    /// How long tokens live.
    pub tokens: TokenRules,
    /// How many requests a user may make; none as long as nobody tests it.
    pub limit: Option<Limit>,
    /// Whether the gateway's column is an alternate key.
    pub alternate_key: bool,
    /// Logical names of the tables whose changes are tracked.
    pub tracked: Vec<String>,
    /// How long a delta link holds.
    pub delta_life: Duration,
}

/// So many requests of one user in so many seconds.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Requests.
    pub requests: u64,
    /// Length of a window.
    pub window_seconds: u64,
    /// Which of the three limits it is told to be.
    pub protection: Protection,
}

/// The directory that applications are registered in.
pub const TENANT: &str = "6f2b1c0e-9a47-4d35-8c1b-2e7f5a9d0c31";
/// The user that stands for the gateway's application.
pub const USER: &str = "Signalbox";
/// The application's secret.
pub const SECRET: &str = "app-secret-0815";
/// The password of the user who signs in through a public client.
pub const PASSWORD: &str = "signal-4711";
/// The name of an account that Cases can have as their customer.
pub const CUSTOMER: &str = "Northwind Traders";
/// The name of a team that tickets can be given to.
pub const TEAM: &str = "Service Desk";

/// The client id of the gateway's application.
#[must_use]
pub fn application_id() -> &'static str {
    "3b0d9f5a-7c21-4e86-9b4d-51a0c8e2f7d6"
}

/// The client id of an application that signs people in with a password and no secret.
pub(super) const PUBLIC: &str = "a1f4c2d7-0b36-4f58-8e9a-6d3c5b7e1f20";

impl Default for Options {
    fn default() -> Self {
        let application = |id: &str, secret: &str, user: &str, role| Application {
            id: id.into(),
            secret: secret.into(),
            user: user.into(),
            password: String::new(),
            role,
        };
        let person = Application {
            password: PASSWORD.into(),
            ..application(PUBLIC, "", "robin@acme.example", Some(Role::Agent))
        };
        Self {
            ports: Ports::default(),
            accounts: Accounts(vec![
                application(application_id(), SECRET, USER, Some(Role::Agent)),
                application("reader", SECRET, "Reader", Some(Role::Reader)),
                application("nothing", SECRET, "Nothing", Some(Role::Nothing)),
                application("stranger", SECRET, "Stranger", None),
                person,
            ]),
            tokens: TokenRules { access: Duration::from_secs(3599), refresh: None, reuse: false },
            limit: None,
            alternate_key: true,
            tracked: Vec::new(),
            delta_life: Duration::from_secs(7 * 86_400),
        }
    }
}
