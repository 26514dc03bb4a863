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
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::host::AdapterHost;
use signalbox_sdk::incidents::{Calls, Platform};

/// The platform.
#[derive(Debug)]
pub struct Cherwell;

impl Platform for Cherwell {
    type Settings = Settings;
    type Client<'a> = Client<'a, AdapterHost>;

    const WHY_INCIDENTS_ALONE: &'static str = "Cherwell has incidents, and no events or alerts as delivered";

    fn manifest() -> Manifest {
        describe::manifest()
    }

    fn check(settings: &str) -> Vec<Finding> {
        describe::check(settings)
    }

    fn settings(json: &str) -> Result<Settings, serde_json::Error> {
        Settings::parse(json)
    }

    fn client(settings: &Settings) -> Client<'_, AdapterHost> {
        Client { host: &AdapterHost, settings }
    }

    fn calls<'a>() -> Calls<Client<'a, AdapterHost>> {
        Calls {
            probe: probe::probe,
            find: tickets::find,
            read: tickets::read,
            create: tickets::create,
            amend: tickets::amend,
            list: pull::pull,
        }
    }
}

/// The plugin. On other targets the crate is what the tests link, and these exports would be symbols without a host.
#[cfg(target_arch = "wasm32")]
mod plugin {
    type Plugin = signalbox_sdk::incidents::Incidents<super::Cherwell>;
    signalbox_sdk::adapter::export!(Plugin);
}
