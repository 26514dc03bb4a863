//! One round of reports: each ticket that is another than was shown is shown at its alerts.
//!
//! What is due stands in the ledger until the monitor has answered, so a crash between its answer and the ledger tells it
//! twice: it promises to change nothing then. What it refuses is given up, and the ticket's timeline says so; what it
//! can't take now is told later, for three days at most.

use super::{Done, Sync, Trouble};
use crate::{
    converge::backoff,
    domain::{CallBudget, CallErrorKind, ConnectionName, Timestamp},
    generation::Monitor,
    ledger::{Leader, MonitorTask, Report, Reported},
    plugin::{CallFailure, Failure, PluginError},
};
use rand::Rng as _;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The most reports that are looked up at once.
const BATCH: u32 = 50;
/// How long a monitor rests that was told all.
pub(super) const REST: Duration = Duration::from_secs(1);
/// How long a report is tried.
const PATIENCE: Duration = Duration::from_secs(3 * 86_400);
/// How often a plugin may fail over one report.
const FAULTS: u32 = 5;

/// A monitor that is told of tickets.
pub(super) struct Reporting<'a> {
    pub(super) sync: &'a Sync,
    pub(super) name: &'a ConnectionName,
    pub(super) monitor: &'a Monitor,
    pub(super) leader: &'a Leader,
}

// === impl Reporting ===

impl Reporting<'_> {
    /// Tells all that is due, one after another: two tickets of one alert are told in their order.
    pub(super) async fn round(&self, stop: &CancellationToken) -> Result<Done, Trouble> {
        let monitors = &self.sync.monitors;
        while !stop.is_cancelled() {
            let now = Timestamp::now();
            let due = monitors.reports(self.leader, self.name, &self.monitor.sources, now, BATCH).await?;
            if due.is_empty() && !self.sync.waits(self.name, MonitorTask::Report).await? {
                return Ok(Done::Rest(REST));
            }
            for report in due {
                let (id, told) = (report.id, self.tell(&report).await);
                let outcome = told.as_ref().map_or_else(|failure| self.later(&report, failure), |()| Reported::Shown);
                self.count(&outcome);
                let is_later = matches!(outcome, Reported::Later { .. });
                monitors.reported(self.leader, id, outcome, Timestamp::now()).await?;
                if let (true, Err(failure)) = (is_later, told) {
                    // Most often it is the monitor as a whole that can't: the others wait, too.
                    return Err(Trouble::Call(failure));
                }
                if stop.is_cancelled() {
                    break;
                }
            }
        }
        Ok(Done::Rest(REST))
    }

    async fn tell(&self, report: &Report) -> Result<(), CallFailure> {
        let budget = CallBudget { deadline: Instant::now() + self.monitor.peer.deadline, send_before: None };
        self.monitor.peer.plugin.report(report.alert.clone(), report.ticket.clone(), budget).await
    }

    fn later(&self, report: &Report, failure: &CallFailure) -> Reported {
        let outcome = verdict(report, failure, Timestamp::now(), rand::rng().random());
        if let Reported::GivenUp { why } = &outcome {
            tracing::error!(monitor = %self.name, ticket = %report.key, why, "a ticket is not shown at its alert");
        }
        outcome
    }

    fn count(&self, outcome: &Reported) {
        let outcome = match outcome {
            Reported::Shown => "shown",
            Reported::Later { .. } => "later",
            Reported::GivenUp { .. } => "given-up",
        };
        metrics::counter!("signalbox_monitor_reports_total", "monitor" => self.name.to_string(), "outcome" => outcome)
            .increment(1);
    }
}

/// What follows from a failure; `fraction` is chance, from 0 to 1.
fn verdict(report: &Report, failure: &CallFailure, now: Timestamp, fraction: f64) -> Reported {
    let why = Trouble::words(failure);
    let hopeless = match failure {
        Failure::Guest(error) => {
            matches!(error.kind, CallErrorKind::Rejected | CallErrorKind::Unsupported | CallErrorKind::Gone)
        }
        Failure::Failed(failed) => match failed.error {
            PluginError::Denied { .. } => true,
            PluginError::Trap { .. } | PluginError::Memory { .. } | PluginError::Invalid(_) => {
                report.failures.saturating_add(1) >= FAULTS
            }
            PluginError::Deadline { .. } | PluginError::Saturated { .. } | PluginError::BreakerOpen { .. } => false,
        },
    };
    if hopeless || now.since(report.since) >= PATIENCE {
        return Reported::GivenUp { why };
    }
    let asked = Trouble::rest_asked_for(failure);
    let pause = backoff::pause(report.failures.saturating_add(1), asked, fraction);
    Reported::Later { at: now.after(pause), why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        converge::testing,
        domain::{CallError, Condition, TicketKey},
        plugin::{Failed, Traffic},
    };

    fn report(failures: u32) -> Report {
        let key = TicketKey::from("k-1");
        let alert = testing::alert(&testing::member("a", Condition::Fired, 0));
        Report { id: 1, ticket: testing::platform_ticket(&key), key, alert, since: testing::at(0), failures }
    }

    fn says(kind: CallErrorKind, retry_after: Option<u32>) -> CallFailure {
        let text = String::new;
        Failure::Guest(CallError { kind, code: text(), message: "so it is".into(), field: text(), retry_after })
    }

    fn fails(error: PluginError) -> CallFailure {
        Failure::Failed(Failed { error, traffic: Traffic::default() })
    }

    fn after(failures: u32, failure: &CallFailure, seconds: i64) -> Option<u64> {
        match verdict(&report(failures), failure, testing::at(seconds), 0.0) {
            Reported::Later { at, .. } => Some(at.since(testing::at(seconds)).as_millis().try_into().unwrap()),
            Reported::GivenUp { .. } => None,
            Reported::Shown => panic!("it failed"),
        }
    }

    #[test]
    fn what_can_go_well_later_is_told_later_and_the_rest_is_given_up() {
        let trap = || fails(PluginError::Memory { limit: 1 });
        let three_days = 3 * 86_400;
        for (name, failures, failure, seconds, expected) in [
            ("down", 0, says(CallErrorKind::Unavailable, None), 0, Some(500)),
            ("down for long", 8, says(CallErrorKind::Unavailable, None), 0, Some(128_000)),
            ("down for three days", 400, says(CallErrorKind::Unavailable, None), three_days, None),
            ("too fast", 0, says(CallErrorKind::Throttled, Some(90)), 0, Some(90_000)),
            ("refused credentials", 0, says(CallErrorKind::Unauthorized, None), 0, Some(500)),
            ("a lost answer", 0, says(CallErrorKind::OutcomeUnknown, None), 0, Some(500)),
            ("refused", 0, says(CallErrorKind::Rejected, None), 0, None),
            ("no such thing", 0, says(CallErrorKind::Unsupported, None), 0, None),
            ("a rest", 0, fails(PluginError::BreakerOpen { retry_after: REST }), 0, Some(500)),
            ("a fault", 0, trap(), 0, Some(500)),
            ("a fault each time", 4, trap(), 0, None),
        ] {
            assert_eq!(after(failures, &failure, seconds), expected, "{name}");
        }
    }
}
