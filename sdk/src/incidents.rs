//! An adapter whose platform has incidents, and neither events nor alerts: what stands between the contract and its own functions.
//!
//! The contract's calls come with a kind of work item and without settings; the adapter's functions take a client that has read them.
//! [`Incidents`] refuses other kinds before anything is read or sent, reads the settings for each call, and hands over. An adapter
//! implements [`Platform`] and exports `Incidents` of itself: `type Plugin = Incidents<Desk>;` and then `export!(Plugin)`.

use crate::adapter::description::{self, Finding, Manifest};
use crate::adapter::{self, Change, Page, ProbeReport};
use crate::fault::incidents_alone;
use crate::records::RecordKind;
use crate::settings;
use crate::types::{CallError, Ticket, WorkItemKind};
use crate::work::WorkItem;
use std::marker::PhantomData;

/// A platform that has incidents alone, and the adapter's functions for it.
pub trait Platform {
    /// What the operator sets.
    type Settings;
    /// What speaks to the platform during one call.
    type Client<'a>;

    /// Why other kinds are refused, said to a person.
    const WHY_INCIDENTS_ALONE: &'static str;

    /// What the adapter says of itself.
    fn manifest() -> Manifest;

    /// What is wrong with settings that fit the schema.
    fn check(settings: &str) -> Vec<Finding>;

    /// Reads settings.
    ///
    /// # Errors
    /// In serde's words, where they are not as the schema says.
    fn settings(json: &str) -> Result<Self::Settings, serde_json::Error>;

    /// Speaks to the platform as the settings say.
    fn client(settings: &Self::Settings) -> Self::Client<'_>;

    /// The adapter's functions.
    fn calls<'a>() -> Calls<Self::Client<'a>>;
}

/// What a call comes to.
pub type Called<T> = Result<T, CallError>;

/// An adapter's functions, each as the contract has it for incidents.
#[derive(Debug)]
pub struct Calls<C> {
    /// Looks whether all will work.
    pub probe: fn(&C) -> Called<ProbeReport>,
    /// By key.
    pub find: fn(&C, &str) -> Called<Vec<Ticket>>,
    /// By id.
    pub read: fn(&C, &str) -> Called<Ticket>,
    /// A new one.
    pub create: fn(&C, &WorkItem) -> Called<Ticket>,
    /// A change.
    pub amend: fn(&C, &Ticket, Change, &WorkItem) -> Called<Ticket>,
    /// What has changed since the cursor, or since a time where there is none.
    pub list: fn(&C, RecordKind, Option<&str>, &str, u32) -> Called<Page>,
}

/// A platform as the contract sees it.
#[derive(Debug)]
pub struct Incidents<P>(PhantomData<P>);

// === impl Incidents ===

impl<P: Platform> description::Guest for Incidents<P> {
    fn describe() -> Manifest {
        P::manifest()
    }

    fn check() -> Vec<Finding> {
        P::check(&adapter::settings::get())
    }
}

impl<P: Platform> adapter::Guest for Incidents<P> {
    fn probe() -> Result<ProbeReport, CallError> {
        with_client::<P, _>(adapter::settings::get, |client| (P::calls().probe)(client))
    }

    fn find(kind: WorkItemKind, key: String) -> Result<Vec<Ticket>, CallError> {
        about::<P, _>(kind, adapter::settings::get, |client| (P::calls().find)(client, &key))
    }

    fn read(kind: WorkItemKind, ticket_id: String) -> Result<Ticket, CallError> {
        about::<P, _>(kind, adapter::settings::get, |client| (P::calls().read)(client, &ticket_id))
    }

    fn create(item: WorkItem) -> Result<Ticket, CallError> {
        about::<P, _>(item.kind, adapter::settings::get, |client| (P::calls().create)(client, &item))
    }

    fn amend(ticket: Ticket, change: Change, item: WorkItem) -> Result<Ticket, CallError> {
        about::<P, _>(item.kind, adapter::settings::get, |client| (P::calls().amend)(client, &ticket, change, &item))
    }

    fn list_records(kind: RecordKind, cursor: Option<String>, since: String, limit: u32) -> Result<Page, CallError> {
        let list = |client: &P::Client<'_>| (P::calls().list)(client, kind, cursor.as_deref(), &since, limit);
        with_client::<P, _>(adapter::settings::get, list)
    }
}

/// A call about a work item of this kind.
fn about<P: Platform, T>(
    kind: WorkItemKind,
    settings: impl FnOnce() -> String,
    call: impl FnOnce(&P::Client<'_>) -> Result<T, CallError>,
) -> Result<T, CallError> {
    incidents_alone(kind, P::WHY_INCIDENTS_ALONE)?;
    with_client::<P, T>(settings, call)
}

/// A call with the operator's settings.
fn with_client<P: Platform, T>(
    settings: impl FnOnce() -> String,
    call: impl FnOnce(&P::Client<'_>) -> Result<T, CallError>,
) -> Result<T, CallError> {
    let settings = settings::read(P::settings(&settings()))?;
    call(&P::client(&settings))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::CallErrorKind;

    /// A desk whose settings are the name of the only ticket.
    struct Desk;

    impl Platform for Desk {
        type Settings = String;
        type Client<'a> = &'a str;

        const WHY_INCIDENTS_ALONE: &'static str = "the desk has incidents";

        fn manifest() -> Manifest {
            unreachable!()
        }

        fn check(_settings: &str) -> Vec<Finding> {
            unreachable!()
        }

        fn settings(json: &str) -> Result<String, serde_json::Error> {
            serde_json::from_str(json)
        }

        fn client(settings: &String) -> &str {
            settings
        }

        fn calls<'a>() -> Calls<&'a str> {
            unreachable!()
        }
    }

    fn asked(kind: WorkItemKind, settings: &str) -> Result<String, CallError> {
        about::<Desk, _>(kind, || settings.to_owned(), |ticket| Ok((*ticket).to_owned()))
    }

    #[test]
    fn an_incident_is_handed_over_with_the_settings() {
        assert_eq!(asked(WorkItemKind::Incident, "\"7\""), Ok("7".to_owned()));
    }

    #[test]
    fn another_kind_is_refused_before_the_settings_are_read() {
        for kind in [WorkItemKind::Alert, WorkItemKind::Event] {
            let refused = about::<Desk, ()>(kind, || unreachable!(), |_| unreachable!()).unwrap_err();
            let said = (refused.kind, refused.message.as_str());
            assert_eq!(said, (CallErrorKind::Unsupported, "the desk has incidents"));
        }
    }

    #[test]
    fn settings_that_cannot_be_read_end_the_call() {
        assert_eq!(asked(WorkItemKind::Incident, "7").unwrap_err().kind, CallErrorKind::Rejected);
    }
}
