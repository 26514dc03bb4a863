//! Moments. One type for all clocks that meet here, to the nanosecond, since monitors order their observations by it.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, time::Duration};

/// A moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(jiff::Timestamp);

/// Not a moment in RFC 3339.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not a time in RFC 3339, such as `2026-11-22T13:06:00Z`")]
pub struct InvalidTimestamp {
    text: String,
    #[source]
    cause: jiff::Error,
}

// === impl Timestamp ===

impl Timestamp {
    /// The system's clock.
    #[must_use]
    pub fn now() -> Self {
        Self(jiff::Timestamp::now())
    }

    /// From nanoseconds since 1970, as the ledger keeps it.
    #[must_use]
    pub fn from_nanos(nanos: i64) -> Self {
        Self(jiff::Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    /// Nanoseconds since 1970; what lies beyond the years 1677 to 2262 is cut to them.
    #[must_use]
    pub fn nanos(self) -> i64 {
        let nanos = self.0.as_nanosecond().clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        i64::try_from(nanos).unwrap_or_default()
    }

    /// Later by `span`; stops at the end of time.
    #[must_use]
    pub fn after(self, span: Duration) -> Self {
        Self(self.0.checked_add(span).unwrap_or(jiff::Timestamp::MAX))
    }

    /// Earlier by `span`; stops at the beginning of time.
    #[must_use]
    pub fn before(self, span: Duration) -> Self {
        Self(self.0.checked_sub(span).unwrap_or(jiff::Timestamp::MIN))
    }

    /// How long ago `earlier` was; nothing where it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::try_from(self.0.duration_since(earlier.0)).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|cause| InvalidTimestamp { text: text.chars().take(64).collect(), cause })
    }
}
