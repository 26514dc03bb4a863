//! Monitors: what the gateway asks of a monitoring system, and tells it.

use super::bindings::monitor::MonitoringPre;
use super::call::CallState;
use super::connected::{CallFailure, Connected};
use super::convert;
use super::error::InvalidAnswer;
use super::grant::Grants;
use super::loaded::Plugin;
use super::usage::{UseError, UseOptions, guest};
use super::words;
use crate::domain::{Alert, CallBudget, Condition, Fact, Outbound, PlatformTicket};
use std::sync::Arc;
use std::time::Instant;

/// What a monitor could tell about an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// What it found.
    pub facts: Vec<Fact>,
    /// What could not be had, a line each.
    pub missing: Vec<String>,
}

/// A monitor's connection of the configuration. A clone shares its limits and its breaker.
#[derive(Clone, Debug)]
pub struct MonitorUse(Connected<MonitoringPre<CallState>>);

// === impl MonitorUse ===

impl MonitorUse {
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

    /// Facts about an alert's resources; the plugin is told four fifths of what is left of the budget.
    ///
    /// # Errors
    /// The monitor says no, or the plugin could not answer.
    pub async fn enrich(&self, alert: Alert, budget: CallBudget) -> Result<Facts, CallFailure> {
        let left = budget.deadline.saturating_duration_since(Instant::now()) * 4 / 5;
        let left = u32::try_from(left.as_millis()).unwrap_or(u32::MAX);
        let alert = convert::alert_in(alert);
        let guest = guest!(self.0.pre(), signalbox_plugin_monitor.call_enrich(&alert, left));
        let facts = |facts: super::bindings::monitor::exports::signalbox::plugin::monitor::Facts| {
            Ok(Facts {
                facts: convert::facts_out("facts", facts.facts)?,
                missing: convert::list("missing", facts.missing, |line| Ok(words::escaped(&line, 1_000)))?,
            })
        };
        self.0.call(budget, guest, facts).await
    }

    /// Shows a ticket at its alert.
    ///
    /// # Errors
    /// The monitor says no, or the plugin could not answer.
    pub async fn report(&self, alert: Alert, ticket: PlatformTicket, budget: CallBudget) -> Result<(), CallFailure> {
        let (alert, ticket) = (convert::alert_in(alert), convert::ticket_in(ticket));
        let guest = guest!(self.0.pre(), signalbox_plugin_monitor.call_report(&alert, &ticket));
        self.0.call(budget, guest, Ok).await
    }

    /// The condition of each alert now, in the order asked; none where the monitor has forgotten.
    ///
    /// # Errors
    /// The monitor says no, or the plugin could not answer.
    pub async fn recheck(&self, alerts: Vec<Alert>, budget: CallBudget) -> Result<Vec<Option<Condition>>, CallFailure> {
        let asked = alerts.len();
        let alerts: Vec<_> = alerts.into_iter().map(convert::alert_in).collect();
        let guest = guest!(self.0.pre(), signalbox_plugin_monitor.call_recheck(&alerts));
        let conditions = |conditions: Vec<Option<_>>| {
            if conditions.len() == asked {
                Ok(conditions.into_iter().map(|each| each.map(convert::condition_out)).collect())
            } else {
                let counts = format!("{} answers to {asked} alerts", conditions.len());
                Err(InvalidAnswer::whole(&counts))
            }
        };
        self.0.call(budget, guest, conditions).await
    }
}
