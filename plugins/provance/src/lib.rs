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
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::host::AdapterHost;
use signalbox_sdk::incidents::{Calls, Platform};

/// The platform.
#[derive(Debug)]
pub struct Provance;

impl Platform for Provance {
    type Settings = Settings;
    type Client<'a> = Client<'a, AdapterHost>;

    const WHY_INCIDENTS_ALONE: &'static str = "Dataverse has tickets alone: no events and no alerts";

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
    type Plugin = signalbox_sdk::incidents::Incidents<super::Provance>;
    signalbox_sdk::adapter::export!(Plugin);
}
