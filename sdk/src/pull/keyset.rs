//! Where a pull stands on a platform that can be asked for what comes after a row: rows are read in the order (stamp, id), each page
//! from the last row of the one before.
//!
//! An offset would skip rows that move while one pages. A row that changes meanwhile moves to the end and comes again.

use super::Floor;
use crate::time::Stamp;
use serde::{Deserialize, Serialize};

/// The place from which to read on; the host keeps it as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Kept<Id>", into = "Kept<Id>", bound(serialize = "Id: Clone + Serialize"))]
pub struct Cursor<Id> {
    /// The last row read, or the time to begin at.
    pub place: Place<Id>,
    floor: Floor,
}

/// A place in the order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place<Id> {
    /// Before the first row of this moment.
    From(Stamp),
    /// After this row of this moment.
    After(Stamp, Id),
}

/// What the host keeps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<Id> {
    at: Stamp,
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    after: Option<Id>,
    #[serde(default, skip_serializing_if = "Floor::is_none")]
    floor: Floor,
}

// === impl Cursor ===

impl<Id> Cursor<Id> {
    /// From this time on.
    #[must_use]
    pub fn since(time: Stamp) -> Self {
        Self { place: Place::From(time), floor: Floor::default() }
    }

    /// After a page. `last` is its last row, if it had any, and `clock` the platform's own.
    #[must_use]
    pub fn advanced(self, last: Option<(Stamp, Id)>, more: bool, clock: Option<Stamp>) -> Self {
        match last {
            Some((at, id)) if more => Self { floor: self.floor.after(Some(at), clock), place: Place::After(at, id) },
            last => {
                let next = self.floor.next(last.map(|(at, _)| at), clock);
                Self::since(next.unwrap_or(self.place.at()))
            }
        }
    }
}

// === impl Place ===

impl<Id> Place<Id> {
    fn at(&self) -> Stamp {
        match self {
            Self::From(at) | Self::After(at, _) => *at,
        }
    }
}

impl<Id: Ord> Place<Id> {
    /// Whether a row comes after it: the only rows that an answer may have.
    pub fn is_before(&self, at: Stamp, id: &Id) -> bool {
        match self {
            Self::From(from) => at >= *from,
            Self::After(last, after) => (&at, id) > (last, after),
        }
    }
}

// === impl Kept ===

impl<Id> From<Kept<Id>> for Cursor<Id> {
    fn from(Kept { at, after, floor }: Kept<Id>) -> Self {
        Self { place: after.map_or(Place::From(at), |id| Place::After(at, id)), floor }
    }
}

impl<Id> From<Cursor<Id>> for Kept<Id> {
    fn from(Cursor { place, floor }: Cursor<Id>) -> Self {
        match place {
            Place::From(at) => Self { at, after: None, floor },
            Place::After(at, id) => Self { at, after: Some(id), floor },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pull::keep;

    fn stamp(time: &str) -> Stamp {
        Stamp::from_contract(&format!("2026-11-22T{time}Z")).unwrap()
    }

    fn since(time: &str) -> Cursor<u64> {
        Cursor::since(stamp(time))
    }

    #[test]
    fn a_cursor_survives_being_kept() {
        let start = since("10:00:00");
        assert_eq!(keep(&start), r#"{"at":"2026-11-22T10:00:00Z"}"#);
        let paging = start.clone().advanced(Some((stamp("10:59:00"), 10)), true, Some(stamp("11:00:00")));
        assert_eq!(keep(&paging), r#"{"at":"2026-11-22T10:59:00Z","after":10,"floor":"2026-11-22T10:58:00Z"}"#);
        for cursor in [start, paging] {
            assert_eq!(serde_json::from_str::<Cursor<u64>>(&keep(&cursor)).unwrap(), cursor);
        }
        for foreign in [
            "",
            "{}",
            "7",
            r#"{"at":"noon"}"#,
            r#"{"at":"2026-11-22T10:00:00Z","floor":"?"}"#,
            r#"{"at":"2026-11-22T10:00:00Z","offset":5}"#,
        ] {
            assert!(serde_json::from_str::<Cursor<u64>>(foreign).is_err(), "{foreign}");
        }
    }

    #[test]
    fn pages_near_the_present_are_read_again() {
        let young = since("10:00:00").advanced(Some((stamp("10:59:00"), 1)), true, Some(stamp("11:00:00")));
        let later = young.advanced(Some((stamp("11:00:30"), 2)), true, Some(stamp("11:01:00")));
        assert_eq!(later.place, Place::After(stamp("11:00:30"), 2));
        assert_eq!(later.advanced(None, false, Some(stamp("11:02:00"))), since("10:58:00"));
    }

    #[test]
    fn a_finished_pull_goes_on_where_all_have_appeared() {
        let last = Some((stamp("10:20:00"), 1));
        assert_eq!(since("10:00:00").advanced(last, false, Some(stamp("11:00:00"))), since("10:58:00"));
        assert_eq!(since("10:00:00").advanced(last, false, None), since("10:18:00"));
        assert_eq!(since("10:00:00").advanced(None, false, None), since("10:00:00"));
    }

    #[test]
    fn only_what_comes_after_was_asked_for() {
        let place = Place::After(stamp("10:00:00"), 7);
        for (time, id, expected) in
            [("09:59:59", 9, false), ("10:00:00", 7, false), ("10:00:00", 8, true), ("10:00:01", 1, true)]
        {
            assert_eq!(place.is_before(stamp(time), &id), expected, "{time} {id}");
        }
        assert!(Place::From(stamp("10:00:00")).is_before(stamp("10:00:00"), &1));
    }
}
