//! When a ticket wants a worker again, after one has written what it learned.

use crate::domain::Timestamp;
use crate::ledger::{Due, Revision, Save, Standing};
use std::borrow::Cow;

/// Where a ticket rests until the next worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    /// When a worker may look next; none: when it is raised.
    pub(crate) due_at: Option<Timestamp>,
    /// Whether that moment has come.
    pub(crate) ready: bool,
    /// Whether the lease is given back.
    pub(crate) released: bool,
}

/// What a save may do to a ticket whose alerts want revision `wanted` by now. An end, or a renewal, that did not know of the
/// newest observation is none: what fired meanwhile would be lost with the ticket. It goes on, and is looked at at once.
pub(crate) fn overtaken(save: &Save, wanted: Revision) -> Cow<'_, Save> {
    if wanted <= save.known || !matches!(save.standing, Standing::Ended(_)) {
        return Cow::Borrowed(save);
    }
    Cow::Owned(Save { standing: Standing::Live, due: Due::Now, renewal: None, release: true, ..save.clone() })
}

impl Rest {
    /// What follows from a save, for a ticket whose lease ends at `until`; `raised` says that the worker did not know of all
    /// that came while it was busy.
    ///
    /// What was raised meanwhile is due at once. Nothing is due before `not_before`. A ticket that is held is due when the
    /// lease ends, so that a crash strands none.
    pub(crate) fn after(save: &Save, raised: bool, until: Timestamp) -> Self {
        let ended = matches!(save.standing, Standing::Ended(_));
        let released = save.release || ended;
        let wish = match save.due {
            Due::Now => Some(save.at),
            Due::At(moment) => Some(moment),
            Due::WhenRaised => None,
        };
        let wish = if raised { Some(wish.map_or(save.at, |wish| wish.min(save.at))) } else { wish };
        let due_at = match (&save.standing, released) {
            (Standing::Live, true) => wish,
            (Standing::Live, false) => Some(until),
            (Standing::Parked(_) | Standing::Ended(_), _) => None,
        };
        let due_at = due_at.map(|due| save.not_before.map_or(due, |earliest| due.max(earliest)));
        let ready = released && due_at.is_some_and(|due| due <= save.at);
        Self { due_at, ready, released }
    }
}
