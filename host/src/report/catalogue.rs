//! Which reports there are, and what each can be asked.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// A report. [`Report::about`] says what each answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "`about` says it, and `docs/reference/reports.md` defines it")]
pub enum Report {
    IncidentsAfterChanges,
    TimeToResolve,
    Noisiest,
    MetricsBeforeIncidents,
    FlappingRules,
    AlertsWithoutTickets,
    TicketsWithoutAlerts,
}

/// What each row of a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The platform's word.
    Priority,
    /// The platform's word.
    Category,
    /// Group or queue.
    AssignmentGroup,
    /// The rule whose alert it was, or made the ticket.
    Rule,
    /// What an alert is about.
    Resource,
    /// What a monitor watched.
    Metric,
    /// What fired, resolved and fired again of one problem have in common.
    CorrelationKey,
    /// What an incident is about.
    ConfigurationItem,
    /// What suffers.
    Service,
    /// Where the ticket is.
    Connection,
    /// A single change.
    Change,
    /// `normal`, `standard`, `emergency`, or the platform's own word.
    ChangeType,
    /// Of a year, in UTC.
    Month,
}

/// A report, and what it can be asked, for programs.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Entry {
    report: Report,
    about: &'static str,
    by: &'static [By],
    within: Option<u64>,
    connection: bool,
}

/// No report has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no report `{name}`: there are {}", names(&Report::ALL.map(Report::as_str)))]
pub struct UnknownReport {
    name: String,
}

// === impl Report ===

impl Report {
    /// All, in the order to list them.
    pub const ALL: [Self; 7] = [
        Self::IncidentsAfterChanges,
        Self::TimeToResolve,
        Self::Noisiest,
        Self::MetricsBeforeIncidents,
        Self::FlappingRules,
        Self::AlertsWithoutTickets,
        Self::TicketsWithoutAlerts,
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IncidentsAfterChanges => "incidents-after-changes",
            Self::TimeToResolve => "time-to-resolve",
            Self::Noisiest => "noisiest",
            Self::MetricsBeforeIncidents => "metrics-before-incidents",
            Self::FlappingRules => "flapping-rules",
            Self::AlertsWithoutTickets => "alerts-without-tickets",
            Self::TicketsWithoutAlerts => "tickets-without-alerts",
        }
    }

    /// What it answers, in a line.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::IncidentsAfterChanges => {
                "which changes incidents followed on the same things; the change failure rate"
            }
            Self::TimeToResolve => "how long incidents take from creation to resolution: mean and percentiles",
            Self::Noisiest => "which rules, or resources, make the most tickets",
            Self::MetricsBeforeIncidents => "which metrics fired before incidents on the same resources",
            Self::FlappingRules => "which rules come back soon after they were over",
            Self::AlertsWithoutTickets => "which alerts fired and stand in no ticket",
            Self::TicketsWithoutAlerts => "which incidents no alert made: what monitoring does not see",
        }
    }

    /// What its rows can be about; the first where nobody says.
    #[must_use]
    pub fn by(self) -> &'static [By] {
        match self {
            Self::IncidentsAfterChanges => &[By::Change, By::ChangeType, By::Month],
            Self::TimeToResolve => {
                &[By::Priority, By::Category, By::AssignmentGroup, By::Rule, By::Service, By::Connection, By::Month]
            }
            Self::Noisiest => &[By::Rule, By::Resource],
            Self::MetricsBeforeIncidents => &[By::Metric, By::Rule],
            Self::FlappingRules => &[By::Rule, By::CorrelationKey],
            Self::AlertsWithoutTickets => &[By::Rule, By::Resource],
            Self::TicketsWithoutAlerts => {
                &[By::ConfigurationItem, By::Service, By::Category, By::AssignmentGroup, By::Priority, By::Month]
            }
        }
    }

    /// Its window where nobody says; none where it has no window.
    #[must_use]
    pub fn within(self) -> Option<Duration> {
        match self {
            Self::IncidentsAfterChanges => Some(DAY),
            Self::MetricsBeforeIncidents | Self::FlappingRules => Some(HOUR),
            Self::TimeToResolve | Self::Noisiest | Self::AlertsWithoutTickets | Self::TicketsWithoutAlerts => None,
        }
    }

    /// Its entry in a list; the window is in seconds.
    #[must_use]
    pub fn entry(self) -> Entry {
        Entry {
            report: self,
            about: self.about(),
            by: self.by(),
            within: self.within().map(|within| within.as_secs()),
            connection: self.has_connection(),
        }
    }

    /// Whether it can be asked of one connection: what it counts are tickets, not alerts.
    #[must_use]
    pub fn has_connection(self) -> bool {
        !matches!(self, Self::FlappingRules | Self::AlertsWithoutTickets)
    }
}

impl FromStr for Report {
    type Err = UnknownReport;

    fn from_str(name: &str) -> Result<Self, UnknownReport> {
        let known = Self::ALL.into_iter().find(|report| report.as_str() == name);
        known.ok_or_else(|| UnknownReport { name: name.chars().take(80).collect() })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

// === impl By ===

impl By {
    /// The word that the command line and columns use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Category => "category",
            Self::AssignmentGroup => "assignment-group",
            Self::Rule => "rule",
            Self::Resource => "resource",
            Self::Metric => "metric",
            Self::CorrelationKey => "correlation-key",
            Self::ConfigurationItem => "configuration-item",
            Self::Service => "service",
            Self::Connection => "connection",
            Self::Change => "change",
            Self::ChangeType => "change-type",
            Self::Month => "month",
        }
    }
}

/// `a`, `b`, `c`
pub(super) fn names(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
