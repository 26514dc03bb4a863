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
use signalbox_sdk::adapter::description::{Finding, Manifest};
use signalbox_sdk::host::AdapterHost;
use signalbox_sdk::incidents::{Calls, Platform};

/// The platform.
#[derive(Debug)]
pub struct RequestTracker;

impl Platform for RequestTracker {
    type Settings = Settings;
    type Client<'a> = Client<'a, AdapterHost>;

    const WHY_INCIDENTS_ALONE: &'static str = "Request Tracker has tickets, and neither events nor alerts";

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
            create: create::create,
            amend: tickets::amend,
            list: pull::pull,
        }
    }
}

/// The plugin. On other targets the crate is what the tests link, and these exports would be symbols without a host.
#[cfg(target_arch = "wasm32")]
mod plugin {
    type Plugin = signalbox_sdk::incidents::Incidents<super::RequestTracker>;
    signalbox_sdk::adapter::export!(Plugin);
}
