//! What every pull of records does alike, however its platform pages: it begins at the host's cursor, ends where everything has
//! surely appeared, and asks for less where an answer is too large.
//!
//! A platform stamps a record before it commits it, so a record can appear behind a place that was already read, for up to two
//! minutes. The first page that goes past "two minutes ago", by the platform's own clock, notes that time as the [`Floor`]; when all
//! pages are read, the next pull begins at the floor. What it reads again it has told before; it has lost nothing.
//!
//! [`keyset`] is the cursor of platforms that page by the last record read.

pub mod keyset;

use crate::fault::{Detail, fault};
use crate::host::Log;
use crate::time::Stamp;
use crate::types::{CallError, CallErrorKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// How long after its stamp a record may appear.
pub const SETTLE_SECONDS: u32 = 120;

/// Where the next pull must begin at the latest; none as long as no page has come near the present.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Floor(Option<Stamp>);

// === impl Floor ===

impl Floor {
    /// Whether there is none: for serde's `skip_serializing_if`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// After a page whose newest record has this stamp, with more to come.
    #[must_use]
    pub fn after(self, newest: Option<Stamp>, clock: Option<Stamp>) -> Self {
        let passed = horizon(clock, newest).filter(|horizon| newest.is_some_and(|newest| newest > *horizon));
        Self(earlier(self.0, passed))
    }

    /// Where the next pull begins after the last page; none where neither it nor the platform told any time.
    #[must_use]
    pub fn next(self, newest: Option<Stamp>, clock: Option<Stamp>) -> Option<Stamp> {
        earlier(self.0, horizon(clock, newest))
    }
}

/// Before this, all records have appeared: two minutes before the platform's clock, or before its newest stamp where it hides the
/// clock.
fn horizon(clock: Option<Stamp>, newest: Option<Stamp>) -> Option<Stamp> {
    clock.or(newest).map(|now| now.minus_seconds(SETTLE_SECONDS))
}

fn earlier(one: Option<Stamp>, other: Option<Stamp>) -> Option<Stamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// The place that the host kept. One that this version cannot read begins anew, and the operator is told: telling twice is better
/// than losing.
///
/// # Errors
/// `rejected` where there is no place and `since` is no time.
pub fn begin<C: DeserializeOwned>(
    log: &impl Log,
    kept: Option<&str>,
    since: &str,
    start: impl FnOnce(Stamp) -> C,
) -> Result<C, CallError> {
    if let Some(kept) = kept {
        match serde_json::from_str(kept) {
            Ok(cursor) => return Ok(cursor),
            Err(_) => log.warn("the pull's cursor is not of this version: it begins anew", &[("cursor", kept)]),
        }
    }
    self::since(since).map(start)
}

/// The time that a first pull begins at.
///
/// # Errors
/// `rejected` where it is none.
pub fn since(since: &str) -> Result<Stamp, CallError> {
    let stamp = Stamp::from_contract(since);
    stamp.ok_or_else(|| fault(CallErrorKind::Rejected, "`since` is no RFC 3339 time").with_field("since"))
}

/// A cursor for the host to keep.
#[must_use]
pub fn keep<C: Serialize>(cursor: &C) -> String {
    serde_json::to_string(cursor).unwrap_or_default()
}

/// The answer to a page, asked for in halves as long as it is too large.
///
/// # Errors
/// What `ask` answers; "too large" for a page of one record.
pub fn in_halves<T>(most: u32, mut ask: impl FnMut(u32) -> Result<T, CallError>) -> Result<T, CallError> {
    let mut most = most;
    loop {
        match ask(most) {
            Err(error) if is_too_large(&error) && most > 1 => most /= 2,
            done => return done,
        }
    }
}

/// Whether an answer was larger than the connection allows, so that a smaller page may come through.
#[must_use]
pub fn is_too_large(error: &CallError) -> bool {
    error.code == "too-large"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::Scripted;

    fn at(time: &str) -> Stamp {
        Stamp::from_contract(&format!("2026-11-22T{time}Z")).unwrap()
    }

    #[test]
    fn an_old_page_sets_no_floor_and_a_young_one_does() {
        let clock = Some(at("11:00:00"));
        let old = Floor::default().after(Some(at("10:30:00")), clock);
        assert!(old.is_none());
        let young = old.after(Some(at("10:59:00")), clock);
        assert_eq!(young, Floor(Some(at("10:58:00"))));
        assert_eq!(young.after(Some(at("11:00:30")), Some(at("11:01:00"))), young);
        assert_eq!(young.after(None, Some(at("11:01:00"))), young);
        assert_eq!(young.next(None, Some(at("11:02:00"))), Some(at("10:58:00")));
    }

    #[test]
    fn a_finished_pull_begins_two_minutes_ago() {
        let newest = Some(at("10:20:00"));
        assert_eq!(Floor::default().next(newest, Some(at("11:00:00"))), Some(at("10:58:00")));
        assert_eq!(Floor::default().next(newest, None), Some(at("10:18:00")), "the newest record is the clock");
        assert_eq!(Floor::default().next(None, None), None);
    }

    #[test]
    fn a_pull_begins_where_the_host_kept_it_or_anew() {
        let host = Scripted::default();
        let floor = |kept, since| begin(&host, kept, since, |stamp| Floor(Some(stamp)));
        let start = Floor(Some(at("10:00:00")));
        let kept = keep(&Floor(Some(at("09:00:00"))));
        assert_eq!(floor(Some(&kept), "2026-11-22T10:00:00Z"), Ok(Floor(Some(at("09:00:00")))));
        assert_eq!((floor(None, "2026-11-22T10:00:00Z"), host.warnings().len()), (Ok(start), 0));
        assert_eq!((floor(Some("v0:17"), "2026-11-22T10:00:00Z"), host.warnings().len()), (Ok(start), 1));
        assert_eq!(floor(None, "noon").unwrap_err().field, "since");
    }

    #[test]
    fn a_page_that_is_too_large_is_asked_for_in_halves() {
        let too_large = || fault(CallErrorKind::Rejected, "too large").with_code("too-large");
        let mut asked = Vec::new();
        let page = in_halves(8, |most| {
            asked.push(most);
            if most > 2 { Err(too_large()) } else { Ok(most) }
        });
        assert_eq!((page, asked), (Ok(2), vec![8, 4, 2]));
        assert_eq!(in_halves::<()>(3, |_| Err(too_large())).unwrap_err().code, "too-large");
        assert_eq!(in_halves::<()>(8, |_| Err(fault(CallErrorKind::Gone, "x"))).unwrap_err().kind, CallErrorKind::Gone);
    }
}
