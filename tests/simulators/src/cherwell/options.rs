//! What a system is like; the default is one as it is delivered, with a field for the gateway's key.

use std::time::Duration;

use super::culture::Culture;
use crate::shared::Ports;

/// How a system is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens.
    pub ports: Ports,
    /// Who may call.
    pub accounts: Vec<Account>,
    /// The client keys that are registered.
    pub clients: Vec<String>,
    /// Life of an access token.
    pub access: Duration,
    /// Life of a refresh token, which is good once.
    pub refresh: Duration,
    /// How many sessions there can be at a time.
    pub licences: usize,
    /// How dates are written where a call names no locale.
    pub culture: Culture,
    /// Minutes that the system's clock is ahead of UTC.
    pub minutes_ahead: i16,
    /// Whether the first page of a search is number 0 and not also number 1.
    pub pages_from_zero: bool,
    /// Whether a closed incident can be reopened.
    pub closed_reopens: bool,
    /// Text fields that an administrator has added: object and name.
    pub custom_fields: Vec<(String, String)>,
    /// Fields that an administrator requires beside those as delivered: object and name.
    pub required: Vec<(String, String)>,
    /// Fields that an administrator requires no more: object and name.
    pub not_required: Vec<(String, String)>,
}

/// A user who calls the interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Their name, `DOMAIN\name` for a user of a domain.
    pub user: String,
    /// Their password.
    pub password: String,
    /// The objects whose records they may not see or write.
    pub forbidden: Vec<String>,
}

/// The user that integrations are, by default.
pub const USER: &str = "signalbox";
/// Their password.
pub const PASSWORD: &str = "signal-4711";
/// The client key that they come through.
pub const CLIENT: &str = "2c6a1f0e-6a53-4f7b-9d1c-5a8b3e7f4d21";
/// The field that an administrator has added to incidents for the gateway's key.
pub const KEY_FIELD: &str = "ExternalAlertID";

impl Account {
    /// A user who may do everything.
    #[must_use]
    pub fn new(user: &str, password: &str) -> Self {
        Self { user: user.to_owned(), password: password.to_owned(), forbidden: Vec::new() }
    }
}

impl Default for Options {
    fn default() -> Self {
        let visitor = Account { forbidden: vec!["Incident".into()], ..Account::new("visitor", "visitor") };
        Self {
            ports: Ports::default(),
            accounts: vec![Account::new(USER, PASSWORD), visitor],
            clients: vec![CLIENT.into()],
            access: Duration::from_secs(1200),
            refresh: Duration::from_secs(7200),
            licences: 50,
            culture: Culture::EnUs,
            minutes_ahead: 0,
            pages_from_zero: false,
            closed_reopens: false,
            custom_fields: vec![("Incident".into(), KEY_FIELD.into())],
            required: Vec::new(),
            not_required: Vec::new(),
        }
    }
}
