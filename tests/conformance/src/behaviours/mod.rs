//! What every adapter must do: one function a behaviour, each of which can fail.
//!
//! A behaviour gets a [`Stand`] of its own and knows the platform by its trait alone. Those that are about a ticket's life run a
//! whole gateway; those that are about one answer call the adapter's verbs.

mod create;
mod declared;

pub use declared::declared;

use crate::{stand::Stand, suite::Cell};
use futures::future::BoxFuture;
use signalbox::{
    domain::WorkItemKind::Incident,
    plugin::Ability::{self, Create, Find},
};

/// One row of the table.
pub struct Behaviour {
    /// What holds where it passes.
    pub name: &'static str,
    /// Without these the adapter says that its platform can't; then that is what is tried.
    pub needs: Vec<Ability>,
    /// Tries it.
    pub run: for<'a> fn(&'a mut Stand) -> BoxFuture<'a, anyhow::Result<Cell>>,
}

macro_rules! behaviour {
    ($name:literal, [$($need:expr),*], $run:path) => {
        Behaviour { name: $name, needs: vec![$($need),*], run: |stand| Box::pin($run(stand)) }
    };
}

/// All, in the order of the table.
#[must_use]
pub fn all() -> Vec<Behaviour> {
    vec![
        behaviour!("creates once though the answer was lost", [Create(Incident), Find(Incident)], create::once),
        behaviour!("finds by the whole key", [Create(Incident), Find(Incident)], create::found_by_key),
    ]
}
