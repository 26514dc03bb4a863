//! Times: the portal writes `2026-11-22T13:06:00.123`, with or without `Z`, and means UTC; what is unset is null or in the year 1.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// A moment in UTC, to the millisecond, as Service Manager keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(Timestamp);

// === impl Stamp ===

impl Stamp {
    /// From a moment; what is finer than a millisecond is dropped.
    #[must_use]
    pub fn of(time: Timestamp) -> Self {
        Self(Timestamp::from_millisecond(time.as_millisecond()).unwrap_or(time))
    }

    /// As the portal spells it; none for what is unset.
    #[must_use]
    pub fn from_platform(text: &str) -> Option<Self> {
        let time: Timestamp = match text.parse() {
            Ok(time) => time,
            Err(_) => Offset::UTC.to_timestamp(text.parse::<DateTime>().ok().filter(|_| text.contains('T'))?).ok()?,
        };
        // The year 1 is .NET's word for "never".
        (time.as_second() > -62_000_000_000).then(|| Self::of(time))
    }

    /// RFC 3339.
    #[must_use]
    pub fn from_contract(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::of)
    }

    /// The `Date` header of an answer.
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        DateTimeParser::new().parse_timestamp(text).ok().map(Self)
    }

    /// As the contract spells it.
    #[must_use]
    pub fn contract(self) -> String {
        self.0.to_string()
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

    /// Without the mark of its zone, for a gateway that would take a marked time for its own zone's.
    #[must_use]
    pub fn bare(self) -> String {
        self.to_string().trim_end_matches('Z').to_owned()
    }
}

impl fmt::Display for Stamp {
    /// As the portal takes it, always with milliseconds.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.3}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_names_the_same_moment() {
        let stamp = Stamp::from_platform("2026-03-01T00:00:05.12").unwrap();
        for text in ["2026-03-01T00:00:05.1200000Z", "2026-03-01T00:00:05.12Z", "2026-03-01T01:00:05.12+01:00"] {
            assert_eq!(Stamp::from_platform(text), Some(stamp), "{text}");
        }
        assert_eq!(stamp.to_string(), "2026-03-01T00:00:05.120Z");
        assert_eq!(stamp.bare(), "2026-03-01T00:00:05.120");
        assert_eq!(stamp.contract(), "2026-03-01T00:00:05.12Z");
        assert_eq!(Stamp::from_contract("2026-03-01T00:00:05.1209Z"), Some(stamp));
        assert_eq!(Stamp::from_http("Sun, 01 Mar 2026 00:00:05 GMT").unwrap().to_string(), "2026-03-01T00:00:05.000Z");
    }

    #[test]
    fn what_is_unset_or_no_time_has_none() {
        for text in ["", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "2026-03-01", "01.03.2026 00:00:05", "soon"] {
            assert_eq!(Stamp::from_platform(text), None, "{text}");
        }
        assert_eq!(Stamp::from_contract("yesterday"), None);
        assert_eq!(Stamp::from_http("yesterday"), None);
    }

    #[test]
    fn moments_are_moved_and_measured() {
        let stamp = Stamp::from_platform("2026-03-01T00:00:05").unwrap();
        assert_eq!(stamp.minus_seconds(120).to_string(), "2026-02-28T23:58:05.000Z");
        assert_eq!(stamp.plus_seconds(3600).seconds_since(stamp), 3600);
        assert_eq!(stamp.seconds_since(stamp.plus_seconds(1)), 0);
    }
}
