//! Times: answers have `2026-11-22T13:06:00Z`, whatever the account's time zone; a date that is not set is the year 1970.
//!
//! What is sent is another matter. A date in a change must be spelled `2026-11-22 13:06:00` and is taken as UTC: of an RFC 3339 time
//! Request Tracker makes "not set" without a word. The same spelling in a search is taken in the account's time zone; see
//! [`crate::pull`].

use signalbox_sdk::time::Stamp;

/// A time as an answer has it, to the second; none for a date that is not set.
#[must_use]
pub fn read(text: &str) -> Option<Stamp> {
    Stamp::from_contract(text).map(Stamp::whole_second).filter(|stamp| stamp.unix() > 0)
}

/// A time as a change or a search spells it, to the second.
#[must_use]
pub fn spelled(stamp: Stamp) -> String {
    stamp.whole_second().contract().replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_name_the_same_second() {
        let stamp = read("2026-03-01T00:00:05.9Z").unwrap();
        assert_eq!(stamp.contract(), "2026-03-01T00:00:05Z");
        assert_eq!(spelled(stamp), "2026-03-01 00:00:05");
    }

    #[test]
    fn what_is_not_set_has_no_time() {
        for text in ["", "1970-01-01T00:00:00Z", "Not set", "2026-13-01T00:00:05Z"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
