//! What the ledger holds of a group's keys, and what the group has changed of it so far.
//!
//! The board must know of each submission: its twins, its observations if they are known, the live members of its
//! correlation keys, the past members and the recorded observations that outrank it, the latest ticket of each problem, and
//! how many tickets of each storm-limited route are recent. What it is not given counts as not there.

use super::changes::{NewAlert, NewBody, Raise};
use super::{AlertSeq, Changes, Observation, Rank, TWIN_WINDOW, TicketSeq};
use crate::domain::{ConnectionName, CorrelationKey, Entry, ProblemId, RouteName, SourceName, Timestamp, WorkItemKind};
use crate::ledger::{BodyId, PlacedTicket, Receipt, Submission, SubmittedAlert, Verdict};
use std::collections::HashMap;

/// What byte-identical bodies of one source have in common.
pub(crate) type Fingerprint = (SourceName, [u8; 32]);

/// A body that may be the same as one that comes now.
#[derive(Clone, Debug)]
pub(crate) struct Twin {
    pub(crate) id: BodyId,
    pub(crate) received_at: Timestamp,
    pub(crate) receipt: Receipt,
}

/// An observation that was recorded before.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) seq: AlertSeq,
    pub(crate) tickets: Vec<PlacedTicket>,
}

/// A live member: a correlation key's place in a ticket that has not ended.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) ticket: TicketSeq,
    pub(crate) placed: PlacedTicket,
    /// Empty where its route does not split.
    pub(crate) resource: String,
    pub(crate) rank: Rank,
}

/// A member of a ticket that has ended.
#[derive(Clone, Debug)]
pub(crate) struct PastSeat {
    pub(crate) connection: ConnectionName,
    pub(crate) kind: WorkItemKind,
    pub(crate) resource: String,
    pub(crate) rank: Rank,
}

/// A recorded observation of a key.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub(crate) seq: AlertSeq,
    pub(crate) rank: Rank,
    pub(crate) title: String,
    pub(crate) resources: Vec<String>,
}

/// The newest ticket of a problem.
#[derive(Clone, Debug)]
pub(crate) struct Latest {
    pub(crate) ticket: TicketSeq,
    pub(crate) n: u32,
    pub(crate) ended: bool,
    pub(crate) placed: PlacedTicket,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Board<'a> {
    pub(crate) twins: HashMap<Fingerprint, Vec<Twin>>,
    pub(crate) known: HashMap<Observation, Known>,
    pub(crate) seats: HashMap<CorrelationKey, Vec<Seat>>,
    pub(crate) past: HashMap<CorrelationKey, Vec<PastSeat>>,
    pub(crate) recorded: HashMap<CorrelationKey, Vec<Recorded>>,
    pub(crate) latest: HashMap<ProblemId, Latest>,
    /// The number of the last ticket that was deleted of a problem: an older one may still be there.
    pub(crate) forgotten: HashMap<ProblemId, u32>,
    pub(crate) recent: HashMap<RouteName, u32>,
    /// The last rows that are taken.
    pub(crate) last_alert: i64,
    pub(crate) last_ticket: i64,
    pub(super) changes: Changes<'a>,
}

// === impl PastSeat ===

impl PastSeat {
    /// Whether it stood there.
    pub(crate) fn stood_at(&self, connection: &ConnectionName, kind: WorkItemKind, resource: &str) -> bool {
        self.connection == *connection && self.kind == kind && same_resource(&self.resource, resource)
    }
}

// === impl Recorded ===

impl Recorded {
    /// Whether a member for this resource shows it: a firing is only about the resources that it names, a `resolved` about all.
    pub(crate) fn concerns(&self, resource: &str) -> bool {
        resource.is_empty() || !self.rank.fires() || self.resources.iter().any(|each| each == resource)
    }
}

// === impl Board ===

