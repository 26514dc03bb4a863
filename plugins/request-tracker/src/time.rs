//! Times: answers have `2026-11-22T13:06:00Z`, whatever the account's time zone; a date that is not set is the year 1970.
//!
//! What is sent is another matter. A date in a change must be spelled `2026-11-22 13:06:00` and is taken as UTC: of an RFC 3339 time
//! Request Tracker makes "not set" without a word. The same spelling in a search is taken in the account's time zone; see
//! [`crate::pull`].

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// A second in UTC, as the server stamps its tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(Timestamp);

// === impl Stamp ===

impl Stamp {
    /// As an answer has it; none for a date that is not set.
    #[must_use]
    pub fn from_platform(text: &str) -> Option<Self> {
        Self::from_contract(text).filter(|stamp| stamp.unix() > 0)
    }

    /// RFC 3339; a part of a second is dropped, so that `>=` takes in the whole second.
    #[must_use]
    pub fn from_contract(text: &str) -> Option<Self> {
        let time: Timestamp = text.parse().ok()?;
        Timestamp::from_second(time.as_millisecond().div_euclid(1000)).ok().map(Self)
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

    /// Seconds since 1970.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0.as_second()
    }
}

impl fmt::Display for Stamp {
    /// As a change or a search spells it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.contract().replace('T', " ").replace('Z', ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_the_same_second() {
        let stamp = Stamp::from_platform("2026-03-01T00:00:05Z").unwrap();
        assert_eq!(stamp.contract(), "2026-03-01T00:00:05Z");
        assert_eq!(stamp.to_string(), "2026-03-01 00:00:05");
        assert_eq!(Stamp::from_http("Sun, 01 Mar 2026 00:00:05 GMT"), Some(stamp));
        assert_eq!(Stamp::from_contract("2026-03-01T01:00:05+01:00"), Some(stamp));
    }

    #[test]
    fn a_part_of_a_second_is_dropped() {
        let stamp = Stamp::from_contract("2026-03-01T00:00:05.9999999Z").unwrap();
        assert_eq!(stamp.to_string(), "2026-03-01 00:00:05");
        assert_eq!(stamp.minus_seconds(120).to_string(), "2026-02-28 23:58:05");
    }

    #[test]
    fn what_is_not_set_has_no_time() {
        for text in ["", "1970-01-01T00:00:00Z", "Not set", "2026-13-01T00:00:05Z"] {
            assert_eq!(Stamp::from_platform(text), None, "{text}");
        }
        assert_eq!(Stamp::from_http("yesterday"), None);
    }
}
