//! A ticket's life: everything that convergence knows of it, in one value that is stored with the ticket.
//!
//! The plan reads it and never changes it; what each answer teaches is written in `learn`. It is kept as JSON, so that the
//! next version of the gateway, another replica, or a person can read it. Fields that an older version did not write have
//! their empty value.

use crate::domain::{
    Action, Condition, Content, CorrelationKey, Episode, Member, Note, PlatformTicket, Severity, TicketState, Timestamp,
};
use crate::ledger::{EndReason, LedgerError, Revision};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is known of a ticket beside its alerts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Life {
    /// The ticket of the same problem that this one follows, as it was last seen.
    pub follows: Option<PlatformTicket>,
    /// What is on the platform for sure.
    pub confirmed: Option<Confirmed>,
    /// The ticket as our last write answered.
    pub written: Option<PlatformTicket>,
    /// The ticket as last seen, by a read or as a write answered.
    pub seen: Option<Seen>,
    /// Since when it has been resolved, closed or canceled.
    pub done_since: Option<Timestamp>,
    /// How many hints that people changed it were followed; see [`Claimed::looks`](crate::ledger::Claimed::looks).
    pub looks: i64,
    /// How it left the platform: nothing is written any more.
    pub departed: Option<Departure>,
    /// An attempt that is under way, or was when its worker died.
    pub open: Option<Attempt>,
    /// A create whose outcome nobody knows.
    pub unknown_create: Option<UnknownCreate>,
    /// Amends whose outcome nobody knows: they may land late.
    pub late: Option<Late>,
    /// How many creates may have reached the platform since the last one that was answered.
    pub creates: u32,
    /// When to look once more for a second ticket with this key.
    pub find_again: Option<Timestamp>,
    /// A worker lost its lease over a create and may still be alive: look for a second ticket each time.
    pub wary: bool,
    /// Second tickets with this key, to be closed.
    pub duplicates: Vec<Duplicate>,
    /// What people are to be told.
    pub notes: Vec<Pending>,
    /// For which step the mapping's note was made: it is made once.
    pub noted: Option<(Revision, Action)>,
    /// What people changed, and is left to them.
    pub peoples: BTreeSet<String>,
    /// Of these, what people were told of.
    pub told: BTreeSet<String>,
    /// The state was turned by a late write of our own, against what the alerts say.
    pub astray: bool,
    /// A late write of our own may have undone a later one: what it carried is sent anew.
    pub undone: bool,
    /// The alert whose facts people have been told, in the ticket or in a note.
    pub facts_of: Option<String>,
    /// Attempts so far: the counter of their ids.
    pub attempts: u32,
    /// Notes so far: the counter of their ids.
    pub notes_made: u32,
    /// What went wrong since the last time that something went right.
    pub trouble: Trouble,
    /// The maintenance that held it back, as its timeline was told; none once it was written.
    pub held: Option<String>,
    /// The maintenance that people were told of last.
    pub maintained: Option<String>,
    /// Why it waits for a person; taken up again, the person has decided.
    pub parked: Option<String>,
}

/// What is on the platform for sure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Up to this revision.
    pub revision: Revision,
    /// What was said of the problem.
    pub condition: Condition,
    /// How bad it was said to be.
    pub severity: Severity,
    /// Content that was sent, field by field the latest.
    pub content: Content,
    /// The members that this was about.
    pub known: Known,
    /// When.
    pub at: Timestamp,
}

/// Which observations something was about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    /// Each member's winning observation; of many members the newest hundred.
    pub episodes: BTreeMap<CorrelationKey, Episode>,
    /// How many members fired.
    pub firing: u32,
}

/// A ticket, and when it was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// As it was.
    pub ticket: PlatformTicket,
    /// When.
    pub at: Timestamp,
    /// It has changed since, in a way not known.
    pub stale: bool,
}

/// How a ticket left its platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Departure {
    /// Deleted.
    Gone,
    /// Made a part of another one.
    Merged,
    /// People took the gateway's key out.
    KeyRemoved,
}

/// One call that may write: committed before it is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// `<key>.<counter>`.
    pub id: String,
    /// What it does.
    pub action: Action,
    /// On a second ticket with this key, not on the ticket itself.
    pub on_duplicate: bool,
    /// What will be confirmed if it goes well.
    pub confirms: Confirmed,
    /// Names of the content that it carries.
    pub carried: BTreeSet<String>,
    /// Ids of the notes that it carries.
    pub notes: Vec<String>,
}

