//! The adapter for System Center Service Manager: incidents through the REST API of the Cireson portal, and incidents and change
//! requests back.
//!
//! It promises what the contract asks of an adapter: a create or amend is one commit, any error but `outcome-unknown` has written
//! nothing, and no answer is believed that was not asked for. It fails by the kinds of [`errors`], each in the portal's words.
//!
//! | here | what |
//! |---|---|
//! | [`describe`], [`settings`] | what it is, and what the operator sets |
//! | [`tickets`] | the life of a ticket: find, read, create, amend |
//! | [`incident`] | which property means what |
//! | [`references`], [`journal`] | names that become identities; notes that are posted once |
//! | [`pull`], [`cursor`], [`records`] | what people do, carried back without losing an object |
//! | [`probe`] | whether all this will work |
//! | [`element`], [`lists`], [`states`] | identities that every Service Manager has in common |
//! | [`client`], [`query`], [`projection`], [`draft`], [`errors`], [`time`] | how the portal speaks |

pub mod client;
pub mod cursor;
pub mod describe;
pub mod draft;
pub mod element;
pub mod errors;
pub mod incident;
pub mod journal;
pub mod lists;
pub mod probe;
pub mod projection;
pub mod pull;
pub mod query;
pub mod records;
pub mod references;
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
use signalbox_sdk::time::Stamp;

/// The platform.
#[derive(Debug)]
pub struct ServiceManager;

impl Platform for ServiceManager {
    type Settings = Settings;
    type Client<'a> = Client<'a, AdapterHost>;

    const WHY_INCIDENTS_ALONE: &'static str = "Service Manager has incidents, and no events or alerts";

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
        Client { host: &AdapterHost, settings, now: Stamp::from(jiff::Timestamp::now()).whole_millisecond() }
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
    type Plugin = signalbox_sdk::incidents::Incidents<super::ServiceManager>;
    signalbox_sdk::adapter::export!(Plugin);
}
