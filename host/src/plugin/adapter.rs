//! Adapters: tickets and records of one ITSM platform.

use super::bindings::adapter::AdaptingPre;
use super::call::CallState;
use super::connected::{CallFailure, Connected};
use super::convert;
use super::grant::Grants;
use super::loaded::Plugin;
use super::usage::{UseError, UseOptions, guest};
use super::words;
use crate::domain::{
    CallBudget, Change, ItsmRecord, Outbound, PlatformTicket, RecordKind, TicketKey, Timestamp, WorkItem, WorkItemKind,
};
use serde::Serialize;
use std::sync::Arc;

/// Some of what changed on a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Oldest change first; one may come twice.
    pub records: Vec<ItsmRecord>,
    /// Where to go on; opaque.
    pub cursor: String,
    /// Whether there is more now.
    pub more: bool,
}

/// What a platform said when it was asked whether it is ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProbeReport {
    /// What answered.
    pub product: String,
    /// Its version.
    pub version: String,
    /// What a person must do, a line each; none means ready.
    pub findings: Vec<String>,
}

/// An ITSM connection of the configuration. A clone shares its limits and its breaker.
#[derive(Clone, Debug)]
pub struct AdapterUse(Connected<AdaptingPre<CallState>>);

// === impl AdapterUse ===

impl AdapterUse {
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

    /// The same connection with another way out: one that sends nothing, say.
    #[must_use]
    pub fn with_outbound(&self, outbound: Arc<dyn Outbound>) -> Self {
        Self(self.0.with_outbound(outbound))
    }

    /// The plugin behind it.
    #[must_use]
    pub fn plugin(&self) -> &Arc<Plugin> {
        self.0.plugin()
    }

    /// Whether the platform is there and ready.
    ///
    /// # Errors
    /// The platform says no, or the plugin could not answer.
    pub async fn probe(&self, budget: CallBudget) -> Result<ProbeReport, CallFailure> {
        let guest = guest!(self.0.pre(), signalbox_plugin_adapter.call_probe());
        let report = |report: super::bindings::adapter::exports::signalbox::plugin::adapter::ProbeReport| {
            Ok(ProbeReport {
                product: words::escaped(&report.product, 200),
                version: words::escaped(&report.version, 200),
                findings: convert::list("findings", report.findings, |line| Ok(words::escaped(&line, 2_000)))?,
            })
        };
        self.0.call(budget, guest, report).await
    }

    /// Every ticket that has this key, oldest first.
    ///
    /// # Errors
    /// The platform says no, or the plugin could not answer.
    pub async fn find(
        &self,
        kind: WorkItemKind,
        key: &TicketKey,
        budget: CallBudget,
    ) -> Result<Vec<PlatformTicket>, CallFailure> {
        let (kind, key) = (convert::kind_in(kind), key.to_string());
        let guest = guest!(self.0.pre(), signalbox_plugin_adapter.call_find(kind, &key));
        self.0.call(budget, guest, convert::tickets_out).await
    }

    /// A ticket as it is now.
    ///
    /// # Errors
    /// The platform says no, or the plugin could not answer.
    pub async fn read(
        &self,
        kind: WorkItemKind,
        ticket_id: &str,
        budget: CallBudget,
    ) -> Result<PlatformTicket, CallFailure> {
        let (kind, id) = (convert::kind_in(kind), ticket_id.to_owned());
        let guest = guest!(self.0.pre(), signalbox_plugin_adapter.call_read(kind, &id));
        self.0.call(budget, guest, convert::ticket_out).await
    }

    /// Makes a ticket.
    ///
    /// # Errors
    /// The platform says no, or the plugin could not answer; `Failed::outcome_is_unknown` tells whether it may stand.
    pub async fn create(&self, item: WorkItem, budget: CallBudget) -> Result<PlatformTicket, CallFailure> {
        let item = convert::work_item_in(item);
        let guest = guest!(self.0.pre(), signalbox_plugin_adapter.call_create(&item));
        self.0.call(budget, guest, convert::ticket_out).await
    }

    /// Changes a ticket.
    ///
    /// # Errors
    /// The platform says no, or the plugin could not answer; `Failed::outcome_is_unknown` tells whether it may stand.
    pub async fn amend(
        &self,
        ticket: PlatformTicket,
        change: Change,
        item: WorkItem,
        budget: CallBudget,
    ) -> Result<PlatformTicket, CallFailure> {
        let (ticket, change) = (convert::ticket_in(ticket), convert::change_in(change));
        let item = convert::work_item_in(item);
        let guest = guest!(self.0.pre(), signalbox_plugin_adapter.call_amend(&ticket, change, &item));
        self.0.call(budget, guest, convert::ticket_out).await
    }

    /// What changed since the cursor, or since `since` where there is none.
    ///
    /// # Errors
    /// The platform says no, or the plugin could not answer.
    pub async fn list_records(
        &self,
        kind: RecordKind,
        cursor: Option<String>,
        since: Timestamp,
        limit: u32,
        budget: CallBudget,
    ) -> Result<Page, CallFailure> {
        let (kind, since) = (convert::record_kind_in(kind), since.to_string());
        let guest =
            guest!(self.0.pre(), signalbox_plugin_adapter.call_list_records(kind, cursor.as_deref(), &since, limit));
        self.0.call(budget, guest, convert::page_out).await
    }
}
