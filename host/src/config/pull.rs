//! `[connections.NAME.pull]`: a platform's records, read back on a schedule of their own.

use super::units::Span;
use crate::domain::RecordKind;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// The longest history that a first fill may ask for.
const LONGEST_HISTORY: Span = Span(Duration::from_secs(120 * 86_400));
/// The shortest pause between two readings.
const SHORTEST_PAUSE: Span = Span(Duration::from_secs(1));

/// `[connections.NAME.pull]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PullSection {
    /// How long after one reading the next begins. At least 1 s. Default 60 s.
    pub every: Span,
    /// What is read: `incident`, `change`. Default both.
    pub records: Vec<RecordKind>,
    /// How far back the first reading goes. At most 120 days. Default 120 days.
    pub history: Span,
    /// Whether a change that is approved or being implemented counts as maintenance of its configuration items, within its
    /// time. Default true.
    pub maintenance: bool,
}

/// A pull that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPull {
    /// It would never rest.
    #[error("`pull.every` is {0}, and must be at least {SHORTEST_PAUSE}")]
    Every(Span),
    /// Too far back.
    #[error("`pull.history` is {0}, and may be at most {LONGEST_HISTORY} (120 days)")]
    History(Span),
    /// Nothing to read.
    #[error("`pull.records` is empty: name `incident`, `change` or both, or take `pull` away")]
    Nothing,
}

// === impl PullSection ===

impl Default for PullSection {
    fn default() -> Self {
        Self {
            every: Span(Duration::from_secs(60)),
            records: vec![RecordKind::Incident, RecordKind::Change],
            history: LONGEST_HISTORY,
            maintenance: true,
        }
    }
}

impl PullSection {
    pub(super) fn check(&self) -> Result<(), InvalidPull> {
        if self.every < SHORTEST_PAUSE {
            return Err(InvalidPull::Every(self.every));
        }
        if self.history > LONGEST_HISTORY {
            return Err(InvalidPull::History(self.history));
        }
        if self.records.is_empty() {
            return Err(InvalidPull::Nothing);
        }
        Ok(())
    }
}