impl<'a> Board<'a> {
    /// Takes one submission, and says what its sender is told.
    pub(crate) fn take(&mut self, submission: &'a Submission) -> Receipt {
        let mut replaces = submission.again.clone();
        if replaces.is_none()
            && let Some(twin) = self.twin(submission)
        {
            if !is_better(&submission.verdict, &twin.receipt) {
                return twin.receipt.clone();
            }
            replaces = Some(twin.id.clone());
        }
        let receipt = match &submission.verdict {
            Verdict::Decoded(alerts) => {
                Receipt::Accepted(alerts.iter().map(|submitted| self.place(submission, submitted)).collect())
            }
            Verdict::Undecoded { .. } => Receipt::Undecoded(submission.id.clone()),
            Verdict::Quarantined { keep, .. } => {
                self.changes.quarantines.insert(submission.source.clone(), *keep);
                Receipt::Quarantined(submission.id.clone())
            }
        };
        self.keep(submission, receipt.clone(), replaces);
        receipt
    }

    /// What the group changes.
    pub(crate) fn into_changes(self) -> Changes<'a> {
        self.changes
    }

    /// The first body with the same bytes, where it came recently enough.
    fn twin(&self, submission: &Submission) -> Option<&Twin> {
        let since = submission.received_at.before(TWIN_WINDOW);
        let twins = self.twins.get(&(submission.source.clone(), submission.digest))?;
        twins.iter().find(|twin| twin.received_at >= since)
    }

    fn keep(&mut self, submission: &'a Submission, receipt: Receipt, replaces: Option<BodyId>) {
        let twins = self.twins.entry((submission.source.clone(), submission.digest)).or_default();
        if let Some(old) = replaces {
            twins.retain(|twin| twin.id != old);
            self.changes.replaced.push(old);
        }
        twins.push(Twin { id: submission.id.clone(), received_at: submission.received_at, receipt: receipt.clone() });
        self.changes.bodies.push(NewBody { submission, receipt });
    }

    /// Records an observation that was not known.
    pub(super) fn record(
        &mut self,
        submission: &'a Submission,
        submitted: &'a SubmittedAlert,
        rank: &Rank,
    ) -> AlertSeq {
        let SubmittedAlert { alert, payload, .. } = submitted;
        self.last_alert += 1;
        let seq = AlertSeq(self.last_alert);
        self.recorded.entry(alert.correlation_key.clone()).or_default().push(Recorded {
            seq,
            rank: rank.clone(),
            title: alert.title.clone(),
            resources: alert.resources.iter().map(|resource| resource.id.clone()).collect(),
        });
        self.changes.alerts.push(NewAlert { seq, submission, alert, payload: payload.as_deref(), unrouted: false });
        seq
    }

    /// Says that no route and no ticket takes an observation.
    pub(super) fn mark_unrouted(&mut self, seq: AlertSeq) {
        if let Some(alert) = self.changes.alerts.iter_mut().rev().find(|alert| alert.seq == seq) {
            alert.unrouted = true;
        }
    }

    pub(super) fn raise(&mut self, ticket: TicketSeq, at: Timestamp) {
        let raise = self.changes.raises.entry(ticket).or_insert(Raise { by: 0, at });
        raise.by += 1;
        raise.at = raise.at.min(at);
    }

    pub(super) fn tell(&mut self, ticket: TicketSeq, at: Timestamp, event: &str, text: String) {
        self.changes.timeline.push((ticket, Entry { at, event: event.to_owned(), text }));
    }
}

/// Whether both are for one resource; what is not split is for all of them.
pub(super) fn same_resource(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one == other
}

/// Whether more came of a body now than before: alerts above all, and rather kept whole than in the quarantine.
fn is_better(now: &Verdict, before: &Receipt) -> bool {
    match before {
        Receipt::Accepted(_) => false,
        Receipt::Undecoded(_) => matches!(now, Verdict::Decoded(_)),
        Receipt::Quarantined(_) => !matches!(now, Verdict::Quarantined { .. }),
    }
}
