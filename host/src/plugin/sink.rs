//! Sinks: records and ticket events taken away, in order.

use super::bindings::sink::DeliveringPre;
use super::bindings::sink::exports::signalbox::plugin::sink as contract;
use super::call::CallState;
use super::connected::{CallFailure, Connected};
use super::convert;
use super::error::InvalidAnswer;
use super::grant::Grants;
use super::loaded::Plugin;
use super::usage::{UseError, UseOptions, guest};
use super::words;
use crate::domain::{CallBudget, Delivery, Outbound};
use std::sync::Arc;

/// How far a sink came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The last sequence that is safely there, or refused.
    pub through: u64,
    /// What the other side will never take, and why.
    pub refused: Vec<(u64, String)>,
}

/// A sink's connection of the configuration. A clone shares its limits and its breaker.
#[derive(Clone, Debug)]
pub struct SinkUse(Connected<DeliveringPre<CallState>>);

// === impl SinkUse ===

impl SinkUse {
    /// A connection by this plugin, with these settings, whose requests go to `outbound`.
    ///
    /// # Errors
    /// Another kind of plugin, a missing grant, limits that cannot be kept, settings that do not fit.
    pub async fn new(
        plugin: Arc<Plugin>,
        options: UseOptions,
        granted: &Grants,
        outbound: Arc<dyn Outbound>,
    ) -> Result<Self, UseError> {
        Connected::new(plugin, options, granted, outbound).await.map(Self)
    }

    /// The plugin behind it.
    #[must_use]
    pub fn plugin(&self) -> &Arc<Plugin> {
        self.0.plugin()
    }

    /// Delivers a batch, in ascending order of its sequences, as far as the other side takes it.
    ///
    /// # Errors
    /// The other side says no, or the plugin could not answer.
    pub async fn deliver(&self, batch: Vec<Delivery>, budget: CallBudget) -> Result<Receipt, CallFailure> {
        let last = batch.last().map_or(0, |delivery| delivery.sequence);
        let batch: Vec<_> = batch.into_iter().map(convert::delivery_in).collect();
        let guest = guest!(self.0.pre(), signalbox_plugin_sink.call_deliver(&batch));
        self.0.call(budget, guest, |receipt| receipt_out(receipt, last)).await
    }
}

/// A receipt may not speak of what was not in the batch: the cursor would skip it.
fn receipt_out(receipt: contract::Receipt, last: u64) -> Result<Receipt, InvalidAnswer> {
    if receipt.through > last {
        return Err(InvalidAnswer::at("through", &format!("is {} where the batch ends at {last}", receipt.through)));
    }
    let refused = |refusal: contract::Refusal| {
        if refusal.sequence > receipt.through {
            return Err(InvalidAnswer::at("sequence", "is beyond what the receipt covers"));
        }
        Ok((refusal.sequence, words::escaped(&refusal.message, 1_000)))
    };
    Ok(Receipt { through: receipt.through, refused: convert::list("refused", receipt.refused, refused)? })
}
