//! What a group of submissions changes, for an engine to write in one transaction.

use super::Rank;
use crate::domain::{
    Alert, ConnectionName, CorrelationKey, Entry, ProblemId, RouteName, SourceName, Timestamp, WorkItemKind,
};
use crate::ledger::{BodyId, Receipt, Submission};
use std::collections::{BTreeMap, BTreeSet};

/// An observation's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub(crate) struct AlertSeq(pub(crate) i64);

/// A ticket's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub(crate) struct TicketSeq(pub(crate) i64);

/// All that is to be written, in an order that holds references: bodies, alerts, tickets, members, the rest.
#[derive(Debug, Default)]
pub(crate) struct Changes<'a> {
    pub(crate) bodies: Vec<NewBody<'a>>,
    pub(crate) alerts: Vec<NewAlert<'a>>,
    pub(crate) tickets: Vec<NewTicket<'a>>,
    /// New members, and members whose winning observation is another now.
    pub(crate) members: BTreeMap<Membership, Winner>,
    /// Tickets whose alerts want something else now; new ones are raised by their creation, so they stand here only for
    /// what came after it.
    pub(crate) raises: BTreeMap<TicketSeq, Raise>,
    pub(crate) links: BTreeSet<(AlertSeq, TicketSeq)>,
    pub(crate) timeline: Vec<(TicketSeq, Entry)>,
    /// Observations that may have been unrouted and stand in a ticket now.
    pub(crate) routed: BTreeSet<AlertSeq>,
    /// Bodies that another has taken the place of, if they are no alerts.
    pub(crate) replaced: Vec<BodyId>,
    /// How many quarantined bodies each source may keep.
    pub(crate) quarantines: BTreeMap<SourceName, u32>,
}

/// A body to keep.
#[derive(Debug)]
pub(crate) struct NewBody<'a> {
    pub(crate) submission: &'a Submission,
    pub(crate) receipt: Receipt,
}

/// An observation to keep.
#[derive(Debug)]
pub(crate) struct NewAlert<'a> {
    pub(crate) seq: AlertSeq,
    pub(crate) submission: &'a Submission,
    pub(crate) alert: &'a Alert,
    /// Where it is not the body as a whole.
    pub(crate) payload: Option<&'a str>,
    pub(crate) unrouted: bool,
}

/// A ticket to make.
#[derive(Debug)]
pub(crate) struct NewTicket<'a> {
    pub(crate) seq: TicketSeq,
    pub(crate) problem: &'a ProblemId,
    pub(crate) n: u32,
    pub(crate) connection: &'a ConnectionName,
    pub(crate) kind: WorkItemKind,
    pub(crate) route: &'a RouteName,
    pub(crate) group: &'a [(String, String)],
    pub(crate) resource: Option<&'a str>,
    pub(crate) storm: bool,
    pub(crate) created_at: Timestamp,
    /// The end of its hold.
    pub(crate) not_before: Option<Timestamp>,
}

impl NewTicket<'_> {
    /// When a worker may look at it first.
    pub(crate) fn due_at(&self) -> Timestamp {
        self.not_before.unwrap_or(self.created_at)
    }
}

/// A member's identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Membership {
    pub(crate) ticket: TicketSeq,
    pub(crate) key: CorrelationKey,
    /// Empty where its route does not split.
    pub(crate) resource: String,
}

/// The observation that decides for a member.
#[derive(Clone, Debug)]
pub(crate) struct Winner {
    pub(crate) alert: AlertSeq,
    pub(crate) rank: Rank,
}

/// By how much a ticket's wanted revision rises, and from when it is due.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raise {
    pub(crate) by: i64,
    pub(crate) at: Timestamp,
}
