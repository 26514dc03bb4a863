//! The words that settings of tables are made of: severities, states, phases, and how a ticket is ended.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::types::{Severity, TicketState};

/// Columns and values for each severity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BySeverity {
    /// Of a critical alert.
    pub critical: Map<String, Value>,
    /// Of an error.
    pub error: Map<String, Value>,
    /// Of a warning.
    pub warning: Map<String, Value>,
    /// Of what is informational.
    pub informational: Map<String, Value>,
    /// Of what is verbose.
    pub verbose: Map<String, Value>,
}

/// How a ticket is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolve {
    /// By which call.
    pub by: ResolveBy,
    /// The state afterwards.
    pub state: i64,
    /// The status reason afterwards.
    pub status: i64,
    /// What stands as the resolution where there is no note.
    pub text: String,
    /// Column that takes the resolution's text, where it is resolved by a write; empty for none.
    pub text_column: String,
}

/// By which call a ticket is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResolveBy {
    /// The action that Case demands.
    CloseIncident,
    /// A write of state and status reason.
    Patch,
}

/// A state with its status reason; the platform wants both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateAndStatus {
    /// The state.
    pub state: i64,
    /// The status reason.
    pub status: i64,
}

/// [`TicketState`] as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Someone should work on it.
    Open,
    /// It waits.
    Pending,
    /// Done, and can come back.
    Resolved,
    /// Done for good.
    Closed,
    /// Will not be done.
    Canceled,
}

/// [`ChangePhase`] as settings spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Being written, or waiting for approval.
    Draft,
    /// Approved, not begun.
    Approved,
    /// Under way.
    Implementing,
    /// Done, and being looked at.
    Reviewing,
    /// Over, well.
    Done,
    /// Over, badly.
    Failed,
    /// Withdrawn.
    Canceled,
}

// === impl BySeverity ===

impl BySeverity {
    /// The columns for one.
    #[must_use]
    pub fn of(&self, severity: Severity) -> &Map<String, Value> {
        match severity {
            Severity::Critical => &self.critical,
            Severity::Error => &self.error,
            Severity::Warning => &self.warning,
            Severity::Informational => &self.informational,
            Severity::Verbose => &self.verbose,
        }
    }

    /// All five, worst first.
    pub fn each(&self) -> impl Iterator<Item = &Map<String, Value>> {
        [&self.critical, &self.error, &self.warning, &self.informational, &self.verbose].into_iter()
    }

    /// One column with a number for each.
    #[must_use]
    pub fn of_priorities(column: &str, [critical, error, warning, informational, verbose]: [i64; 5]) -> Self {
        let one = |value: i64| Map::from_iter([(column.to_owned(), Value::from(value))]);
        Self {
            critical: one(critical),
            error: one(error),
            warning: one(warning),
            informational: one(informational),
            verbose: one(verbose),
        }
    }
}

// === impl Resolve, State, Phase ===

impl Resolve {
    /// As a custom table is made: 1 Inactive, with its status reason 2.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            by: ResolveBy::Patch,
            state: 1,
            status: 2,
            text: "The monitor reports that the problem is over.".into(),
            text_column: String::new(),
        }
    }
}

impl From<State> for TicketState {
    fn from(state: State) -> Self {
        match state {
            State::Open => Self::Open,
            State::Pending => Self::Pending,
            State::Resolved => Self::Resolved,
            State::Closed => Self::Closed,
            State::Canceled => Self::Canceled,
        }
    }
}

impl From<Phase> for ChangePhase {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Draft => Self::Draft,
            Phase::Approved => Self::Approved,
            Phase::Implementing => Self::Implementing,
            Phase::Reviewing => Self::Reviewing,
            Phase::Done => Self::Done,
            Phase::Failed => Self::Failed,
            Phase::Canceled => Self::Canceled,
        }
    }
}
