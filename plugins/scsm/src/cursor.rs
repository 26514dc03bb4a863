//! Where a pull stands, so that no object is lost while people write.
//!
//! The portal has no pages: it answers all that criteria name, in no order. So a pull goes from one *stretch* of time to the next,
//! each from its first moment to before its last, and puts in order (`LastModified`, `BaseId`) what comes. A page that ends within
//! a stretch notes its last object, and the rest is asked for again. A stretch grows where little comes and shrinks where much does.
//!
//! Service Manager stamps an object before it commits it, so an object can appear behind a place that was already read, for up to
//! two minutes. The first page that goes past "two minutes ago", by the portal's own clock, notes that time as the *floor*; when all
//! is read, the next pull begins at the floor. What it reads again it has told before; it has lost nothing.

use crate::time::Stamp;
use serde::{Deserialize, Serialize};

/// How long after its stamp an object may appear.
const SETTLE_SECONDS: u32 = 120;
/// The longest stretch: a year.
const LONGEST: u32 = 31_536_000;

/// The place from which to read on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Objects of this moment on.
    pub at: Stamp,
    /// Of this very moment, only those after this one; empty for all.
    pub after: String,
    /// How many seconds to ask for.
    pub stretch: u32,
    floor: Option<Stamp>,
}

/// What the host keeps.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    at: String,
    stretch: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    after: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    floor: String,
}

// === impl Cursor ===

impl Cursor {
    /// From this moment on.
    #[must_use]
    pub fn since(at: Stamp, stretch: u32) -> Self {
        Self { at, after: String::new(), stretch: stretch.clamp(1, LONGEST), floor: None }
    }

    /// What [`Cursor::keep`] wrote; none for anything else.
    #[must_use]
    pub fn parse(kept: &str) -> Option<Self> {
        let Kept { at, stretch, after, floor } = serde_json::from_str(kept).ok()?;
        let floor = if floor.is_empty() { None } else { Some(Stamp::from_platform(&floor)?) };
        Some(Self { after, floor, ..Self::since(Stamp::from_platform(&at)?, stretch) })
    }