/// A create whose outcome nobody knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnknownCreate {
    /// What was attempted.
    pub attempt: Attempt,
    /// When the call ended, or the lease under which it was made.
    pub ended_at: Timestamp,
    /// When the platform was last searched, and had no such ticket.
    pub none_at: Option<Timestamp>,
}

/// Amends whose outcome nobody knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Late {
    /// What they were.
    pub actions: BTreeSet<Action>,
    /// Names of the content that they carried.
    pub carried: BTreeSet<String>,
    /// When the last of them ended.
    pub ended_at: Timestamp,
    /// The ticket was read since.
    pub looked: bool,
    /// What a write answered that carried all of it anew: as long as this is what stands there, nothing landed after it.
    pub covered: Option<Box<PlatformTicket>>,
}

/// A second ticket with this key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Duplicate {
    /// As found.
    pub ticket: PlatformTicket,
    /// What people are told in it.
    pub note: Note,
    /// An earlier attempt may have reached the platform.
    pub again: bool,
}

/// A note that is not confirmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The note.
    pub note: Note,
    /// The revision that it tells of; a later one makes it void as long as nobody can have read it.
    pub revision: Revision,
    /// It may stand on the platform, or come to stand there until this moment: not before that can it be looked for.
    pub in_doubt_until: Option<Timestamp>,
}

/// Failures in a row, by what is done about them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trouble {
    /// The platform was down or too busy.
    pub unavailable: u32,
    /// The ticket was in another state than it was seen in.
    pub conflicts: u32,
    /// A plugin failed without having written.
    pub faults: u32,
    /// Nobody knows what came of a write.
    pub unknown: u32,
}

// === impl Life ===

impl Life {
    /// As stored with a ticket; a ticket that no worker held yet has an empty one.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`] where no version wrote it.
    pub fn parse(stored: Option<&str>) -> Result<Self, LedgerError> {
        match stored {
            None => Ok(Self::default()),
            Some(json) => serde_json::from_str(json).map_err(|error| LedgerError::Corrupt(format!("a life: {error}"))),
        }
    }

    /// As it is stored.
    ///
    /// # Errors
    /// [`LedgerError::Corrupt`]: JSON has no form for it, which no value that was parsed can meet.
    pub fn to_json(&self) -> Result<String, LedgerError> {
        serde_json::to_string(self).map_err(|error| LedgerError::Corrupt(format!("a life: {error}")))
    }

    /// The first account of a ticket that takes the place of this one.
    #[must_use]
    pub fn renewed(&self) -> Self {
        let old = self.ticket().cloned().or_else(|| self.follows.clone());
        Self { follows: old, ..Self::default() }
    }

    /// The ticket as last seen.
    #[must_use]
    pub fn ticket(&self) -> Option<&PlatformTicket> {
        self.seen.as_ref().map(|seen| &seen.ticket)
    }

    /// The revision that is on the platform for sure; 0 for none.
    #[must_use]
    pub fn confirmed_revision(&self) -> Revision {
        self.confirmed.as_ref().map_or(0, |confirmed| confirmed.revision)
    }

    /// Whether some of what is sent next may stand on the platform already.
    #[must_use]
    pub fn again(&self) -> bool {
        self.creates > 1
            || self.unknown_create.is_some()
            || self.late.is_some()
            || self.notes.iter().any(|each| each.in_doubt_until.is_some())
    }
}

// === impl Pending ===

impl Pending {
    /// Whether it can be posted without standing there twice.
    #[must_use]
    pub fn can_be_posted(&self, now: Timestamp) -> bool {
        self.in_doubt_until.is_none_or(|until| until <= now)
    }
}

// === impl Known ===

impl Known {
    /// What a claim shows. A key may be a member for several resources: what is known of it is the greatest.
    #[must_use]
    pub fn of(members: &[Member], firing: u32) -> Self {
        let mut episodes = BTreeMap::new();
        for Member { correlation_key, episode, .. } in members {
            let known = episodes.entry(correlation_key.clone()).or_insert(*episode);
            *known = (*known).max(*episode);
        }
        Self { episodes, firing }
    }
}

// === impl Departure ===

impl From<Departure> for EndReason {
    fn from(departure: Departure) -> Self {
        match departure {
            Departure::Gone => Self::Gone,
            Departure::Merged => Self::Merged,
            Departure::KeyRemoved => Self::KeyRemoved,
        }
    }
}

/// Whether a ticket in this state asks for no work any more.
#[must_use]
pub fn is_done(state: TicketState) -> bool {
    matches!(state, TicketState::Resolved | TicketState::Closed | TicketState::Canceled)
}
