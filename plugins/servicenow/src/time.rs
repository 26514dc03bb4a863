//! Times: the instance writes `2026-11-22 13:06:00` and means UTC, the contract writes RFC 3339.
//!
//! Values are read with `sysparm_display_value=all`, whose `value` is UTC whatever the account's time zone; the account's zone
//! shapes only `display_value`, which is never read for a time.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use signalbox_sdk::time::Stamp;

/// How the instance spells a time.
const SPELLING: &str = "2026-11-22 13:06:00";

/// A time as the instance spells it; none for anything else.
#[must_use]
pub fn read(text: &str) -> Option<Stamp> {
    // A date alone would do for a time; an instance never writes one for a stamp.
    let time: DateTime = text.parse().ok().filter(|_| text.len() == SPELLING.len())?;
    Offset::UTC.to_timestamp(time).ok().map(Stamp::from)
}

/// A time as the instance spells it, to the second.
#[must_use]
pub fn spelled(stamp: Stamp) -> String {
    stamp.whole_second().contract().replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_the_same_second() {
        let stamp = read("2026-03-01 00:00:05").unwrap();
        assert_eq!(stamp.contract(), "2026-03-01T00:00:05Z");
        assert_eq!(spelled(stamp), "2026-03-01 00:00:05");
        let finer = Stamp::from_contract("2026-03-01T00:00:05.9999999Z").unwrap();
        assert_eq!(spelled(finer), "2026-03-01 00:00:05");
    }

    #[test]
    fn what_is_no_time_has_none() {
        for text in ["", "2026-03-01", "01.03.2026 00:00:05", "2026-13-01 00:00:05"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
