//! The monitor for Azure Monitor: facts about an alert's resources, tickets shown at alerts, and the condition of alerts now.
//!
//! It promises what the contract asks of a monitor, and one thing more: an alert's ids and links are a stranger's text, and nothing
//! is requested that does not read as what it must be, within the subscriptions and workspaces that the operator lists. It fails by
//! the kinds of [`errors`], each in Azure's words.
//!
//! | here | what |
//! |---|---|
//! | [`describe`], [`settings`] | what it is, and what the operator sets |
//! | [`report`], [`history`] | a ticket at its alert, said once |
//! | [`enrich`] | metrics, search results, health and changes, side by side |
//! | [`recheck`] | the condition of alerts |
//! | [`arm`], [`alert`] | ids that are safe to ask about; an alert as Azure has it |
//! | [`client`], [`errors`] | how Azure speaks |

pub mod alert;
pub mod arm;
pub mod client;
pub mod describe;
pub mod enrich;
pub mod errors;
pub mod history;
pub mod recheck;
pub mod report;
pub mod settings;
#[cfg(test)]
mod testing;

use client::Client;
use settings::Settings;
use signalbox_sdk::host::MonitorHost;
use signalbox_sdk::monitor::{self, Facts, description};
use signalbox_sdk::types::{Alert, CallError, Condition, Ticket};

/// The plugin.
#[derive(Debug)]
pub struct AzureMonitor;

impl description::Guest for AzureMonitor {
    fn describe() -> description::Manifest {
        describe::manifest()
    }

    fn check() -> Vec<description::Finding> {
        describe::check(&monitor::settings::get())
    }
}

impl monitor::Guest for AzureMonitor {
    fn enrich(alert: Alert, budget_ms: u32) -> Result<Facts, CallError> {
        with_client(|client| enrich::enrich(client, &alert, budget_ms))
    }

    fn report(alert: Alert, ticket: Ticket) -> Result<(), CallError> {
        with_client(|client| report::report(client, &alert, &ticket))
    }

    fn recheck(alerts: Vec<Alert>) -> Result<Vec<Option<Condition>>, CallError> {
        with_client(|client| recheck::recheck(client, &alerts))
    }
}

/// Runs a call with the operator's settings.
fn with_client<T>(call: impl FnOnce(&Client<'_, MonitorHost>) -> Result<T, CallError>) -> Result<T, CallError> {
    let settings = signalbox_sdk::settings::read(Settings::parse(&monitor::settings::get()))?;
    call(&Client { host: &MonitorHost, settings: &settings })
}

// On other targets the crate is what the tests link, and these exports would be symbols without a host.
#[cfg(target_arch = "wasm32")]
signalbox_sdk::monitor::export!(AzureMonitor);
