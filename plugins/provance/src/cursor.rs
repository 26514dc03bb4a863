//! Where a pull goes on.
//!
//! **By time.** Rows are read in the order (modified, primary key) from a time on; the platform's link to the next page names the last
//! row of the one before, so a row that changes meanwhile moves to the end and comes again. The platform stamps a row before it
//! commits it, so a row can appear behind a place that was already read, for up to two minutes. The first page that goes past "two
//! minutes ago", by the platform's own clock, notes that time as the *floor*; when all pages are read, the next pull begins at the
//! floor. What it reads again it has told before; it has lost nothing.
//!
//! **By tracked changes.** The platform's delta link knows what was told, deleted rows too. It ends after a week without a pull.

use crate::time::Stamp;
use serde::{Deserialize, Serialize};

/// How long after its stamp a row may appear.
const SETTLE_SECONDS: u32 = 120;

/// The place from which to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// By time.
    Timed(Timed),
    /// By tracked changes: the next page, or the changes since the last one.
    Tracked(String),
}

/// A place in the order of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed {
    /// Where this round of pages began.
    pub from: Stamp,
    /// The next page of the round; none at its beginning.
    pub next: Option<String>,
    /// How many rows a page has, where those asked for were too large for one answer.
    pub rows: Option<u32>,
    floor: Option<Stamp>,
}

/// What the host keeps.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Kept {
    #[serde(skip_serializing_if = "String::is_empty")]
    from: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    next: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    floor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tracked: String,
}

// === impl Cursor ===

impl Cursor {
    /// What [`Cursor::keep`] wrote; none for anything else.
    #[must_use]
    pub fn parse(kept: &str) -> Option<Self> {
        let Kept { from, next, rows, floor, tracked } = serde_json::from_str(kept).ok()?;
        if !tracked.is_empty() {
            return Some(Self::Tracked(tracked));
        }
        let from = Stamp::parse(&from)?;
        let floor = if floor.is_empty() { None } else { Some(Stamp::parse(&floor)?) };
        Some(Self::Timed(Timed { from, next: Some(next).filter(|next| !next.is_empty()), rows, floor }))
    }

    /// For the host to keep.
    #[must_use]
    pub fn keep(&self) -> String {
        let kept = match self {
            Self::Tracked(link) => Kept { tracked: link.clone(), ..Kept::default() },
            Self::Timed(timed) => Kept {
                from: timed.from.to_string(),
                next: timed.next.clone().unwrap_or_default(),
                rows: timed.rows,
                floor: timed.floor.map(|floor| floor.to_string()).unwrap_or_default(),
                tracked: String::new(),
            },
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }
}

// === impl Timed ===

impl Timed {
    /// From this time on.
    #[must_use]
    pub fn since(from: Stamp) -> Self {
        Self { from, next: None, rows: None, floor: None }
    }

    /// From the round's beginning again, perhaps with smaller pages.
    #[must_use]
    pub fn restarted(&self, rows: Option<u32>) -> Self {
        Self { next: None, rows, ..self.clone() }
    }

    /// After a page whose newest row has this stamp, with more to come.
    #[must_use]
    pub fn after(self, newest: Option<Stamp>, next: String, clock: Option<Stamp>) -> Self {
        let passed = horizon(clock, newest).filter(|horizon| newest.is_some_and(|newest| newest > *horizon));
        Self { next: Some(next), floor: earlier(self.floor, passed), ..self }
    }

    /// After the last page. `newest` is the stamp of the newest row that it had, if any.
    #[must_use]
    pub fn finished(self, newest: Option<Stamp>, clock: Option<Stamp>) -> Self {
        Self::since(earlier(self.floor, horizon(clock, newest)).unwrap_or(self.from))
    }
}

/// Before this, all rows have appeared: two minutes before the platform's clock, or before its newest stamp where it hides the clock.
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

    const NEXT: &str = "/api/data/v9.2/incidents?$skiptoken=2";

    fn stamp(time: &str) -> Stamp {
        Stamp::parse(&format!("2026-11-22T{time}Z")).unwrap()
    }

    #[test]
    fn a_cursor_survives_being_kept() {
        let start = Timed::since(stamp("10:00:00"));
        assert_eq!(Cursor::Timed(start.clone()).keep(), r#"{"from":"2026-11-22T10:00:00Z"}"#);
        let paging = start.clone().after(Some(stamp("10:59:00")), NEXT.into(), Some(stamp("11:00:00")));
        let smaller = paging.restarted(Some(12));
        for cursor in [start, paging, smaller].map(Cursor::Timed).into_iter().chain([Cursor::Tracked(NEXT.into())]) {
            assert_eq!(Cursor::parse(&cursor.keep()), Some(cursor));
        }
        for foreign in ["", "{}", "7", r#"{"from":"noon"}"#, r#"{"from":"2026-11-22T10:00:00Z","floor":"?"}"#] {
            assert_eq!(Cursor::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn an_old_page_sets_no_floor_and_a_young_one_does() {
        let clock = Some(stamp("11:00:00"));
        let old = Timed::since(stamp("10:00:00")).after(Some(stamp("10:30:00")), NEXT.into(), clock);
        assert_eq!(old.floor, None);
        let young = old.after(Some(stamp("10:59:00")), NEXT.into(), clock);
        assert_eq!(young.floor, Some(stamp("10:58:00")));
        let later = young.after(Some(stamp("11:00:30")), NEXT.into(), Some(stamp("11:01:00")));
        assert_eq!(later.floor, Some(stamp("10:58:00")));
        assert_eq!(later.finished(None, Some(stamp("11:02:00"))), Timed::since(stamp("10:58:00")));
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
