//! Who may call: users with passwords and roles, API keys, OAuth clients.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::header;

use super::refusal::Refusal;
use crate::shared::{Apparatus, Call};

/// A user who calls the interfaces.
#[derive(Debug, Clone)]
pub struct Account {
    /// `user_name` of their sys_user row.
    pub user: String,
    /// What they sign in with.
    pub password: String,
    /// `itil`, `admin`, `evt_mgmt_integration`, …
    pub roles: Vec<String>,
    /// Minutes that their clock is ahead of UTC: they see and ask for times so.
    pub minutes_ahead: i16,
    /// Whether a second factor is asked of them, which locks them out here.
    pub second_factor: bool,
}

/// An application registered for OAuth.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The user that it is when it signs in as itself; none where it may not.
    pub user: Option<String>,
}

/// All who may call.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// Users.
    pub users: Vec<Account>,
    /// Applications.
    pub clients: Vec<Client>,
    /// API keys and the users that they stand for.
    pub keys: Vec<(String, String)>,
}

impl Account {
    /// A user with these roles.
    #[must_use]
    pub fn new(user: &str, password: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        Self { user: user.to_owned(), password: password.to_owned(), roles, minutes_ahead: 0, second_factor: false }
    }

    /// Whether the user has one of these roles; anyone has where none is asked.
    #[must_use]
    pub fn has_one_of(&self, roles: &[&str]) -> bool {
        roles.is_empty() || roles.iter().any(|role| self.roles.iter().any(|held| held == role))
    }
}

impl Accounts {
    /// A user by name.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&Account> {
        self.users.iter().find(|account| account.user == name)
    }

    /// A user who shows the right password.
    #[must_use]
    pub fn sign_in(&self, name: &str, password: &str) -> Option<&Account> {
        self.user(name).filter(|account| account.password == password)
    }

    /// An application that shows the right secret.
    #[must_use]
    pub fn client(&self, id: &str, secret: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id && client.secret == secret)
    }

    /// Who calls.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] where no credentials are shown, or wrong ones; [`Refusal::SecondFactor`].
    pub fn authenticate(&self, call: &Call, apparatus: &Apparatus) -> Result<&Account, Refusal> {
        if let Some(key) = call.header("x-sn-apikey") {
            let held = self.keys.iter().find(|(known, _)| known == key).ok_or(Refusal::Unauthenticated)?;
            return self.user(&held.1).ok_or(Refusal::Unauthenticated);
        }
        let (scheme, rest) = call
            .header(header::AUTHORIZATION)
            .and_then(|value| value.split_once(' '))
            .ok_or(Refusal::Unauthenticated)?;
        if scheme.eq_ignore_ascii_case("bearer") {
            let user = apparatus.tokens.user(rest.trim(), apparatus.clock.now()).ok_or(Refusal::Unauthenticated)?;
            return self.user(&user).ok_or(Refusal::Unauthenticated);
        }
        let (user, password) = basic(scheme, rest).ok_or(Refusal::Unauthenticated)?;
        let account = self.sign_in(&user, &password).ok_or(Refusal::Unauthenticated)?;
        if account.second_factor { Err(Refusal::SecondFactor) } else { Ok(account) }
    }
}

/// Name and password of `Basic …`.
pub fn basic(scheme: &str, rest: &str) -> Option<(String, String)> {
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
    text.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}
