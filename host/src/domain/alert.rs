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
    /// later would else be outranked until that moment. A clock that was ahead when it saw this was ahead when it began.
    #[must_use]
    pub fn received(self, at: Timestamp) -> Self {
        let latest = at.after(Self::AHEAD);
        let kept = |moment| if moment > latest { at } else { moment };
        let observed_at = kept(self.observed_at);
        let was_ahead = observed_at != self.observed_at;
        let fired_at = if was_ahead { self.fired_at.min(observed_at) } else { kept(self.fired_at) };
        Self { observed_at, fired_at, ..self }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(condition: Condition, fired_at: Timestamp, observed_at: Timestamp) -> Alert {
        Alert {
            id: "a".into(),
            correlation_key: "k".into(),
            condition,
            severity: Severity::Error,
            resolves: true,
            signal: String::new(),
            rule: String::new(),
            title: String::new(),
            summary: String::new(),
            description: String::new(),
            observed_at,
            fired_at,
            resolved_at: None,
            resources: Vec::new(),
            facts: Vec::new(),
            links: Vec::new(),
            labels: Vec::new(),
            payload: String::new(),
        }
    }

    #[test]
    fn a_clock_that_is_always_ahead_orders_as_things_are_received() {
        let at = |hours: u64| Timestamp::from_nanos(0).after(Duration::from_hours(hours));
        for ahead in [0, 5, 23, 25, 30, 24 * 365 * 50] {
            let sent = [(Condition::Fired, 0, 0), (Condition::Resolved, 0, 8), (Condition::Fired, 10, 10)];
            let received = sent.map(|(condition, fired, observed)| {
                let Alert { condition, fired_at, observed_at, .. } =
                    alert(condition, at(fired + ahead), at(observed + ahead)).received(at(observed));
                Episode { fired_at, observed_at, condition }
            });
            assert!(received.is_sorted(), "{ahead} hours: {received:?}");
        }
    }

    #[test]
    fn what_is_less_than_a_day_ahead_stays_as_it_was_sent() {
        let at = |hours: u64| Timestamp::from_nanos(0).after(Duration::from_hours(hours));
        let sent = alert(Condition::Fired, at(24), at(24));
        assert_eq!(sent.clone().received(at(0)), sent);
        assert_eq!(alert(Condition::Fired, at(25), at(25)).received(at(0)), alert(Condition::Fired, at(0), at(0)));
    }
}
