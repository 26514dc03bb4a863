//! Where a pull stands, so that no object is lost while people write.
//!
//! The portal has no pages: it answers all that criteria name, in no order. So a pull goes from one *stretch* of time to the next,
//! each from its first moment to before its last, and puts in order (`LastModified`, `BaseId`) what comes. A page that ends within
//! a stretch notes its last object, and the rest is asked for again. A stretch grows where little comes and shrinks where much does.
//!
//! An object that appears late, behind a place that was already read, is caught by the floor: see [`signalbox_sdk::pull`].

use serde::{Deserialize, Serialize};
use signalbox_sdk::pull::Floor;
use signalbox_sdk::time::Stamp;

/// The longest stretch: a year.
const LONGEST: u32 = 31_536_000;

/// The place from which to read on; the host keeps it as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// Objects of this moment on.
    pub at: Stamp,
    /// Of this very moment, only those after this one; empty for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// How many seconds to ask for.
    pub stretch: u32,
    #[serde(default, skip_serializing_if = "Floor::is_none")]
    floor: Floor,
}

// === impl Cursor ===

impl Cursor {
    /// From this moment on.
    #[must_use]
    pub fn since(at: Stamp, stretch: u32) -> Self {
        Self { at, after: String::new(), stretch: stretch.clamp(1, LONGEST), floor: Floor::default() }
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
        Self { at, after: id, stretch, floor: self.floor.after(Some(at), Some(clock)) }
    }

    /// After all of a stretch that has an end. It had so many objects of so many that a page can hold.
    #[must_use]
    pub fn past(self, end: Stamp, count: u32, limit: u32, clock: Stamp) -> Self {
        let is_sparse = count < limit / 4 || count == 0;
        let stretch = if is_sparse { self.stretch.saturating_mul(2) } else { self.stretch };
        let floor = self.floor.after(Some(end), Some(clock));
        Self { floor, ..Self::since(end, stretch) }
    }

    /// After all there is.
    #[must_use]
    pub fn finished(self, clock: Stamp) -> Self {
        Self::since(self.floor.next(None, Some(clock)).unwrap_or(self.at), self.stretch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_sdk::pull::keep;

    fn stamp(time: &str) -> Stamp {
        Stamp::from_contract(&format!("2026-11-22T{time}Z")).unwrap()
    }

    fn since(time: &str) -> Cursor {
        Cursor::since(stamp(time), 600)
    }

    #[test]
    fn a_cursor_survives_being_kept() {
        let start = since("10:00:00");
        assert_eq!(keep(&start), r#"{"at":"2026-11-22T10:00:00Z","stretch":600}"#);
        let paging = start.clone().within(stamp("10:59:00.5"), "0a".into(), stamp("11:00:00"));
        for cursor in [start, paging] {
            assert_eq!(serde_json::from_str::<Cursor>(&keep(&cursor)).unwrap(), cursor);
        }
        for foreign in
            ["", "{}", "7", r#"{"at":"noon","stretch":1}"#, r#"{"at":"2026-11-22T10:00:00","stretch":1,"floor":"?"}"#]
        {
            assert!(serde_json::from_str::<Cursor>(foreign).is_err(), "{foreign}");
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
    fn a_pull_that_came_near_the_present_goes_on_at_its_floor() {
        let young = since("10:00:00").within(stamp("10:59:00"), "0b".into(), stamp("11:00:00"));
        let later = young.past(stamp("11:00:30"), 1, 8, stamp("11:01:00"));
        assert_eq!(later.finished(stamp("11:02:00")).at, stamp("10:58:00"));
    }

    #[test]
    fn a_finished_pull_begins_two_minutes_ago() {
        assert_eq!(since("10:00:00").finished(stamp("11:00:00")).at, stamp("10:58:00"));
        assert_eq!(since("10:59:30").finished(stamp("11:00:00")).at, stamp("10:58:00"));
    }
}
