//! What the operator sees.

use super::{BodyId, Revision, Shown, Standing};
use crate::domain::{Alert, ConnectionName, Entry, Member, RouteName, SourceName, TicketKey, Timestamp, WorkItemKind};
use serde::{Deserialize, Serialize};

/// Which tickets to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketSelection {
    /// Only those that wait for a person.
    pub parked: bool,
    /// Also those that have ended.
    pub ended: bool,
    /// Only those of this connection.
    pub connection: Option<ConnectionName>,
    /// At most so many; 0 is 100.
    pub limit: u32,
}

/// A ticket in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRow {
    /// Its key.
    pub key: TicketKey,
    /// Where.
    pub connection: ConnectionName,
    /// As what.
    pub kind: WorkItemKind,
    /// By which route.
    pub route: RouteName,
    /// Live, parked or ended.
    pub standing: Standing,
    /// What its platform shows.
    pub shown: Shown,
    /// The worst severity of its members that fire; of all, where none does.
    pub severity: crate::domain::Severity,
    /// How many members fire.
    pub firing: u32,
    /// How many members there are.
    pub total: u32,
    /// What its alerts want.
    pub wanted: Revision,
    /// What is on the platform.
    pub confirmed: Revision,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a worker looks at it next.
    pub due_at: Option<Timestamp>,
    /// The ticket that it renews.
    pub follows: Option<TicketKey>,
}

/// One ticket with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketStory {
    /// The row.
    pub ticket: TicketRow,
    /// Converge's own account, as JSON; null before the first attempt.
    pub life: serde_json::Value,
    /// Its members, newest first; at most 100.
    pub members: Vec<Member>,
    /// Its timeline, oldest first.
    pub timeline: Vec<Entry>,
    /// Its attempts, oldest first.
    pub attempts: Vec<AttemptRow>,
}

/// One call that may have written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRow {
    /// `<key>.<counter>`.
    pub id: String,
    /// The revision that it was for.
    pub revision: Revision,
    /// `create`, `resolve`, …
    pub action: String,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended; none where nobody knows.
    pub closed_at: Option<Timestamp>,
    /// `confirmed`, `rejected`, …; empty while open.
    pub outcome: String,
    /// The last request and its answer, without credentials.
    pub exchange: String,
}

/// Which alerts to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertSelection {
    /// Only those that no route matched.
    pub unrouted: bool,
    /// Only the one with this id; of several observations all are answered.
    pub id: Option<String>,
    /// At most so many; 0 is 100.
    pub limit: u32,
}

/// An alert as it was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRow {
    /// Who sent it.
    pub source: SourceName,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The body that it came in.
    pub body: BodyId,
    /// As decoded; its payload is empty in lists, and when the body was deleted.
    pub alert: Alert,
    /// The tickets that it is or was a member of.
    pub tickets: Vec<TicketKey>,
}

/// Why a body is kept for the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyStatus {
    /// Its alerts are kept.
    Decoded,
    /// Its plugin failed.
    Undecoded,
    /// Its source refused it.
    Quarantined,
}

/// A body as it was posted, without what `[ledger] redact` names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyRow {
    /// Its identity.
    pub id: BodyId,
    /// Who sent it.
    pub source: SourceName,
    /// When it arrived.
    pub received_at: Timestamp,
    /// What became of it.
    pub status: BodyStatus,
    /// Why it is no alert.
    pub reason: String,
    /// As sent.
    pub content_type: String,
    /// Whole; empty in lists.
    #[serde(with = "body_text")]
    pub body: Vec<u8>,
    /// How long it is, in bytes.
    pub length: u64,
    /// SHA-256 of the body as it was posted, before anything was taken out of it.
    #[serde(skip)]
    pub digest: [u8; 32],
}

/// How much of everything there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Alerts kept.
    pub alerts: u64,
    /// Alerts that no route matched.
    pub unrouted: u64,
    /// Bodies whose plugin failed.
    pub undecoded: u64,
    /// Bodies that their source refused.
    pub quarantined: u64,
    /// Tickets that have not ended.
    pub live: u64,
    /// Of these, those that wait for a person.
    pub parked: u64,
    /// Of these, those that are due.
    pub due: u64,
    /// How long the oldest due ticket has waited, in seconds.
    pub oldest_due_seconds: u64,
}

/// Bodies in JSON: text where they are UTF-8, else base64 behind a mark.
mod body_text {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer};

    const MARK: &str = "base64:";

    pub(super) fn serialize<S: Serializer>(body: &[u8], out: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(body) {
            Ok(text) if !text.starts_with(MARK) => out.serialize_str(text),
            _ => out.serialize_str(&format!("{MARK}{}", STANDARD.encode(body))),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(input)?;
        match text.strip_prefix(MARK) {
            Some(encoded) => STANDARD.decode(encoded).map_err(serde::de::Error::custom),
            None => Ok(text.into_bytes()),
        }
    }
}
