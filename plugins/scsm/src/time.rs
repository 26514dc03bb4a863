//! Times: the portal writes `2026-11-22T13:06:00.123`, with or without `Z`, and means UTC; what is unset is null or in the year 1.
//! Service Manager keeps milliseconds.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use signalbox_sdk::time::Stamp;

/// A time as the portal spells it; none for what is unset.
#[must_use]
pub fn read(text: &str) -> Option<Stamp> {
    let time: Timestamp = match text.parse() {
        Ok(time) => time,
        Err(_) => Offset::UTC.to_timestamp(text.parse::<DateTime>().ok().filter(|_| text.contains('T'))?).ok()?,
    };
    // The year 1 is .NET's word for "never".
    (time.as_second() > -62_000_000_000).then(|| Stamp::from(time).whole_millisecond())
}

/// A time as the portal takes it, always with milliseconds.
#[must_use]
pub fn spelled(stamp: Stamp) -> String {
    format!("{:.3}", Timestamp::from(stamp.whole_millisecond()))
}

/// Without the mark of its zone, for a gateway that would take a marked time for its own zone's.
#[must_use]
pub fn bare(stamp: Stamp) -> String {
    spelled(stamp).trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_spelling_names_the_same_moment() {
        let stamp = read("2026-03-01T00:00:05.12").unwrap();
        for text in ["2026-03-01T00:00:05.1200000Z", "2026-03-01T00:00:05.12Z", "2026-03-01T01:00:05.12+01:00"] {
            assert_eq!(read(text), Some(stamp), "{text}");
        }
        assert_eq!(spelled(stamp), "2026-03-01T00:00:05.120Z");
        assert_eq!(bare(stamp), "2026-03-01T00:00:05.120");
        assert_eq!(read("2026-03-01T00:00:05.1209Z"), Some(stamp));
    }

    #[test]
    fn what_is_unset_or_no_time_has_none() {
        for text in ["", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "2026-03-01", "01.03.2026 00:00:05", "soon"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
