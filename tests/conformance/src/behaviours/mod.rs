//! What every adapter must do: one function a behaviour, each of which can fail.
//!
//! A behaviour gets a [`Stand`] of its own and knows the platform by its trait alone. Those that are about a ticket's life run a
//! whole gateway; those that are about one answer call the adapter's verbs.

mod create;
mod credentials;
mod declared;
mod kinds;
mod life;
mod lists;
mod notes;
mod people;
mod refusals;
mod texts;
mod weather;

pub use declared::declared;

use crate::{stand::Stand, suite::Cell};
use futures::future::BoxFuture;
use signalbox::{
    domain::{
        RecordKind,
        WorkItemKind::{Alert, Event, Incident},
    },
    plugin::Ability::{self, Annotate, Create, Find, List, Read, Resolve, Update},
};

/// One row of the table.
pub struct Behaviour {
    /// What holds where it passes.
    pub name: &'static str,
    /// Without these the adapter says that its platform can't; then that is what is tried.
    pub needs: Vec<Ability>,
    /// It does something to the platform as a whole, so no other is tried meanwhile.
    pub alone: bool,
    /// Tries it.
    pub run: for<'a> fn(&'a mut Stand) -> BoxFuture<'a, anyhow::Result<Cell>>,
}

macro_rules! table {
    ($($name:literal, [$($need:expr),*], $run:path $(, alone = $alone:literal)?;)*) => {
        vec![$(Behaviour {
            name: $name,
            needs: vec![$($need),*],
            alone: false $(|| $alone)?,
            run: |stand| Box::pin($run(stand)),
        }),*]
    };
}

/// All, in the order of the table.
#[must_use]
pub fn all() -> Vec<Behaviour> {
    let made = Create(Incident);
    table! {
        "`probe` says that all is ready", [], create::probe;
        "what the monitor says stands in the ticket", [made], life::tells;
        "creates once though the answer was lost", [made, Find(Incident)], create::once;
        "creates once though the server failed or the answer was cut", [made, Find(Incident)], create::once_in_bad_weather;
        "finds by the whole key", [made, Find(Incident)], create::found_by_key;
        "reads by id", [made, Read(Incident)], create::read;
        "resolves with what the platform demands", [made, Resolve(Incident)], life::resolves;
        "reopens, or renews", [made, Resolve(Incident)], life::reopens;
        "changes severity", [made, Update(Incident)], life::severity;
        "posts notes in order, none twice", [made, Annotate(Incident)], notes::posted;
        "tells people once though the answer was lost", [made, Resolve(Incident), Annotate(Incident)], notes::once;
        "leaves closed what people closed, and renews", [made, Read(Incident)], people::closed;
        "says `conflict` of what was closed a moment ago", [made, Resolve(Incident)], people::closed_meanwhile;
        "reopens or renews what people resolved", [made, Read(Incident), Resolve(Incident)], people::resolved;
        "renews what people deleted", [made, Read(Incident)], people::deleted;
        "says `gone` of what was deleted a moment ago", [made, Read(Incident), Update(Incident)], people::deleted_meanwhile;
        "renews what people merged", [made, Read(Incident)], people::merged;
        "renews what people took the key out of", [made, Read(Incident)], people::key_taken_out;
        "leaves to people what they edited", [made, Read(Incident), Update(Incident)], people::edited;
        "a refused field is `rejected`, in the platform's words", [made, Update(Incident)], refusals::rejected;
        "renews an expired token once", [made, Read(Incident)], credentials::expired, alone = true;
        "a wrong password stops, alarms, and goes on when mended", [made], credentials::refused;
        "waits as long as the platform says", [made], weather::throttled;
        "a page with status 200 is `protocol`", [made], weather::page;
        "unicode, quotes and metacharacters arrive", [made], texts::unicode;
        "control characters break nothing", [made], texts::control;
        "100 KB are kept, or cut with a mark", [made], texts::long;
        "odd values in every field and id get no other ticket", [made], texts::every_field;
        "lists incidents under concurrent writes", [List(RecordKind::Incident)], lists::incidents;
        "lists changes under concurrent writes", [List(RecordKind::Change)], lists::changes;
        "an alert of the platform's own", [Create(Alert)], kinds::alerts;
        "an event that the platform correlates", [Create(Event)], kinds::events;
        "what is sent twice is there once", [], kinds::idempotent;
    }
}
