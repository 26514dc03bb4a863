//! What monitors are asked and told, as far as it must outlive a crash.
//!
//! Both follow the tickets' timelines, each from a place of its own, so that neither accepting nor converging knows of
//! them. A *report* is a ticket shown at one of its alerts: due when its number or state is another than was shown last,
//! and until the monitor was told or it was given up. *Facts* are asked for once an episode, for the alert that decides.
//!
//! Each task of each monitor is done by one gateway at a time: its leader. What another one writes is refused.

use super::{Leader, LedgerError};
use crate::domain::{Alert, ConnectionName, Fact, PlatformTicket, RouteName, SourceName, TicketKey, Timestamp};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is done with a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MonitorTask {
    /// It is asked for facts about new alerts.
    Enrich,
    /// It is told of tickets.
    Report,
    /// It is asked for the condition of old alerts.
    Recheck,
}

/// How a task of a monitor goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitorState {
    /// Its connection's name.
    pub monitor: String,
    /// What is done.
    pub task: MonitorTask,
    /// Alerts that it went well for.
    pub done: u64,
    /// When it last went well.
    pub done_at: Option<Timestamp>,
    /// Alerts that it is to be done for.
    pub waiting: u64,
    /// Alerts that it was given up for.
    pub given_up: u64,
    /// Why it failed last; empty where it did not.
    pub trouble: String,
}

/// A ticket that is to be shown at an alert.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its number.
    pub id: i64,
    /// Which ticket.
    pub key: TicketKey,
    /// As it was last seen.
    pub ticket: PlatformTicket,
    /// Where it is to be shown.
    pub alert: Alert,
    /// Since when it is due.
    pub since: Timestamp,
    /// How often it failed.
    pub failures: u32,
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reported {
    /// It is shown.
    Shown,
    /// Not now.
    Later {
        /// When to try again.
        at: Timestamp,
        /// Why.
        why: String,
    },
    /// Never.
    GivenUp {
        /// Why; people read it in the ticket's timeline.
        why: String,
    },
}

/// An alert that facts are to be found about.
#[derive(Clone, Debug)]
pub struct Enquiry {
    /// The row of its ticket.
    pub id: i64,
    /// Which ticket.
    pub key: TicketKey,
    /// The route that made it.
    pub route: RouteName,
    /// The alert, with its payload.
    pub alert: Alert,
}

/// What a monitor told of an alert.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Which monitor.
    pub monitor: String,
    /// In the order to show them.
    pub facts: Vec<Fact>,
    /// What could not be had, a line each.
    pub missing: Vec<String>,
}

/// What is known of a ticket's alert from its monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The alert's id.
    pub about: String,
    /// What was told.
    pub findings: Findings,
}

/// An alert that fires.
#[derive(Clone, Debug)]
pub struct Firing {
    /// Its row.
    pub row: i64,
    /// Who sent it.
    pub source: SourceName,
    /// As it was last seen.
    pub alert: Alert,
}

/// What is kept of monitors.
#[async_trait]
pub trait Monitors: Send + Sync {
    /// Whether there may be something to do.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn anything(&self, monitor: &ConnectionName, task: MonitorTask, now: Timestamp) -> Result<bool, LedgerError>;

    /// At most `limit` reports that are due, about alerts of these sources, the longest due first.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`].
    async fn reports(
        &self,
        leader: &Leader,
        monitor: &ConnectionName,
        sources: &[SourceName],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Report>, LedgerError>;

    /// Puts down what came of a report.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`].
    async fn reported(&self, leader: &Leader, report: i64, outcome: Reported, at: Timestamp)
    -> Result<(), LedgerError>;

    /// At most `limit` alerts of these sources that facts are to be found about, oldest first.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`].
    async fn enquiries(
        &self,
        leader: &Leader,
        monitor: &ConnectionName,
        sources: &[SourceName],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Enquiry>, LedgerError>;

    /// Keeps what was found, and has its ticket told of it. A new ticket that waits for it waits only as
    /// long as its route holds it, if that is given: `hold` from its making on.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`].
    async fn found(
        &self,
        leader: &Leader,
        enquiry: &Enquiry,
        findings: Findings,
        hold: Option<Duration>,
        at: Timestamp,
    ) -> Result<(), LedgerError>;

    /// The rows of alerts of these sources that have fired since before that moment and stand in tickets that have not
    /// ended; those that this round has not asked about yet, in order.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn firing_since(
        &self,
        monitor: &ConnectionName,
        sources: &[SourceName],
        before: Timestamp,
    ) -> Result<Vec<i64>, LedgerError>;

    /// These alerts; those that are gone are left out.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn firing(&self, rows: &[i64]) -> Result<Vec<Firing>, LedgerError>;

    /// A monitor has answered for so many alerts, up to the row `through`, and has forgotten these: their tickets say so,
    /// once. The next round begins where that is none.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`].
    async fn rechecked(
        &self,
        leader: &Leader,
        monitor: &ConnectionName,
        answered: u64,
        through: Option<i64>,
        forgotten: &[Firing],
        at: Timestamp,
    ) -> Result<(), LedgerError>;

    /// Says why a task failed.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn monitor_failed(&self, monitor: &ConnectionName, task: MonitorTask, why: &str) -> Result<(), LedgerError>;

    /// All tasks that were ever done.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn monitor_tasks(&self) -> Result<Vec<MonitorState>, LedgerError>;
}

// === impl MonitorTask ===

impl MonitorTask {
    /// All, in the order of an alert's life.
    pub const ALL: [Self; 3] = [Self::Enrich, Self::Report, Self::Recheck];

    /// The word that tables and metrics use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enrich => "enrich",
            Self::Report => "report",
            Self::Recheck => "recheck",
        }
    }
}
