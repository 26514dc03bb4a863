//! Where a pull stands, so that no record is lost while people write.
//!
//! Dates show minutes, so they can't say where a page ended: pages go by the record's id instead. A *scan* takes what has changed
//! since a time in the order of ids, each page from the last id of the one before; a record that changes behind the scan's place
//! has a later date than the scan's beginning, and the next scan begins there. Ids never move, so nothing is skipped, however many
//! records share a minute.
//!
//! The system stamps a record before it commits it, so a record can appear for up to two minutes with a date that has gone by. The
//! next scan begins that much before the time at which this one began, by the system's own clock. What it reads again it has told
//! before; it has lost nothing.

use serde::{Deserialize, Serialize};
use signalbox_sdk::pull::SETTLE_SECONDS;
use signalbox_sdk::time::Stamp;

/// The place from which to read on; the host keeps it as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// What has changed since then is taken.
    pub since: Stamp,
    /// The last id of the scan so far; empty where it has not begun.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// When the scan began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<Stamp>,
}

// === impl Cursor ===

impl Cursor {
    /// A scan of all that has changed since a time.
    #[must_use]
    pub fn since(since: Stamp) -> Self {
        Self { since, after: String::new(), began: None }
    }

    /// Notes the time of the scan's first answer. `newest` is the latest date in it: where the system hides its clock, the scan
    /// began no earlier.
    #[must_use]
    pub fn begun(self, clock: Option<Stamp>, newest: Option<Stamp>) -> Self {
        let is_first = self.after.is_empty();
        Self { began: self.began.or(clock).or(newest.filter(|_| is_first)), ..self }
    }

    /// After a page that ended with this id, with more to come.
    #[must_use]
    pub fn after(self, id: &str) -> Self {
        Self { after: id.to_owned(), ..self }
    }

    /// After the last page.
    #[must_use]
    pub fn finished(self) -> Self {
        Self::since(self.began.map_or(self.since, |began| began.minus_seconds(SETTLE_SECONDS)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_sdk::pull::keep;

    fn stamp(time: &str) -> Stamp {
        Stamp::from_contract(&format!("2026-11-22T{time}Z")).unwrap()
    }

    #[test]
    fn a_cursor_survives_being_kept() {
        let start = Cursor::since(stamp("10:00:00"));
        assert_eq!(keep(&start), r#"{"since":"2026-11-22T10:00:00Z"}"#);
        let scanning = start.clone().begun(Some(stamp("11:00:00")), None).after("9a");
        for cursor in [start, scanning] {
            assert_eq!(serde_json::from_str::<Cursor>(&keep(&cursor)).unwrap(), cursor);
        }
        for foreign in ["", "{}", "7", r#"{"since":"noon"}"#, r#"{"since":"2026-11-22T10:00:00Z","began":"?"}"#] {
            assert!(serde_json::from_str::<Cursor>(foreign).is_err(), "{foreign}");
        }
    }

    #[test]
    fn the_next_scan_begins_before_this_one_did() {
        let scan = Cursor::since(stamp("10:00:00")).begun(Some(stamp("11:00:00")), Some(stamp("10:30:00")));
        let later = scan.after("9a").begun(Some(stamp("11:07:00")), None);
        assert_eq!(later.finished(), Cursor::since(stamp("10:58:00")));
    }

    #[test]
    fn without_a_clock_the_first_page_s_newest_record_is_the_clock() {
        let scan = Cursor::since(stamp("10:00:00"));
        assert_eq!(scan.clone().begun(None, Some(stamp("10:30:00"))).finished(), Cursor::since(stamp("10:28:00")));
        let unclear = scan.clone().begun(None, None).after("9a").begun(None, Some(stamp("11:00:00")));
        assert_eq!(unclear.finished(), scan, "a later page's dates may be after the scan's beginning");
    }
}
