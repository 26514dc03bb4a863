//! The adapter for ServiceNow: incidents by the Table API, events for Event Management, its alerts, and incidents and change
//! requests back.
//!
//! It promises what the contract asks of an adapter: a create or amend is one write, any error but `outcome-unknown` has written
//! nothing, and no answer is believed that was not asked for. It fails by the kinds of [`errors`], each in the instance's words.
//!
//! | here | what |
//! |---|---|
//! | [`describe`], [`settings`] | what it is, and what the operator sets |
//! | [`tickets`] | the life of a ticket: find, read, create, amend |
//! | [`incident`], [`alert`], [`event`] | which column means what, for each kind |
//! | [`references`], [`journal`] | names that become sys_ids; notes that are posted once |
//! | [`pull`], [`records`] | what people do, carried back without losing a row |
//! | [`probe`] | whether all this will work |
//! | [`client`], [`query`], [`row`], [`errors`], [`time`], [`states`], [`draft`] | how the instance speaks |

pub mod alert;
pub mod client;
pub mod describe;
pub mod draft;
pub mod errors;
pub mod event;
pub mod incident;
pub mod journal;
pub mod probe;
pub mod pull;
pub mod query;
pub mod records;
pub mod references;
pub mod row;
pub mod settings;
pub mod states;
#[cfg(test)]
mod testing;
pub mod tickets;
pub mod time;

use alert::Alerts;
use client::Client;
use incident::Incidents;
use settings::Settings;
use signalbox_sdk::adapter::{self, Change, Page, ProbeReport, description};
use signalbox_sdk::fault::fault;
use signalbox_sdk::host::AdapterHost;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket, WorkItemKind};
use signalbox_sdk::work::WorkItem;

/// The plugin.
#[derive(Debug)]
pub struct ServiceNow;

impl description::Guest for ServiceNow {
    fn describe() -> description::Manifest {
        describe::manifest()
    }

    fn check() -> Vec<description::Finding> {
        describe::check(&adapter::settings::get())
    }
}

impl adapter::Guest for ServiceNow {
    fn probe() -> Result<ProbeReport, CallError> {
        with_client(probe::probe)
    }

    fn find(kind: WorkItemKind, key: String) -> Result<Vec<Ticket>, CallError> {
        with_client(|client| match kind {
            WorkItemKind::Incident => tickets::find(client, &Incidents(client.settings), &key),
            WorkItemKind::Alert => tickets::find(client, &Alerts(client.settings), &key),
            WorkItemKind::Event => Err(events_are_not_read()),
        })
    }

    fn read(kind: WorkItemKind, ticket_id: String) -> Result<Ticket, CallError> {
        with_client(|client| match kind {
            WorkItemKind::Incident => tickets::read(client, &Incidents(client.settings), &ticket_id),
            WorkItemKind::Alert => tickets::read(client, &Alerts(client.settings), &ticket_id),
            WorkItemKind::Event => Err(events_are_not_read()),
        })
    }

    fn create(item: WorkItem) -> Result<Ticket, CallError> {
        with_client(|client| match item.kind {
            WorkItemKind::Incident => tickets::create(client, &Incidents(client.settings), &item),
            WorkItemKind::Alert => tickets::create(client, &Alerts(client.settings), &item),
            WorkItemKind::Event => event::post(client, None, &item),
        })
    }

    fn amend(ticket: Ticket, change: Change, item: WorkItem) -> Result<Ticket, CallError> {
        with_client(|client| match item.kind {
            WorkItemKind::Incident => tickets::amend(client, &Incidents(client.settings), &ticket, change, &item),
            WorkItemKind::Alert => tickets::amend(client, &Alerts(client.settings), &ticket, change, &item),
            WorkItemKind::Event => event::post(client, Some(change), &item),
        })
    }

    fn list_records(kind: RecordKind, cursor: Option<String>, since: String, limit: u32) -> Result<Page, CallError> {
        with_client(|client| pull::pull(client, kind, cursor.as_deref(), &since, limit))
    }
}

/// Runs a call with the operator's settings.
fn with_client<T>(call: impl FnOnce(&Client<'_, AdapterHost>) -> Result<T, CallError>) -> Result<T, CallError> {
    let settings = signalbox_sdk::settings::read(Settings::parse(&adapter::settings::get()))?;
    call(&Client { host: &AdapterHost, settings: &settings })
}

fn events_are_not_read() -> CallError {
    fault(CallErrorKind::Unsupported, "events are posted and not read: Event Management makes its own alerts of them")
}

// On other targets the crate is what the tests link, and these exports would be symbols without a host.
#[cfg(target_arch = "wasm32")]
signalbox_sdk::adapter::export!(ServiceNow);
