//! What a worker gets with a ticket's lease, and what it may write while it holds it.

use super::{Known, Revision};
use crate::domain::{
    Alert, ConnectionName, Entry, Member, ProblemId, RouteName, SourceName, TicketKey, Timestamp, WorkItemKind,
};
use serde::{Deserialize, Serialize};

/// The right to converge one ticket until a moment. Each claim has a token of its own, so a late worker can't write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which ticket.
    pub key: TicketKey,
    /// Which claim.
    pub token: i64,
    /// Until when.
    pub until: Timestamp,
}

/// A ticket whose lease was given, with all that the plan needs.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The right to write.
    pub lease: Lease,
    /// When the lease that this claim takes over ran out, where one was never given back.
    pub taken_over_from: Option<Timestamp>,
    /// What it stands for.
    pub problem: ProblemId,
    /// Which of the problem's tickets it is, counted from 1.
    pub n: u32,
    /// Where.
    pub connection: ConnectionName,
    /// As what.
    pub kind: WorkItemKind,
    /// The route that made it.
    pub route: RouteName,
    /// What its members have in common.
    pub group: Vec<(String, String)>,
    /// The id of the resource that it is for, where its route splits.
    pub resource: Option<String>,
    /// Whether it lists what a storm held back.
    pub storm: bool,
    /// The ticket that it renews.
    pub follows: Option<TicketKey>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The revision that its alerts want.
    pub wanted: Revision,
    /// How often a record that was read back showed that people changed it.
    pub looks: i64,
    /// Converge's own account of it, as last saved; none before the first save.
    pub life: Option<String>,
    /// The observation that decides: the newest firing one, else the newest.
    pub newest: NewestAlert,
    /// Its members, newest first; at most 100.
    pub members: Vec<Member>,
    /// How many members fire.
    pub firing: u32,
    /// How many members there are.
    pub total: u32,
    /// What all members that fire have in common, where not all of them are listed.
    pub unlisted: Option<Unlisted>,
    /// The latest entries of its timeline, oldest first; at most 100.
    pub timeline: Vec<Entry>,
    /// What its alert's monitor told, once it has.
    pub facts: Option<Known>,
}

/// What is known of members that are too many to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// When the last of those that fire was observed.
    pub observed_at: Timestamp,
    /// Whether the monitor of any of them will say that it is over.
    pub resolves: bool,
}

/// The observation that decides, whole.
#[derive(Clone, Debug)]
pub struct NewestAlert {
    /// Who sent it.
    pub source: SourceName,
    /// As decoded; its payload is empty when the body was deleted.
    pub alert: Alert,
}

/// What a worker writes, in one transaction.
#[derive(Clone, Debug)]
pub struct Save {
    /// When this is written, by the worker's clock: what is due at once is due from here.
    pub at: Timestamp,
    /// Converge's own account, whole.
    pub life: String,
    /// The revision that is on the platform now.
    pub confirmed: Revision,
    /// The revision that the worker knew of: if more came since, the ticket is due at once (but not before `not_before`).
    pub known: Revision,
    /// [`Claimed::looks`] that the worker knew of: if more came since, the ticket is due at once.
    pub looks: i64,
    /// Live, parked or ended. A ticket whose alerts want more than `known` does not end: it stays live, due at once, and is
    /// not renewed.
    pub standing: Standing,
    /// When to look again, if nothing comes before.
    pub due: Due,
    /// Not before this, whatever comes: back-off, settle.
    pub not_before: Option<Timestamp>,
    /// What lists show of the ticket on its platform: id, number, address, state. None leaves what is there.
    pub shown: Option<Shown>,
    /// An attempt that begins or ends with this.
    pub attempt: Option<AttemptChange>,
    /// What is to be said in the ticket's timeline.
    pub entries: Vec<Entry>,
    /// The ticket that takes this one's place; this one must end with it. Its members move.
    pub renewal: Option<Renewal>,
    /// Gives the lease back. Until then `due` waits; the end of a ticket gives it back in any case.
    pub release: bool,
}

/// What lists show of a ticket on its platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The platform's own key.
    pub id: String,
    /// What people read out.
    pub number: String,
    /// Where a person opens it.
    pub url: String,
    /// In the words that all platforms share.
    pub state: String,
    /// When it last changed, by the platform's clock; none where the platform does not say.
    #[serde(default)]
    pub updated_at: Option<Timestamp>,
    /// What it says.
    pub title: String,
}

/// Whether a ticket still stands for its problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It does, and converges by itself.
    Live,
    /// It does, but waits for a person.
    Parked(Parked),
    /// It does not any more.
    Ended(EndReason),
}

/// Why a ticket waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parked {
    /// `rejected`, `no-route`, `outcome-unknown`, `mapping`, …
    pub reason: String,
    /// The platform's or plugin's own code; empty for none.
    pub code: String,
    /// In words.
    pub message: String,
    /// Whose fault: `sender`, `operator`, `plugin`, `platform`, `signalbox`.
    pub blame: String,
}

// === impl Parked ===

impl Parked {
    /// What the ticket's timeline says of it.
    #[must_use]
    pub fn entry(&self, at: Timestamp) -> Entry {
        let Self { reason, code, message, blame } = self;
        let code = if code.is_empty() { String::new() } else { format!(" {code}") };
        Entry { at, event: "parked".to_owned(), text: format!("{reason}{code} ({blame}): {message}") }
    }
}

/// Why a ticket is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// Closed on the platform.
    Closed,
    /// Canceled on the platform.
    Canceled,
    /// Deleted on the platform.
    Gone,
    /// Merged into another ticket.
    Merged,
    /// People took the gateway's key out.
    KeyRemoved,
    /// The operator dropped it.
    Dropped,
    /// The mapping did not want it.
    Unwanted,
    /// Another took its place.
    Renewed,
    /// Resolved for longer than its route lets it come back, or resolved before it was created.
    Resolved,
}

/// When a ticket wants a worker next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// At once.
    Now,
    /// At this moment.
    At(Timestamp),
    /// When an alert raises it.
    WhenRaised,
}

/// The beginning or the end of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptChange {
    /// Committed before the adapter is called.
    Open {
        /// `<key>.<counter>`.
        id: String,
        /// The revision that it is for.
        revision: Revision,
        /// `create`, `resolve`, …
        action: String,
    },
    /// Committed after.
    Close {
        /// As opened.
        id: String,
        /// `confirmed`, `rejected`, `outcome-unknown`, …
        outcome: String,
        /// The last request and its answer, without credentials, cut; empty where none was made.
        exchange: String,
    },
}

/// A ticket that takes the place of one that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// `problem-(n+1)`.
    pub key: TicketKey,
    /// Converge's first account of it.
    pub life: String,
}

/// What the ledger says after a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The revision that the alerts want by now.
    pub wanted: Revision,
}
