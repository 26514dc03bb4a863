//! A use that reaches out: what adapters, monitors and sinks have in common.

use super::bindings::types;
use super::call::{Answered, CallState, Terms};
use super::convert;
use super::error::{Failed, Failure, InvalidAnswer, PluginError};
use super::export::Export;
use super::grant::Grants;
use super::loaded::Plugin;
use super::usage::{Usage, UseError, UseOptions};
use crate::domain::{CallBudget, CallError, CallErrorKind, Outbound};
use futures::future::BoxFuture;
use std::sync::Arc;
use wasmtime::Store;

/// Why a platform did not do what it was asked, or why nobody knows.
pub type CallFailure = Failure<CallError>;

/// A plugin with settings, limits and a way out. A clone shares its limits and its breaker.
pub(super) struct Connected<P> {
    usage: Arc<Usage<P>>,
    outbound: Arc<dyn Outbound>,
}

// === impl Connected ===

impl<P: Export> Connected<P> {
    pub(super) async fn new(
        plugin: Arc<Plugin>,
        options: UseOptions,
        granted: &Grants,
        outbound: Arc<dyn Outbound>,
    ) -> Result<Self, UseError> {
        Ok(Self { usage: Arc::new(Usage::new(plugin, granted, options).await?), outbound })
    }

    pub(super) fn with_outbound(&self, outbound: Arc<dyn Outbound>) -> Self {
        Self { usage: Arc::clone(&self.usage), outbound }
    }

    pub(super) fn plugin(&self) -> &Arc<Plugin> {
        &self.usage.plugin
    }

    pub(super) fn pre(&self) -> &P {
        &self.usage.pre
    }

    pub(super) async fn call<A: Send, T>(
        &self,
        budget: CallBudget,
        guest: impl for<'a> FnOnce(&'a mut Store<CallState>) -> BoxFuture<'a, wasmtime::Result<Result<A, types::CallError>>>
        + Send,
        convert: impl FnOnce(A) -> Result<T, InvalidAnswer> + Send,
    ) -> Result<T, CallFailure> {
        let place = &self.usage.place;
        let terms = Terms::reaching(Arc::clone(&self.outbound), budget);
        let both_sides = |answer| match answer {
            Ok(answer) => convert(answer).map(Ok),
            Err(error) => Ok(Err(convert::call_error_out(error))),
        };
        let Answered { value, traffic, denied } = place.call(terms, guest, both_sides).await?;
        value.map_err(|error: CallError| match denied {
            // What the plugin makes of a refusal by policy is its guess; the refusal is the reason. A write that may stand
            // is more important than either.
            Some(what) if error.kind != CallErrorKind::OutcomeUnknown => {
                Failure::Failed(Failed { error: PluginError::Denied { what }, traffic })
            }
            _ => Failure::Guest(error),
        })
    }
}

impl<P> Clone for Connected<P> {
    fn clone(&self) -> Self {
        Self { usage: Arc::clone(&self.usage), outbound: Arc::clone(&self.outbound) }
    }
}

impl<P> std::fmt::Debug for Connected<P> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.usage.fmt(out)
    }
}
