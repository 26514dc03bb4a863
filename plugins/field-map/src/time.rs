//! Points and spans of time as people read them.
//!
//! Everything is UTC and says so. A timestamp that does not parse is shown as it came: a ticket with an odd date is better than
//! no ticket.

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// `2026-11-22 13:06:00 UTC`, or the text itself where it is no timestamp.
pub fn shown(timestamp: &str) -> String {
    formatted(timestamp, "%Y-%m-%d %H:%M:%S UTC").ok().flatten().unwrap_or_else(|| timestamp.to_owned())
}

/// The timestamp in a `strftime` format; none where it is no timestamp.
///
/// # Errors
/// The words of the formatter, where the format is not one.
pub fn formatted(timestamp: &str, format: &str) -> Result<Option<String>, String> {
    match timestamp.trim().parse::<Timestamp>() {
        Ok(at) => strtime::format(format, &at.to_zoned(TimeZone::UTC)).map(Some).map_err(|error| error.to_string()),
        Err(_) => Ok(None),
    }
}

/// Whole seconds from one timestamp to another, never negative; none where either is no timestamp.
pub fn seconds_between(from: &str, to: &str) -> Option<i64> {
    let from: Timestamp = from.trim().parse().ok()?;
    let to: Timestamp = to.trim().parse().ok()?;
    Some(to.as_second().saturating_sub(from.as_second()).max(0))
}

/// The time between two timestamps in words; empty where either is no timestamp.
pub fn between(from: &str, to: &str) -> String {
    seconds_between(from, to).map(in_words).unwrap_or_default()
}

/// A span in its two largest units: `2 hours 5 minutes`.
pub fn in_words(seconds: i64) -> String {
    let (large, small) = match seconds {
        DAY.. => ((seconds / DAY, "day"), (seconds % DAY / HOUR, "hour")),
        HOUR.. => ((seconds / HOUR, "hour"), (seconds % HOUR / MINUTE, "minute")),
        MINUTE.. => ((seconds / MINUTE, "minute"), (seconds % MINUTE, "second")),
        _ => ((seconds.max(0), "second"), (0, "second")),
    };
    match small.0 {
        0 => counted(large.0, large.1),
        _ => format!("{} {}", counted(large.0, large.1), counted(small.0, small.1)),
    }
}

fn counted(count: i64, unit: &str) -> String {
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_two_largest_units() {
        let cases = [
            (-5, "0 seconds"),
            (0, "0 seconds"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (61, "1 minute 1 second"),
            (840, "14 minutes"),
            (3600, "1 hour"),
            (7500, "2 hours 5 minutes"),
            (86_399, "23 hours 59 minutes"),
            (86_400, "1 day"),
            (363_600, "4 days 5 hours"),
        ];
        for (seconds, words) in cases {
            assert_eq!(in_words(seconds), words, "{seconds}");
        }
    }

    #[test]
    fn a_timestamp_is_shown_in_utc_without_its_fraction() {
        assert_eq!(shown("2026-11-22T13:06:00.1234567Z"), "2026-11-22 13:06:00 UTC");
        assert_eq!(shown("2026-11-22T14:06:00+01:00"), "2026-11-22 13:06:00 UTC");
    }

    #[test]
    fn what_is_no_timestamp_is_shown_as_it_came() {
        assert_eq!(shown("yesterday"), "yesterday");
        assert_eq!(between("yesterday", "2026-11-22T13:06:00Z"), "");
    }

    #[test]
    fn an_end_before_its_start_is_no_time_at_all() {
        assert_eq!(between("2026-11-22T13:06:00Z", "2026-11-22T13:05:00Z"), "0 seconds");
    }

    #[test]
    fn a_format_that_is_none_is_an_error_and_no_panic() {
        assert!(formatted("2026-11-22T13:06:00Z", "%!").is_err());
    }
}
