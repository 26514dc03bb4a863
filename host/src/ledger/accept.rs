//! What ingest hands to the ledger, and what it gets back.

use crate::domain::{Alert, ConnectionName, ProblemId, RouteName, SourceName, TicketKey, Timestamp, WorkItemKind};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Identity of a body as it was posted: unique for each kept body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BodyId(pub String);

/// One body as it was posted, with what its source made of it.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Made by ingest, and used once.
    pub id: BodyId,
    /// Who posted it.
    pub source: SourceName,
    /// When it arrived.
    pub received_at: Timestamp,
    /// As posted, inflated, without what `[ledger] redact` names.
    pub body: Bytes,
    /// As sent; empty where absent.
    pub content_type: String,
    /// SHA-256 of the body as it was posted: what comes twice is known by it.
    pub digest: [u8; 32],
    /// What came of decoding it.
    pub verdict: Verdict,
    /// The body that this one is decoded again from: it leaves the quarantine when this one is kept.
    pub again: Option<BodyId>,
}

/// What came of decoding a body.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Alerts, each with where it goes.
    Decoded(Vec<SubmittedAlert>),
    /// The plugin itself failed: kept whole, to be decoded again after a fix.
    Undecoded {
        /// Why, for the operator.
        reason: String,
    },
    /// Its source refuses it: kept in the bounded quarantine.
    Quarantined {
        /// Why, for the operator.
        reason: String,
        /// How many bodies the quarantine of this source may hold; the oldest leave.
        keep: u32,
    },
}

/// An alert, with where routing sends it.
#[derive(Clone, Debug)]
pub struct SubmittedAlert {
    /// As decoded, without its payload.
    pub alert: Alert,
    /// Its payload, where that is not the body as a whole, as it most often is.
    pub payload: Option<String>,
    /// Where it goes if its correlation key is no member of a live ticket there; of one problem the first counts.
    pub placements: Vec<Placement>,
}

// === impl SubmittedAlert ===

impl SubmittedAlert {
    /// An alert of this body.
    #[must_use]
    pub fn new(mut alert: Alert, placements: Vec<Placement>, body: &[u8]) -> Self {
        let payload = std::mem::take(&mut alert.payload);
        let payload = (payload.as_bytes() != body).then_some(payload);
        Self { alert, payload, placements }
    }
}

/// Where an alert goes: one problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Which route decided.
    pub route: RouteName,
    /// To where.
    pub connection: ConnectionName,
    /// As what.
    pub kind: WorkItemKind,
    /// Identity of (gateway, connection, kind, group).
    pub problem: ProblemId,
    /// The route's `group_by` names with this alert's values.
    pub group: Vec<(String, String)>,
    /// The id of the resource that this ticket is for, where the route splits.
    pub resource: Option<String>,
    /// How long a new ticket waits before its first attempt.
    pub hold: std::time::Duration,
    /// Where new tickets go instead when too many are made.
    pub storm: Option<Storm>,
}

/// The route's limit on new tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storm {
    /// How many new tickets of this route, counted over `window`, are made as usual.
    pub max_new: u32,
    /// How far back they are counted.
    pub window: std::time::Duration,
    /// The problem that takes the rest.
    pub problem: ProblemId,
    /// Its group.
    pub group: Vec<(String, String)>,
}

/// What a 202 says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipt {
    /// The alerts, in the body's order, and the tickets that they stand for.
    Accepted(Vec<Accepted>),
    /// Kept, but no alerts yet.
    Undecoded(BodyId),
    /// Kept in the quarantine.
    Quarantined(BodyId),
}

/// One alert of a 202.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The alert's id.
    pub alert: String,
    /// Empty where no route matches.
    pub tickets: Vec<PlacedTicket>,
}

/// A ticket that an alert stands in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedTicket {
    /// The ticket's key.
    pub key: TicketKey,
    /// Where.
    pub connection: ConnectionName,
    /// As what.
    pub kind: WorkItemKind,
}
