//! Who may call: applications registered in Entra, and whether the organisation has a user for them.

use http::header;

use super::refusal::Refusal;
use crate::shared::{Apparatus, Call};

/// An application, and the user that stands for it in the organisation.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its client id.
    pub id: String,
    /// Its secret; empty for a public client, which signs people in.
    pub secret: String,
    /// The user that it is.
    pub user: String,
    /// The password that the user signs in with, where the application signs people in.
    pub password: String,
    /// What the user may do; none where the organisation has no user for it.
    pub role: Option<Role>,
}

/// A security role, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// May read and write everything.
    Agent,
    /// May read everything.
    Reader,
    /// May read metadata alone.
    Nothing,
}

/// Who calls.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user's name.
    pub user: String,
    /// What they may do.
    pub role: Role,
}

/// All who may call.
#[derive(Debug, Clone, Default)]
pub struct Accounts(pub Vec<Application>);

// === impl Accounts ===

impl Accounts {
    /// Who calls.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] where no token is shown, or one that is over; [`Refusal::NoUser`].
    pub fn authenticate(&self, call: &Call, apparatus: &Apparatus) -> Result<Caller, Refusal> {
        let (scheme, token) = call
            .header(header::AUTHORIZATION)
            .and_then(|value| value.split_once(' '))
            .ok_or(Refusal::Unauthenticated)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Unauthenticated);
        }
        let user = apparatus.tokens.user(token.trim(), apparatus.clock.now()).ok_or(Refusal::Unauthenticated)?;
        let application = self.0.iter().find(|application| application.user == user).ok_or(Refusal::NoUser)?;
        let role = application.role.ok_or(Refusal::NoUser)?;
        Ok(Caller { user, role })
    }
}

// === impl Caller ===

impl Caller {
    /// Whether they may read rows.
    ///
    /// # Errors
    /// [`Refusal::Privilege`].
    pub fn may_read(&self, table: &str) -> Result<(), Refusal> {
        self.may(self.role != Role::Nothing, "Read", table)
    }

    /// Whether they may do this to rows: `Create`, `Write`, `Delete`.
    ///
    /// # Errors
    /// [`Refusal::Privilege`].
    pub fn may_write(&self, right: &'static str, table: &str) -> Result<(), Refusal> {
        self.may(self.role == Role::Agent, right, table)
    }

    fn may(&self, granted: bool, right: &'static str, table: &str) -> Result<(), Refusal> {
        if granted { Ok(()) } else { Err(Refusal::Privilege { right, table: table.to_owned() }) }
    }
}
