//! The adapter for Cherwell Service Management: incidents by its REST API, and incidents and change requests back.
//!
//! It promises what the contract asks of an adapter: a create is one write that can be found again, any error but
//! `outcome-unknown` has written nothing, and no answer is believed that was not asked for. It fails by the kinds of [`errors`],
//! each in the system's words.
//!
//! | here | what |
//! |---|---|
//! | [`describe`], [`settings`] | what it is, and what the operator sets |
//! | [`tickets`] | the life of a ticket: find, read, create, amend |
//! | [`incident`], [`fields`] | which field means what |
//! | [`references`], [`journal`] | names that become record ids; notes that are posted once |
//! | [`pull`], [`cursor`], [`records`] | what people do, carried back without losing a record |
//! | [`probe`] | whether all this will work |
//! | [`catalog`] | business objects and fields, found by name |
//! | [`client`], [`search`], [`row`], [`errors`], [`time`], [`states`], [`draft`] | how the system speaks |

pub mod catalog;
pub mod client;
pub mod cursor;
pub mod describe;
pub mod draft;
pub mod errors;
pub mod fields;
pub mod incident;
pub mod journal;
pub mod probe;
pub mod pull;
pub mod records;
pub mod references;
pub mod row;
pub mod search;
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
const WHY: &str = "Cherwell has incidents, and no events or alerts as delivered";

/// The plugin.
#[derive(Debug)]
pub struct Cherwell;

impl description::Guest for Cherwell {
    fn describe() -> description::Manifest {
        describe::manifest()
    }

    fn check() -> Vec<description::Finding> {
        describe::check(&adapter::settings::get())
    }
}

impl adapter::Guest for Cherwell {
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
signalbox_sdk::adapter::export!(Cherwell);
