//! An adapter on its connection, as convergence sees it.

use crate::{
    converge::desk::{Answered, Blame, CallFailure, Platform, PluginFault},
    domain::{
        CallBudget, CallError, CallErrorKind, Change, Outbound, PlatformTicket, TicketKey, WorkItem, WorkItemKind,
    },
    outbound::{Connection, CredentialState, Recorder},
    plugin::{self, AdapterUse, Failed, Failure, PluginError},
};
use async_trait::async_trait;
use std::sync::Arc;

/// An adapter in its generation.
pub struct AdapterPlatform {
    adapter: AdapterUse,
    connection: Arc<Connection>,
    way_out: Arc<dyn Outbound>,
}

// === impl AdapterPlatform ===

impl AdapterPlatform {
    /// On its connection.
    #[must_use]
    pub fn new(adapter: &AdapterUse, connection: &Arc<Connection>) -> Self {
        Self { adapter: adapter.clone(), connection: connection.clone(), way_out: connection.clone() }
    }

    /// With another way out: one that sends nothing, say.
    #[must_use]
    pub fn by(adapter: &AdapterUse, connection: &Arc<Connection>, way_out: Arc<dyn Outbound>) -> Self {
        Self { adapter: adapter.clone(), connection: connection.clone(), way_out }
    }

    /// Makes one call, and keeps its last request and answer.
    async fn recorded<T, F>(&self, call: impl FnOnce(AdapterUse) -> F) -> Answered<T>
    where
        F: Future<Output = Result<T, plugin::CallFailure>>,
    {
        let recorder = Arc::new(Recorder::new(self.way_out.clone()));
        let result = call(self.adapter.with_outbound(recorder.clone())).await;
        let exchange = recorder.last().map(|last| last.to_string()).unwrap_or_default();
        Answered { result: result.map_err(|failure| call_failure(failure, &self.connection)), exchange }
    }
}

#[async_trait]
impl Platform for AdapterPlatform {
    async fn find(&self, kind: WorkItemKind, key: &TicketKey, budget: CallBudget) -> Answered<Vec<PlatformTicket>> {
        self.recorded(|adapter| async move { adapter.find(kind, key, budget).await }).await
    }

    async fn read(&self, kind: WorkItemKind, id: &str, budget: CallBudget) -> Answered<PlatformTicket> {
        self.recorded(|adapter| async move { adapter.read(kind, id, budget).await }).await
    }

    async fn create(&self, item: WorkItem, budget: CallBudget) -> Answered<PlatformTicket> {
        self.recorded(|adapter| async move { adapter.create(item, budget).await }).await
    }

    async fn amend(
        &self,
        ticket: PlatformTicket,
        change: Change,
        item: WorkItem,
        budget: CallBudget,
    ) -> Answered<PlatformTicket> {
        self.recorded(|adapter| async move { adapter.amend(ticket, change, item, budget).await }).await
    }
}

/// A failure in convergence's terms. A request that was not sent because the credentials are refused looks to an adapter like
/// a platform that is down; only the connection knows better.
#[must_use]
pub fn call_failure(failure: plugin::CallFailure, connection: &Connection) -> CallFailure {
    match failure {
        Failure::Guest(error) => CallFailure::Call(match refused(connection) {
            Some(reason) if error.kind == CallErrorKind::Unavailable => {
                CallError { kind: CallErrorKind::Unauthorized, message: reason, ..error }
            }
            _ => error,
        }),
        Failure::Failed(failed) => CallFailure::Plugin(fault(&failed)),
    }
}

fn refused(connection: &Connection) -> Option<String> {
    let (_, base) = connection.health().credentials.into_iter().next()?;
    match base {
        CredentialState::Refused { reason, .. } => Some(reason),
        _ => None,
    }
}

/// A plugin that gave no answer, in convergence's terms.
pub(super) fn fault(failed: &Failed) -> PluginFault {
    let reason = match &failed.error {
        PluginError::Trap { .. } => "trap",
        PluginError::Deadline { .. } => "deadline",
        PluginError::Memory { .. } => "memory",
        PluginError::Invalid(_) => "invalid-answer",
        PluginError::Denied { .. } => "denied",
        PluginError::Saturated { .. } => "saturated",
        PluginError::BreakerOpen { .. } => "breaker-open",
    };
    PluginFault {
        reason: reason.to_owned(),
        message: failed.to_string(),
        blame: match failed.blame() {
            plugin::Blame::Sender => Blame::Sender,
            plugin::Blame::Operator => Blame::Operator,
            plugin::Blame::Plugin => Blame::Plugin,
            plugin::Blame::Platform => Blame::Platform,
            plugin::Blame::Us => Blame::Signalbox,
        },
        may_have_written: failed.outcome_is_unknown(),
        passing: matches!(failed.error, PluginError::Saturated { .. } | PluginError::BreakerOpen { .. }),
    }
}
