//! One round of enquiries: facts about alerts that have just fired.
//!
//! Convergence never asks a monitor. A new ticket waits a moment for what is found here, and is made without it then; what
//! comes later raises its ticket, which says so in a note. An alert is asked about once: a monitor that is down, refuses,
//! traps or loops is told of as what is missing.

use super::{Done, Sync, Trouble};
use crate::{
    domain::{CallBudget, ConnectionName, Timestamp},
    generation::{Enrich, Generation, Monitor},
    ledger::{Enquiry, Findings, Leader, MonitorTask},
};
use futures::future::try_join_all;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The most alerts that are asked about at once.
const BATCH: usize = 16;
/// How long a monitor rests that has told all: new tickets wait for it.
pub(super) const REST: Duration = Duration::from_millis(100);

/// A monitor that is asked for facts.
pub(super) struct Enriching<'a> {
    pub(super) sync: &'a Sync,
    pub(super) name: &'a ConnectionName,
    pub(super) monitor: &'a Monitor,
    pub(super) leader: &'a Leader,
    pub(super) generation: &'a Generation,
}

// === impl Enriching ===

impl Enriching<'_> {
    /// Asks about all that has fired since the last round.
    pub(super) async fn round(&self, stop: &CancellationToken) -> Result<Done, Trouble> {
        let Some(enrich) = self.monitor.enrich else { return Ok(Done::Elsewhere) };
        let limit = u32::try_from(self.monitor.peer.places.clamp(1, BATCH)).unwrap_or(1);
        while !stop.is_cancelled() {
            let now = Timestamp::now();
            let due = self.sync.monitors.enquiries(self.leader, self.name, &self.monitor.sources, now, limit).await?;
            if due.is_empty() && !self.sync.waits(self.name, MonitorTask::Enrich).await? {
                return Ok(Done::Rest(REST));
            }
            try_join_all(due.iter().map(|enquiry| self.ask(enrich, enquiry))).await?;
        }
        Ok(Done::Rest(REST))
    }

    async fn ask(&self, enrich: Enrich, enquiry: &Enquiry) -> Result<(), Trouble> {
        let time = enrich.budget.min(self.monitor.peer.deadline);
        let budget = CallBudget { deadline: Instant::now() + time, send_before: None };
        let told = self.monitor.peer.plugin.enrich(enquiry.alert.clone(), budget).await;
        let outcome = if told.is_ok() { "told" } else { "failed" };
        metrics::counter!("signalbox_monitor_enquiries_total", "monitor" => self.name.to_string(), "outcome" => outcome)
            .increment(1);
        let monitor = self.name.to_string();
        let (findings, trouble) = match told {
            Ok(told) => (Findings { monitor, facts: told.facts, missing: told.missing }, None),
            Err(failure) => {
                let why = Trouble::words(&failure);
                (Findings { monitor, facts: Vec::new(), missing: vec![why.clone()] }, Some(why))
            }
        };
        let hold = self.hold_without_facts(enrich, enquiry);
        self.sync.monitors.found(self.leader, enquiry, findings, hold, Timestamp::now()).await?;
        if let Some(why) = trouble {
            tracing::warn!(monitor = %self.name, ticket = %enquiry.key, why, "there are no facts about an alert");
            self.sync.monitors.monitor_failed(self.name, MonitorTask::Enrich, &why).await?;
        }
        Ok(())
    }

    /// How long a new ticket's route holds it, where facts have it wait for longer.
    fn hold_without_facts(&self, enrich: Enrich, enquiry: &Enquiry) -> Option<Duration> {
        let route = self.generation.routes.iter().find(|route| route.name == enquiry.route);
        Some(route.map_or(Duration::ZERO, |route| route.hold)).filter(|hold| *hold < enrich.wait)
    }
}
