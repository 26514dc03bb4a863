//! What happens on a platform while an adapter pulls from it: records change, are stamped at once, and can be seen up to two minutes
//! later.
//!
//! An adapter's test gives the happenings (from proptest), answers each request from [`Timeline::in_order`] or
//! [`Timeline::newest`] as its platform would, and asks [`Timeline::all_told`] for what the pull tells: whatever happened, the newest
//! version of each record must be among it.

use crate::adapter::Page;
use crate::pull::SETTLE_SECONDS;
use crate::records::ItsmRecord;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// When it begins: 2026-11-22 10:00:00 UTC, in seconds since 1970.
pub const EPOCH: i64 = 1_795_341_600;
/// The same for a pull.
pub const SINCE: &str = "2026-11-22T10:00:00Z";
/// More pages than a pull may need.
const PAGES: usize = 2_000;

/// What happens before a request is answered: the seconds that go by, then the records that change, and after how many seconds each
/// change can be seen.
pub type Happening = (i64, Vec<(u8, i64)>);

/// One state of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Whose.
    pub id: u8,
    /// Which of all changes made it.
    pub number: usize,
    /// When, in seconds since 1970.
    pub stamp: i64,
    seen_from: i64,
}

/// A platform's clock and its records.
#[derive(Debug)]
pub struct Timeline {
    clock: Cell<i64>,
    tells_time: bool,
    versions: RefCell<Vec<Version>>,
    happenings: RefCell<std::vec::IntoIter<Happening>>,
}

// === impl Timeline ===

impl Timeline {
    /// Will go as told; `tells_time` says whether answers have a `Date`.
    #[must_use]
    pub fn new(happenings: Vec<Happening>, tells_time: bool) -> Self {
        let happenings = RefCell::new(happenings.into_iter());
        Self { clock: Cell::new(EPOCH), tells_time, versions: RefCell::default(), happenings }
    }

    /// Lets the next thing happen.
    pub fn go_on(&self) {
        let Some((pass, writes)) = self.happenings.borrow_mut().next() else { return };
        self.clock.set(self.clock.get() + pass);
        let now = self.clock.get();
        let mut versions = self.versions.borrow_mut();
        for (id, delay) in writes {
            // A record is locked until its change can be seen.
            if versions.iter().all(|version| version.id != id || version.seen_from <= now) {
                let number = versions.len();
                versions.push(Version { id, number, stamp: now, seen_from: now + delay });
            }
        }
    }

    /// The platform's clock, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.get()
    }

    /// The newest version of each record that can be seen.
    #[must_use]
    pub fn newest(&self) -> BTreeMap<u8, Version> {
        let (now, versions) = (self.now(), self.versions.borrow());
        versions.iter().filter(|version| version.seen_from <= now).map(|version| (version.id, *version)).collect()
    }

    /// The same as stamps and ids, in the order of (stamp, id).
    #[must_use]
    pub fn in_order(&self) -> Vec<(i64, u8)> {
        let mut records: Vec<_> = self.newest().into_values().map(|version| (version.stamp, version.id)).collect();
        records.sort_unstable();
        records
    }

    /// The headers of an answer in JSON.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        let now = jiff::Timestamp::from_second(self.now()).unwrap_or_default();
        let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let date = self.tells_time.then(|| ("date".to_owned(), date));
        std::iter::once(("content-type".to_owned(), "application/json".to_owned())).chain(date).collect()
    }

    /// All that a pull tells: page by page until nothing happens any more, and once again when all has appeared.
    ///
    /// # Panics
    /// Where the pull does not come to an end.
    pub fn all_told(&self, mut page: impl FnMut(Option<&str>) -> Page) -> Vec<ItsmRecord> {
        let (mut told, mut cursor) = (Vec::new(), None::<String>);
        let mut pull_all = || {
            for _ in 0..PAGES {
                let Page { records, cursor: next, more } = page(cursor.as_deref());
                told.extend(records);
                cursor = Some(next);
                if !more && self.happenings.borrow().len() == 0 {
                    return true;
                }
            }
            false
        };
        assert!(pull_all(), "the pull does not come to an end");
        self.clock.set(self.now() + i64::from(SETTLE_SECONDS));
        assert!(pull_all(), "the last pull does not come to an end");
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;
    use crate::records::RecordKind;

    #[test]
    fn a_change_is_stamped_at_once_and_seen_later() {
        let timeline = Timeline::new(vec![(5, vec![(1, 0), (2, 60), (2, 0)]), (60, vec![])], true);
        timeline.go_on();
        assert_eq!(timeline.in_order(), [(EPOCH + 5, 1)], "what is locked does not change");
        timeline.go_on();
        assert_eq!((timeline.in_order(), timeline.now()), (vec![(EPOCH + 5, 1), (EPOCH + 5, 2)], EPOCH + 65));
        let date = ("date".to_owned(), "Sun, 22 Nov 2026 10:01:05 GMT".to_owned());
        assert_eq!(timeline.headers().pop(), Some(date));
    }

    #[test]
    fn a_pull_goes_on_until_all_has_appeared() {
        let timeline = Timeline::new(vec![(0, vec![(1, 119)]), (1, vec![])], false);
        let told = timeline.all_told(|_| {
            timeline.go_on();
            let seen = timeline.newest().into_values();
            let records = seen.map(|version| crate::records::ItsmRecord {
                id: version.id.to_string(),
                ..record::blank(RecordKind::Incident)
            });
            Page { records: records.collect(), cursor: String::new(), more: false }
        });
        assert_eq!(told.iter().map(|record| record.id.as_str()).collect::<Vec<_>>(), ["1"]);
    }

    #[test]
    #[should_panic(expected = "does not come to an end")]
    fn a_pull_without_an_end_fails_the_test() {
        let endless = Page { records: Vec::new(), cursor: String::new(), more: true };
        Timeline::new(Vec::new(), true).all_told(|_| endless.clone());
    }
}
