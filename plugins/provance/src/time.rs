//! Times: the platform writes RFC 3339 in UTC, `2026-11-22T13:06:00Z`, and stamps rows to the second.

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use std::fmt;

/// A second in UTC, as the platform stamps its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(Timestamp);

// === impl Stamp ===

impl Stamp {
    /// RFC 3339; a part of a second is dropped, so that `ge` takes in the whole second.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let time: Timestamp = text.parse().ok()?;
        Timestamp::from_second(time.as_millisecond().div_euclid(1000)).ok().map(Self)
    }

    /// The `Date` header of an answer.
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        DateTimeParser::new().parse_timestamp(text).ok().map(Self)
    }

    /// So many seconds earlier; the same where time does not reach that far.
    #[must_use]
    pub fn minus_seconds(self, seconds: u32) -> Self {
        Self(self.0.checked_sub(SignedDuration::from_secs(seconds.into())).unwrap_or(self.0))
    }
}

impl fmt::Display for Stamp {
    /// As the platform and the contract spell it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_second_is_dropped() {
        let stamp = Stamp::parse("2026-03-01T00:00:05.9999999Z").unwrap();
        assert_eq!(stamp.to_string(), "2026-03-01T00:00:05Z");
        assert_eq!(stamp.minus_seconds(120).to_string(), "2026-02-28T23:58:05Z");
        assert_eq!(Stamp::from_http("Sun, 01 Mar 2026 00:00:05 GMT"), Some(stamp));
    }

    #[test]
    fn what_is_no_time_has_none() {
        for text in ["", "2026-03-01", "yesterday"] {
            assert_eq!((Stamp::parse(text), Stamp::from_http(text)), (None, None), "{text}");
        }
    }
}
