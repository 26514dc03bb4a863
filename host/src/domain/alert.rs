//! Alerts as sources decode them: the contract's record, with its texts parsed.

use super::{AlertId, CorrelationKey, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Names and values that no field exists for.
pub type Labels = Vec<(String, String)>;

/// How bad, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// People are hurt now.
    Critical,
    /// Something is broken.
    Error,
    /// Something will break.
    Warning,
    /// Good to know.
    Informational,
    /// For those who look closely.
    Verbose,
}

/// What the monitor says of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It is there.
    Fired,
    /// It is over.
    Resolved,
}

/// A thing that an alert is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// As the monitor spells it; never empty.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its type.
    pub kind: String,
    /// Where it belongs, outermost first.
    pub scope: Labels,
    /// What a CMDB calls it.
    pub configuration_item: String,
}

/// A value worth a line in a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Heading.
    pub group: String,
    /// What it is.
    pub name: String,
    /// As text.
    pub value: String,
    /// The monitor's word for its unit.
    pub unit: String,
}

/// A place to look further.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What a person would call it.
    pub title: String,
    /// Absolute.
    pub url: String,
}

/// One observation by a monitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// Identity of this episode.
    pub id: AlertId,
    /// What its problem's observations have in common.
    pub correlation_key: CorrelationKey,
    /// Fired or resolved.
    pub condition: Condition,
    /// How bad.
    pub severity: Severity,
    /// Whether the monitor will ever say `resolved`.
    pub resolves: bool,
    /// `metric`, `log`, …
    pub signal: String,
    /// Name of the rule that fired.
    pub rule: String,
    /// One line for people.
    pub title: String,
    /// The condition in words.
    pub summary: String,
    /// What the rule's author wrote.
    pub description: String,
    /// When the monitor saw this.
    pub observed_at: Timestamp,
    /// When the episode began.
    pub fired_at: Timestamp,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
    /// What it is about, the most affected first.
    pub resources: Vec<Resource>,
    /// Values worth a line.
    pub facts: Vec<Fact>,
    /// Where to look.
    pub links: Vec<Link>,
    /// Everything else.
    pub labels: Labels,
    /// The part of the body that it was read from, as JSON text.
    pub payload: String,
}

/// Where an observation stands among those of its correlation key: the greatest is the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Episode {
    /// When the episode began; a later one outranks all of an earlier one.
    pub fired_at: Timestamp,
    /// When this was seen.
    pub observed_at: Timestamp,
    /// At the same moment, resolved is last.
    pub condition: Condition,
}

// === impl Alert ===

impl Alert {
    /// How far a monitor's clock may be ahead: a place on Earth that takes its own time for UTC is, by less than a day.
    const AHEAD: Duration = Duration::from_hours(24);

    /// The alert as it can be when it is received then: a moment that is further ahead counts as then, since what really comes
    /// later would else be outranked until that moment.
    #[must_use]
    pub fn received(self, at: Timestamp) -> Self {
        let latest = at.after(Self::AHEAD);
        let kept = |moment| if moment > latest { at } else { moment };
        Self { observed_at: kept(self.observed_at), fired_at: kept(self.fired_at), ..self }
    }
}

// === impl Severity ===

impl Severity {
    /// All, worst first.
    pub const ALL: [Self; 5] = [Self::Critical, Self::Error, Self::Warning, Self::Informational, Self::Verbose];

    /// The word that configuration, conditions and output use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Informational => "informational",
            Self::Verbose => "verbose",
        }
    }
}

// === impl Condition ===

impl Condition {
    /// The word that configuration, conditions and output use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fired => "fired",
            Self::Resolved => "resolved",
        }
    }
}

// === impl Alert ===

impl Alert {
    /// Its place in the order of its correlation key's observations.
    #[must_use]
    pub fn episode(&self) -> Episode {
        Episode { fired_at: self.fired_at, observed_at: self.observed_at, condition: self.condition }
    }
}
