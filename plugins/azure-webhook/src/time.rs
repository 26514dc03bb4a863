//! The times that bodies carry, as the contract's timestamps.
//!
//! Azure writes RFC 3339 with up to seven decimals and any offset; classic log alerts write `3/22/2019 1:36:31 PM` in UTC.
//! A text that is no time reads as none: an alert is not refused over a date.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::Value;

use crate::value::{Lenient as _, text_of};

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(Timestamp);

/// From here on a bare number counts milliseconds, below it seconds.
const MILLISECONDS_FROM: i64 = 100_000_000_000;

// === impl Time ===

impl Time {
    /// A time as text or as seconds or milliseconds since 1970.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Some(Self(timestamp));
        }
        if let Ok(count) = text.parse::<i64>() {
            let since_epoch = if count >= MILLISECONDS_FROM {
                Timestamp::from_millisecond(count)
            } else {
                Timestamp::from_second(count)
            };
            return since_epoch.ok().map(Self);
        }
        let civil = text.parse::<DateTime>().ok().or_else(|| american(text))?;
        Offset::UTC.to_timestamp(civil).ok().map(Self)
    }

    /// The first of these members that is a time.
    pub fn of(value: &Value, names: &[&str]) -> Option<Self> {
        names.iter().find_map(|name| Self::parse(&value.field(name).and_then(text_of)?))
    }

    /// Whole seconds from then until now; none where then is later.
    pub fn seconds_since(self, then: Self) -> Option<i64> {
        Some(self.0.as_second().saturating_sub(then.0.as_second())).filter(|seconds| *seconds >= 0)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `3/22/2019 1:36:31 PM`, `06/25/2017 19:59:39` or `6/1/2018`.
fn american(text: &str) -> Option<DateTime> {
    let mut words = text.split_ascii_whitespace();
    let [month, day, year] = numbers(words.next()?, '/')?;
    let [hour, minute, second] = words.next().map_or(Some([0; 3]), |clock| numbers(clock, ':'))?;
    let hour = match words.next().map(str::to_ascii_uppercase).as_deref() {
        None => hour,
        Some("AM") => hour % 12,
        Some("PM") => hour % 12 + 12,
        Some(_) => return None,
    };
    let small = |number: i16| i8::try_from(number).ok();
    DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0).ok()
}

fn numbers(text: &str, separator: char) -> Option<[i16; 3]> {
    let numbers = text.split(separator).map(|part| part.parse().ok()).collect::<Option<Vec<i16>>>()?;
    numbers.try_into().ok()
}

/// Seconds of an ISO 8601 duration of days and less, `PT5M`, or of a time span, `00:05:00`.
pub fn duration_seconds(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some([hours, minutes, seconds]) = numbers(text, ':') {
        return Some(i64::from(hours) * 3_600 + i64::from(minutes) * 60 + i64::from(seconds));
    }
    let mut total: i64 = 0;
    let mut count: Option<i64> = None;
    let mut in_time = false;
    for c in text.strip_prefix('P')?.chars() {
        if let Some(digit) = c.to_digit(10) {
            count = Some(count.unwrap_or(0).checked_mul(10)?.checked_add(i64::from(digit))?);
            continue;
        }
        let unit = match (c, in_time) {
            ('T', false) if count.is_none() => {
                in_time = true;
                continue;
            }
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        total = total.checked_add(count.take()?.checked_mul(unit)?)?;
    }
    count.is_none().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_every_spelling() {
        for (text, expected) in [
            ("2019-03-22T13:58:24.3713213Z", "2019-03-22T13:58:24.3713213Z"),
            ("2019-03-22T13:56:31.2917159+00:00", "2019-03-22T13:56:31.2917159Z"),
            ("2019-03-22T15:56:31+02:00", "2019-03-22T13:56:31Z"),
            ("3/22/2019 1:36:31 PM", "2019-03-22T13:36:31Z"),
            ("12/1/2023 12:05:09 AM", "2023-12-01T00:05:09Z"),
            ("06/25/2017 19:59:39", "2017-06-25T19:59:39Z"),
            ("6/1/2018", "2018-06-01T00:00:00Z"),
            ("2018-03-26T08:10:40", "2018-03-26T08:10:40Z"),
            ("2022-11-01", "2022-11-01T00:00:00Z"),
            ("1553261784", "2019-03-22T13:36:24Z"),
            ("1553261784000", "2019-03-22T13:36:24Z"),
        ] {
            assert_eq!(Time::parse(text).map(|time| time.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "yesterday", "<TIME>", "13/13/2019 1:00:00 PM"] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_in_both_spellings() {
        for (text, seconds) in [
            ("PT5M", Some(300)),
            ("PT24H", Some(86_400)),
            ("P1D", Some(86_400)),
            ("00:15:00", Some(900)),
            ("soon", None),
        ] {
            assert_eq!(duration_seconds(text), seconds, "{text}");
        }
    }
}
