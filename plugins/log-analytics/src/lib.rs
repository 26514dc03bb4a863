//! The sink for Log Analytics: incidents, change requests and ticket events, posted to the Logs Ingestion API.
//!
//! It promises what the contract asks of a sink: items arrive in order within their stream, and a receipt covers nothing that is
//! not safely there or refused. An item may arrive twice; its column `Sequence` tells it. It fails by the kinds of [`errors`],
//! each in the service's own words. A row is given up only where the service takes another one: a fault that concerns all rows is
//! an error, and never a heap of refusals.
//!
//! | here | what |
//! |---|---|
//! | [`describe`], [`settings`] | what it is, and what the operator sets |
//! | [`schema`] | what a table is made of; everything that names a table or a column is checked against it |
//! | [`work_items`], [`ticket_events`] | the two tables: each column with what fills it |
//! | [`cell`] | values that fit their column |
//! | [`chunk`], [`client`], [`errors`] | bodies under the limit, one request, what its answer means |
//! | [`deliver`] | a batch, in order, as far as it goes |

pub mod cell;
pub mod chunk;
pub mod client;
pub mod deliver;
pub mod describe;
pub mod errors;
pub mod schema;
pub mod settings;
#[cfg(test)]
mod testing;
pub mod ticket_events;
pub mod work_items;

use client::Client;
use settings::Settings;
use signalbox_sdk::host::SinkHost;
use signalbox_sdk::sink::{self, Delivery, Receipt, description};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::CallError;

/// The plugin.
#[derive(Debug)]
pub struct LogAnalytics;

impl description::Guest for LogAnalytics {
    fn describe() -> description::Manifest {
        describe::manifest()
    }

    fn check() -> Vec<description::Finding> {
        describe::check(&sink::settings::get())
    }
}

impl sink::Guest for LogAnalytics {
    fn deliver(batch: Vec<Delivery>) -> Result<Receipt, CallError> {
        let settings = signalbox_sdk::settings::read(Settings::parse(&sink::settings::get()))?;
        let client = Client { host: &SinkHost, settings: &settings };
        deliver::deliver(&client, batch, Stamp::from(jiff::Timestamp::now()))
    }
}

// On other targets the crate is what the tests link, and these exports would be symbols without a host.
#[cfg(target_arch = "wasm32")]
signalbox_sdk::sink::export!(LogAnalytics);
