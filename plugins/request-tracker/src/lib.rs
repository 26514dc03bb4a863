//! The adapter for Request Tracker 5: tickets by REST 2.0, and incidents and change requests back.
//!
//! It promises what the contract asks of an adapter: any error but `outcome-unknown` has written nothing, and no answer is believed
//! that was not asked for. Request Tracker answers 200 to changes that it refuses, and 201 to tickets whose custom fields it drops;
//! so each write is read back. It fails by the kinds of [`errors`], each in the server's words.
//!
//! | here | what |
//! |---|---|
//! | [`describe`], [`settings`] | what it is, and what the operator sets |
//! | [`tickets`], [`create`] | the life of a ticket: find, read, create, amend |
//! | [`incident`], [`draft`], [`fields`] | which field means what, and whether it was kept |
//! | [`journal`] | notes that are posted once |
//! | [`pull`], [`records`] | what people do, carried back without losing a ticket |
//! | [`probe`] | whether all this will work |
//! | [`client`], [`query`], [`row`], [`errors`], [`time`], [`states`] | how the server speaks |

pub mod client;
pub mod create;
pub mod describe;
pub mod draft;
pub mod errors;
pub mod fields;
pub mod incident;
pub mod journal;
pub mod probe;
pub mod pull;
pub mod query;
pub mod records;
pub mod row;
pub mod settings;
pub mod states;
#[cfg(test)]
mod testing;
pub mod tickets;
pub mod time;

use client::Client;
use settings::Settings;
use signalbox_sdk::adapter::{self, Change, Page, ProbeReport, description};
use signalbox_sdk::fault::incidents_alone;
use signalbox_sdk::host::AdapterHost;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::types::{CallError, Ticket, WorkItemKind};
use signalbox_sdk::work::WorkItem;

/// Why other kinds are refused.
const WHY: &str = "Request Tracker has tickets, and neither events nor alerts";

/// The plugin.
#[derive(Debug)]
pub struct RequestTracker;

impl description::Guest for RequestTracker {
    fn describe() -> description::Manifest {
        describe::manifest()
    }

    fn check() -> Vec<description::Finding> {
        describe::check(&adapter::settings::get())
    }
}

impl adapter::Guest for RequestTracker {
    fn probe() -> Result<ProbeReport, CallError> {
        with_client(probe::probe)
    }

    fn find(kind: WorkItemKind, key: String) -> Result<Vec<Ticket>, CallError> {
        incidents_alone(kind, WHY)?;
        with_client(|client| tickets::find(client, &key))
    }

    fn read(kind: WorkItemKind, ticket_id: String) -> Result<Ticket, CallError> {
        incidents_alone(kind, WHY)?;
        with_client(|client| tickets::read(client, &ticket_id))
    }

    fn create(item: WorkItem) -> Result<Ticket, CallError> {
        incidents_alone(item.kind, WHY)?;
        with_client(|client| create::create(client, &item))
    }

    fn amend(ticket: Ticket, change: Change, item: WorkItem) -> Result<Ticket, CallError> {
        incidents_alone(item.kind, WHY)?;
        with_client(|client| tickets::amend(client, &ticket, change, &item))
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

// On other targets the crate is what the tests link, and these exports would be symbols without a host.
#[cfg(target_arch = "wasm32")]
signalbox_sdk::adapter::export!(RequestTracker);
