//! Where a pull goes on.
//!
//! **By time.** Rows are read in the order (modified, primary key) from a time on; the platform's link to the next page names the last
//! row of the one before, so a row that changes meanwhile moves to the end and comes again. A row that appears late is caught by the
//! floor: see [`signalbox_sdk::pull`].
//!
//! **By tracked changes.** The platform's delta link knows what was told, deleted rows too. It ends after a week without a pull.

use serde::{Deserialize, Serialize};
use signalbox_sdk::pull::Floor;
use signalbox_sdk::time::Stamp;

/// The place from which to read on; the host keeps it as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cursor {
    /// By time.
    Timed(Timed),
    /// By tracked changes.
    Tracked(Tracked),
}

/// A place in the order of changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tracked {
    /// The next page, or the changes since the last one.
    #[serde(rename = "tracked")]
    pub link: String,
}

/// A place in the order of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timed {
    /// Where this round of pages began.
    pub from: Stamp,
    /// The next page of the round; none at its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// How many rows a page has, where those asked for were too large for one answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u32>,
    #[serde(default, skip_serializing_if = "Floor::is_none")]
    floor: Floor,
}

// === impl Timed ===

impl Timed {
    /// From this time on.
    #[must_use]
    pub fn since(from: Stamp) -> Self {
        Self { from, next: None, rows: None, floor: Floor::default() }
    }

    /// From the round's beginning again, perhaps with smaller pages.
    #[must_use]
    pub fn restarted(&self, rows: Option<u32>) -> Self {
        Self { next: None, rows, ..self.clone() }
    }

    /// After a page whose newest row has this stamp, with more to come.
    #[must_use]
    pub fn after(self, newest: Option<Stamp>, next: String, clock: Option<Stamp>) -> Self {
        Self { next: Some(next), floor: self.floor.after(newest, clock), ..self }
    }

    /// After the last page. `newest` is the stamp of the newest row that it had, if any.
    #[must_use]
    pub fn finished(self, newest: Option<Stamp>, clock: Option<Stamp>) -> Self {
        Self::since(self.floor.next(newest, clock).unwrap_or(self.from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_sdk::pull::keep;

    const NEXT: &str = "/api/data/v9.2/incidents?$skiptoken=2";

    fn stamp(time: &str) -> Stamp {
        Stamp::from_contract(&format!("2026-11-22T{time}Z")).unwrap()
    }

    #[test]
    fn a_cursor_survives_being_kept() {
        let start = Timed::since(stamp("10:00:00"));
        assert_eq!(keep(&start), r#"{"from":"2026-11-22T10:00:00Z"}"#);
        let paging = start.clone().after(Some(stamp("10:59:00")), NEXT.into(), Some(stamp("11:00:00")));
        let smaller = paging.restarted(Some(12));
        for cursor in [start, paging, smaller]
            .map(Cursor::Timed)
            .into_iter()
            .chain([Cursor::Tracked(Tracked { link: NEXT.into() })])
        {
            assert_eq!(serde_json::from_str::<Cursor>(&keep(&cursor)).unwrap(), cursor);
        }
        for foreign in ["", "{}", "7", r#"{"from":"noon"}"#, r#"{"from":"2026-11-22T10:00:00Z","floor":"?"}"#] {
            assert!(serde_json::from_str::<Cursor>(foreign).is_err(), "{foreign}");
        }
    }

    #[test]
    fn a_round_ends_at_its_floor() {
        let young =
            Timed::since(stamp("10:00:00")).after(Some(stamp("10:59:00")), NEXT.into(), Some(stamp("11:00:00")));
        assert_eq!(young.finished(None, Some(stamp("11:02:00"))), Timed::since(stamp("10:58:00")));
    }

    #[test]
    fn a_finished_pull_begins_two_minutes_ago() {
        let next = Timed::since(stamp("10:00:00")).finished(Some(stamp("10:20:00")), Some(stamp("11:00:00")));
        assert_eq!(next, Timed::since(stamp("10:58:00")));
    }

    #[test]
    fn without_a_clock_the_newest_row_is_the_clock() {
        let begun = Timed::since(stamp("10:00:00"));
        assert_eq!(begun.clone().finished(Some(stamp("10:20:00")), None), Timed::since(stamp("10:18:00")));
        assert_eq!(begun.clone().finished(None, None), begun);
    }
}
