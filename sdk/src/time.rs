//! Moments as adapters handle them: read from the contract and from HTTP, moved, compared, kept.
//!
//! How a platform spells a moment, and how exactly it keeps one, is its adapter's to say.

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(Timestamp);

// === impl Stamp ===

impl Stamp {
    /// RFC 3339.
    #[must_use]
    pub fn from_contract(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// The `Date` header of an answer: the platform's own clock.
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        DateTimeParser::new().parse_timestamp(text).ok().map(Self)
    }

    /// As the contract spells it: RFC 3339 in UTC, no more digits than there are.
    #[must_use]
    pub fn contract(self) -> String {
        self.0.to_string()
    }

    /// The beginning of its second, so that "from here on" takes in the whole second on a platform that stamps to the second.
    #[must_use]
    pub fn whole_second(self) -> Self {
        Self(Timestamp::from_second(self.0.as_millisecond().div_euclid(1000)).unwrap_or(self.0))
    }

    /// The beginning of its millisecond.
    #[must_use]
    pub fn whole_millisecond(self) -> Self {
        Self(Timestamp::from_millisecond(self.0.as_microsecond().div_euclid(1000)).unwrap_or(self.0))
    }

    /// So many seconds earlier; the same where time does not reach that far.
    #[must_use]
    pub fn minus_seconds(self, seconds: u32) -> Self {
        Self(self.0.checked_sub(SignedDuration::from_secs(seconds.into())).unwrap_or(self.0))
    }

    /// So many seconds later; the same where time does not reach that far.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.checked_add(SignedDuration::from_secs(seconds.into())).unwrap_or(self.0))
    }

    /// Seconds from another moment to this one; none where it is later.
    #[must_use]
    pub fn seconds_since(self, other: Self) -> u32 {
        u32::try_from(self.0.duration_since(other.0).as_secs().max(0)).unwrap_or(u32::MAX)
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0.as_second()
    }
}

impl From<Timestamp> for Stamp {
    fn from(time: Timestamp) -> Self {
        Self(time)
    }
}

impl From<Stamp> for Timestamp {
    fn from(stamp: Stamp) -> Self {
        stamp.0
    }
}

impl fmt::Display for Stamp {
    /// As the contract spells it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Stamp {
        Stamp::from_contract(text).unwrap()
    }

    #[test]
    fn each_spelling_names_the_same_moment() {
        let stamp = at("2026-03-01T00:00:05Z");
        assert_eq!(at("2026-03-01T01:00:05+01:00"), stamp);
        assert_eq!(Stamp::from_http("Sun, 01 Mar 2026 00:00:05 GMT"), Some(stamp));
        assert_eq!(
            (stamp.contract(), stamp.to_string()),
            ("2026-03-01T00:00:05Z".into(), "2026-03-01T00:00:05Z".into())
        );
        assert_eq!(serde_json::to_string(&stamp).unwrap(), "\"2026-03-01T00:00:05Z\"");
        assert_eq!(serde_json::from_str::<Stamp>("\"2026-03-01T00:00:05.000Z\"").unwrap(), stamp);
    }

    #[test]
    fn what_is_no_time_has_none() {
        for text in ["", "2026-03-01", "yesterday", "2026-13-01T00:00:05Z"] {
            assert_eq!((Stamp::from_contract(text), Stamp::from_http(text)), (None, None), "{text}");
        }
    }

    #[test]
    fn what_a_platform_does_not_keep_is_dropped() {
        let stamp = at("2026-03-01T00:00:05.9999999Z");
        assert_eq!(stamp.whole_second().contract(), "2026-03-01T00:00:05Z");
        assert_eq!(stamp.whole_millisecond().contract(), "2026-03-01T00:00:05.999Z");
        assert_eq!(at("1969-12-31T23:59:58.5Z").whole_second().contract(), "1969-12-31T23:59:58Z");
    }

    #[test]
    fn moments_are_moved_and_measured() {
        let stamp = at("2026-03-01T00:00:05Z");
        assert_eq!(stamp.minus_seconds(120).contract(), "2026-02-28T23:58:05Z");
        assert_eq!(stamp.plus_seconds(3600).seconds_since(stamp), 3600);
        assert_eq!(stamp.seconds_since(stamp.plus_seconds(1)), 0);
        assert_eq!(at("1970-01-01T00:00:07Z").unix(), 7);
    }
}