    /// For the host to keep.
    #[must_use]
    pub fn keep(&self) -> String {
        let floor = self.floor.map(|floor| floor.to_string()).unwrap_or_default();
        let kept = Kept { at: self.at.to_string(), stretch: self.stretch, after: self.after.clone(), floor };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// Where the stretch ends.
    #[must_use]
    pub fn end(&self) -> Stamp {
        self.at.plus_seconds(self.stretch)
    }

    /// The same; none where it reaches into the present, since nothing need be asked for after it.
    #[must_use]
    pub fn end_before(&self, now: Stamp) -> Option<Stamp> {
        Some(self.end()).filter(|end| *end < now)
    }

    /// Whether an object of this stamp and identity was not read yet.
    #[must_use]
    pub fn is_ahead(&self, at: Stamp, id: &str) -> bool {
        at > self.at || (at == self.at && (self.after.is_empty() || id > self.after.as_str()))
    }

    /// The same place with a stretch that is shorter; none where it can't be. Where it has no end, it is given one.
    #[must_use]
    pub fn shorter(&self, end: Option<Stamp>, now: Stamp) -> Option<Self> {
        let stretch = match end {
            Some(_) if self.stretch == 1 => return None,
            Some(_) => self.stretch / 2,
            None => self.stretch.min(now.seconds_since(self.at)).max(1),
        };
        Some(Self { stretch, ..self.clone() })
    }

    /// After a page that ended at this object, with more to come in the stretch.
    #[must_use]
    pub fn within(self, at: Stamp, id: String, clock: Stamp) -> Self {
        let stretch = (self.stretch / 2).max(1);
        Self { at, after: id, stretch, floor: self.floor_after(at, clock) }
    }

    /// After all of a stretch that has an end. It had so many objects of so many that a page can hold.
    #[must_use]
    pub fn past(self, end: Stamp, count: u32, limit: u32, clock: Stamp) -> Self {
        let is_sparse = count < limit / 4 || count == 0;
        let stretch = if is_sparse { self.stretch.saturating_mul(2) } else { self.stretch };
        let floor = self.floor_after(end, clock);
        Self { floor, ..Self::since(end, stretch) }
    }

    /// After all there is.
    #[must_use]
    pub fn finished(self, clock: Stamp) -> Self {
        let horizon = horizon(clock);
        Self::since(self.floor.map_or(horizon, |floor| floor.min(horizon)), self.stretch)
    }

    fn floor_after(&self, at: Stamp, clock: Stamp) -> Option<Stamp> {
        self.floor.or_else(|| Some(horizon(clock)).filter(|horizon| at > *horizon))
    }
}

/// Before this, all objects have appeared.
fn horizon(clock: Stamp) -> Stamp {
    clock.minus_seconds(SETTLE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(time: &str) -> Stamp {
        Stamp::from_contract(&format!("2026-11-22T{time}Z")).unwrap()
    }

    fn since(time: &str) -> Cursor {
        Cursor::since(stamp(time), 600)
    }

    #[test]
    fn a_cursor_survives_being_kept() {
        let start = since("10:00:00");
        assert_eq!(start.keep(), r#"{"at":"2026-11-22T10:00:00.000Z","stretch":600}"#);
        let paging = start.clone().within(stamp("10:59:00.5"), "0a".into(), stamp("11:00:00"));
        for cursor in [start, paging] {
            assert_eq!(Cursor::parse(&cursor.keep()), Some(cursor));
        }
        for foreign in
            ["", "{}", "7", r#"{"at":"noon","stretch":1}"#, r#"{"at":"2026-11-22T10:00:00","stretch":1,"floor":"?"}"#]
        {
            assert_eq!(Cursor::parse(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_stretch_that_reaches_the_present_has_no_end() {
        assert_eq!(since("10:00:00").end_before(stamp("11:00:00")), Some(stamp("10:10:00")));
        assert_eq!(since("10:00:00").end_before(stamp("10:10:00")), None);
        assert_eq!(since("10:00:00").end_before(stamp("09:00:00")), None);
    }

    #[test]
    fn a_stretch_grows_where_little_comes_and_shrinks_where_much_does() {
        let now = stamp("12:00:00");
        assert_eq!(since("10:00:00").past(stamp("10:10:00"), 0, 8, now), Cursor::since(stamp("10:10:00"), 1200));
        assert_eq!(since("10:00:00").past(stamp("10:10:00"), 5, 8, now), Cursor::since(stamp("10:10:00"), 600));
        assert_eq!(since("10:00:00").within(stamp("10:01:00"), "a".into(), now).stretch, 300);
        let end = Some(stamp("10:10:00"));
        assert_eq!(since("10:00:00").shorter(end, now), Some(Cursor::since(stamp("10:00:00"), 300)));
        assert_eq!(since("10:00:00").shorter(None, stamp("10:01:40")), Some(Cursor::since(stamp("10:00:00"), 100)));
        assert_eq!(since("10:00:00").shorter(None, stamp("09:00:00")), Some(Cursor::since(stamp("10:00:00"), 1)));
        assert_eq!(Cursor::since(stamp("10:00:00"), 1).shorter(end, now), None);
    }

    #[test]
    fn what_was_read_is_behind() {
        let cursor = since("10:00:00").within(stamp("10:05:00"), "b".into(), stamp("12:00:00"));
        for (at, id, ahead) in [
            ("10:04:59", "z", false),
            ("10:05:00", "a", false),
            ("10:05:00", "b", false),
            ("10:05:00", "c", true),
            ("10:05:01", "a", true),
        ] {
            assert_eq!(cursor.is_ahead(stamp(at), id), ahead, "{at} {id}");
        }
        assert!(since("10:00:00").is_ahead(stamp("10:00:00"), "a"));
    }

    #[test]
    fn an_old_page_sets_no_floor_and_a_young_one_does() {
        let clock = stamp("11:00:00");
        let old = since("10:00:00").within(stamp("10:30:00"), "0a".into(), clock);
        assert_eq!(old.floor, None);
        let young = old.within(stamp("10:59:00"), "0b".into(), clock);
        assert_eq!(young.floor, Some(stamp("10:58:00")));
        let later = young.past(stamp("11:00:30"), 1, 8, stamp("11:01:00"));
        assert_eq!(later.floor, Some(stamp("10:58:00")));
        assert_eq!(later.finished(stamp("11:02:00")).at, stamp("10:58:00"));
    }

    #[test]
    fn a_finished_pull_begins_two_minutes_ago() {
        assert_eq!(since("10:00:00").finished(stamp("11:00:00")).at, stamp("10:58:00"));
        assert_eq!(since("10:59:30").finished(stamp("11:00:00")).at, stamp("10:58:00"));
    }
}
