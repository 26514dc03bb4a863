//! Where a pull stands, so that no ticket is lost while people write.
//!
//! Tickets are read in the order (`LastUpdated`, `id`), each page from the last ticket of the one before: an offset would skip
//! tickets that move while one pages. A ticket that changes meanwhile moves to the end and comes again.
//!
//! The server stamps a ticket before it commits it, so one can appear behind a place that was already read, for up to two minutes.
//! The first page that goes past "two minutes ago", by the server's own clock, notes that time as the *floor*; when all pages are
//! read, the next pull begins at the floor. What it reads again it has told before; it has lost nothing.

use crate::time::Stamp;
use serde::{Deserialize, Serialize};

/// How long after its stamp a ticket may appear.
const SETTLE_SECONDS: u32 = 120;

/// The place from which to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The last ticket read, or the time to begin at.
    pub place: Place,
    floor: Option<Stamp>,
}

/// A place in the order of tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the first ticket of this second.
    From(Stamp),
    /// After this ticket of this second.
    After(Stamp, u64),
}

/// What the host keeps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<u64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    floor: String,
}

// === impl Cursor ===

impl Cursor {
    /// From this time on.
    #[must_use]
    pub fn since(time: Stamp) -> Self {
        Self { place: Place::From(time), floor: None }
    }

    /// What [`Cursor::keep`] wrote; none for anything else.
    #[must_use]
    pub fn parse(kept: &str) -> Option<Self> {
        let Kept { at, after, floor } = serde_json::from_str(kept).ok()?;
        let at = Stamp::from_platform(&at)?;
        let floor = if floor.is_empty() { None } else { Some(Stamp::from_platform(&floor)?) };
        Some(Self { place: after.map_or(Place::From(at), |id| Place::After(at, id)), floor })
    }

    /// For the host to keep.
    #[must_use]
    pub fn keep(&self) -> String {
        let (at, after) = match &self.place {
            Place::From(at) => (at.contract(), None),
            Place::After(at, id) => (at.contract(), Some(*id)),
        };
        let floor = self.floor.map_or_else(String::new, Stamp::contract);
        serde_json::to_string(&Kept { at, after, floor }).unwrap_or_default()
    }

    /// After a page that ended at this ticket, with more to come.
    #[must_use]
    pub fn after(self, at: Stamp, id: u64, clock: Option<Stamp>) -> Self {
        let horizon = horizon(clock, Some(at));
        let passed = horizon.filter(|horizon| at > *horizon);
        Self { place: Place::After(at, id), floor: earlier(self.floor, passed) }
    }

    /// After the last page. `last` is the newest row that it had, if any.
    #[must_use]
    pub fn finished(self, last: Option<Stamp>, clock: Option<Stamp>) -> Self {
        let at = match self.place {
            Place::From(at) | Place::After(at, _) => at,
        };
        let next = earlier(self.floor, horizon(clock, last)).unwrap_or(at);
        Self::since(next)
    }
}

/// Before this, all tickets have appeared: two minutes before the server's clock, or before its newest stamp where it hides the clock.
fn horizon(clock: Option<Stamp>, newest: Option<Stamp>) -> Option<Stamp> {
    clock.or(newest).map(|now| now.minus_seconds(SETTLE_SECONDS))
}

fn earlier(a: Option<Stamp>, b: Option<Stamp>) -> Option<Stamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(time: &str) -> Stamp {
        Stamp::from_platform(&format!("2026-11-22T{time}Z")).unwrap()
    }

    #[test]
    fn a_cursor_survives_being_kept() {
        let start = Cursor::since(stamp("10:00:00"));
        assert_eq!(start.keep(), r#"{"at":"2026-11-22T10:00:00Z"}"#);
        let paging = start.clone().after(stamp("10:59:00"), 10, Some(stamp("11:00:00")));
        for cursor in [start, paging] {
            assert_eq!(Cursor::parse(&cursor.keep()), Some(cursor));
        }
        for foreign in ["", "{}", "7", r#"{"at":"noon"}"#, r#"{"at":"2026-11-22T10:00:00Z","floor":"?"}"#] {
            assert_eq!(Cursor::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn an_old_page_sets_no_floor_and_a_young_one_does() {
        let clock = Some(stamp("11:00:00"));
        let old = Cursor::since(stamp("10:00:00")).after(stamp("10:30:00"), 10, clock);
        assert_eq!(old.floor, None);
        let young = old.after(stamp("10:59:00"), 11, clock);
        assert_eq!(young.floor, Some(stamp("10:58:00")));
        let later = young.after(stamp("11:00:30"), 12, Some(stamp("11:01:00")));
        assert_eq!(later.floor, Some(stamp("10:58:00")));
        assert_eq!(later.finished(None, Some(stamp("11:02:00"))), Cursor::since(stamp("10:58:00")));
    }

    #[test]
    fn a_finished_pull_begins_two_minutes_ago() {
        let cursor = Cursor::since(stamp("10:00:00"));
        let next = cursor.clone().finished(Some(stamp("10:20:00")), Some(stamp("11:00:00")));
        assert_eq!(next, Cursor::since(stamp("10:58:00")));
    }

    #[test]
    fn without_a_clock_the_newest_ticket_is_the_clock() {
        let cursor = Cursor::since(stamp("10:00:00"));
        assert_eq!(cursor.clone().finished(Some(stamp("10:20:00")), None), Cursor::since(stamp("10:18:00")));
        assert_eq!(cursor.clone().finished(None, None), cursor);
    }
}
