//! The adapter for Provance and other tables of Microsoft Dataverse: incidents by the Web API, incidents and change requests back.
//!
//! Provance is a solution inside Dynamics 365, so its tickets are rows of a Dataverse organisation. The names of its tables are not
//! public: which table, which columns, which states are settings, with defaults for the stock Case table, and [`probe`] tells what
//! the organisation does not have.
//!
//! It promises what the contract asks of an adapter: a create or amend is one request that is done whole or not at all, any error but
//! `outcome-unknown` has written nothing, and no answer is believed that was not asked for. It fails by the kinds of [`errors`], each
//! in the organisation's words.
//!
//! | here | what |
//! |---|---|
//! | [`describe`], [`settings`] | what it is, and what the operator sets |
//! | [`tickets`] | the life of a ticket: find, read, create, amend |
//! | [`incident`], [`states`] | which column means what |
//! | [`references`], [`journal`] | names that become rows; notes that are posted once |
//! | [`pull`], [`cursor`], [`records`] | what people do, carried back without losing a row |
//! | [`probe`] | whether all this will work |
//! | [`client`], [`batch`], [`odata`], [`row`], [`errors`], [`time`], [`draft`] | how the organisation speaks |

pub mod batch;
pub mod client;
pub mod cursor;
pub mod describe;
pub mod draft;
pub mod errors;

pub mod incident;
pub mod journal;
pub mod odata;
pub mod probe;
pub mod pull;
pub mod records;
pub mod references;
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
const WHY: &str = "Dataverse has tickets alone: no events and no alerts";

/// The plugin.
#[derive(Debug)]
pub struct Provance;

impl description::Guest for Provance {
    fn describe() -> description::Manifest {
        describe::manifest()
    }

    fn check() -> Vec<description::Finding> {
        describe::check(&adapter::settings::get())
    }
}

impl adapter::Guest for Provance {
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
        with_client(|client| tickets::create(client, &item))
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
signalbox_sdk::adapter::export!(Provance);
