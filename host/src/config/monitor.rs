//! `[connections.NAME.enrich]` and `[connections.NAME.recheck]`: what a monitor is asked, and when.

use super::units::Span;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// The shortest time in which a monitor can tell anything.
const SHORTEST_BUDGET: Span = Span(Duration::from_millis(100));
/// The shortest pause between two questions after the same alerts.
const SHORTEST_PAUSE: Span = Span(Duration::from_secs(1));

/// `[connections.NAME.enrich]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EnrichSection {
    /// How long a new ticket waits for facts before it is made without them; what comes later is a note in it. At most
    /// `budget`. Default 2 s.
    pub wait: Span,
    /// How long the monitor is asked; what it has not told by then is missing. At least 100 ms; the connection's `deadline`
    /// ends it, too. Default 20 s.
    pub budget: Span,
}

/// `[connections.NAME.recheck]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecheckSection {
    /// How long an alert has fired before its condition is asked for. Default 30 min.
    pub after: Span,
    /// How long after one round of questions the next begins. At least 1 s. Default 15 min.
    pub every: Span,
}

/// Questions that can't be asked so.
#[derive(Debug, thiserror::Error)]
pub enum InvalidQuestion {
    /// No time for an answer.
    #[error("`enrich.budget` is {0}, and must be at least {SHORTEST_BUDGET}")]
    Budget(Span),
    /// It would wait for what can't come any more.
    #[error("`enrich.wait` is {wait}, and may be at most `enrich.budget`, which is {budget}")]
    Wait {
        /// What was set.
        wait: Span,
        /// What bounds it.
        budget: Span,
    },
    /// It would never rest.
    #[error("`recheck.every` is {0}, and must be at least {SHORTEST_PAUSE}")]
    Every(Span),
}

// === impl EnrichSection ===

impl Default for EnrichSection {
    fn default() -> Self {
        Self { wait: Span(Duration::from_secs(2)), budget: Span(Duration::from_secs(20)) }
    }
}

impl EnrichSection {
    pub(super) fn check(self) -> Result<(), InvalidQuestion> {
        let Self { wait, budget } = self;
        if budget < SHORTEST_BUDGET {
            return Err(InvalidQuestion::Budget(budget));
        }
        if wait > budget {
            return Err(InvalidQuestion::Wait { wait, budget });
        }
        Ok(())
    }
}

// === impl RecheckSection ===

impl Default for RecheckSection {
    fn default() -> Self {
        Self { after: Span(Duration::from_secs(30 * 60)), every: Span(Duration::from_secs(15 * 60)) }
    }
}

impl RecheckSection {
    pub(super) fn check(self) -> Result<(), InvalidQuestion> {
        if self.every < SHORTEST_PAUSE { Err(InvalidQuestion::Every(self.every)) } else { Ok(()) }
    }
}
