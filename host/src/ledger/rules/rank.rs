//! The order of a correlation key's observations, made total.
//!
//! The design orders by episode. Two observations of one episode and moment may still differ (a change of severity is a new
//! alert id); without a last word on them the winner would depend on who came first, and a doubled or late body could
//! change a ticket. So the worse severity wins, then the greater id, then the greater source.

use crate::domain::{Alert, AlertId, Condition, CorrelationKey, Episode, Severity, SourceName, Timestamp};
use std::cmp::Reverse;

/// An observation's place among those of its correlation key: the greatest is the truth.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Rank {
    pub(crate) episode: Episode,
    pub(crate) severity: Reverse<Severity>,
    pub(crate) id: AlertId,
    pub(crate) source: SourceName,
}

/// What makes an observation the same one: seen twice, it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Observation {
    pub(crate) key: CorrelationKey,
    pub(crate) rank: Rank,
}

// === impl Rank ===

impl Rank {
    /// The rank of an alert of this source.
    pub(crate) fn of(source: &SourceName, alert: &Alert) -> Self {
        let episode = Episode {
            fired_at: kept(alert.fired_at),
            observed_at: kept(alert.observed_at),
            condition: alert.condition,
        };
        Self { episode, severity: Reverse(alert.severity), id: alert.id.clone(), source: source.clone() }
    }

    pub(crate) fn fires(&self) -> bool {
        self.episode.condition == Condition::Fired
    }
}

// === impl Observation ===

impl Observation {
    /// The identity of an alert of this source.
    pub(crate) fn of(source: &SourceName, alert: &Alert) -> Self {
        Self { key: alert.correlation_key.clone(), rank: Rank::of(source, alert) }
    }
}

/// A moment as the ledger keeps it: what is beyond its range is cut, so that a moment compares with itself read back.
fn kept(moment: Timestamp) -> Timestamp {
    Timestamp::from_nanos(moment.nanos())
}
