//! How the domain's types stand in columns.

use super::fault::Fault;
use crate::domain::{Condition, ProblemId, Severity, TicketKey, WorkItemKind};
use crate::ledger::{BodyStatus, Standing};
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;

/// Rows for a statement that reads or writes them all at once, by `jsonb_each`.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Unreadable(error.to_string()))
}

/// A value that a column holds as JSON.
pub(super) fn from_json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::Unreadable(format!("{what}: {error}")))
}

/// A value that a column holds as text.
pub(super) fn parsed<T: FromStr>(what: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::Unreadable(format!("{what} `{text}`")))
}

/// A count, or a number counted from 1.
pub(super) fn count<T: TryFrom<i64>>(what: &str, number: i64) -> Result<T, Fault> {
    T::try_from(number).map_err(|_| Fault::Unreadable(format!("{what} {number}")))
}

pub(super) fn severity_rank(severity: Severity) -> i64 {
    match severity {
        Severity::Critical => 0,
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Informational => 3,
        Severity::Verbose => 4,
    }
}

pub(super) fn severity(rank: i64) -> Result<Severity, Fault> {
    let found = usize::try_from(rank).ok().and_then(|rank| Severity::ALL.get(rank).copied());
    found.ok_or_else(|| Fault::Unreadable(format!("severity {rank}")))
}

pub(super) fn condition_rank(condition: Condition) -> i64 {
    match condition {
        Condition::Fired => 0,
        Condition::Resolved => 1,
    }
}

pub(super) fn condition(rank: i64) -> Result<Condition, Fault> {
    match rank {
        0 => Ok(Condition::Fired),
        1 => Ok(Condition::Resolved),
        _ => Err(Fault::Unreadable(format!("condition {rank}"))),
    }
}

pub(super) fn kind(text: &str) -> Result<WorkItemKind, Fault> {
    match text {
        "event" => Ok(WorkItemKind::Event),
        "alert" => Ok(WorkItemKind::Alert),
        "incident" => Ok(WorkItemKind::Incident),
        _ => Err(Fault::Unreadable(format!("work item kind `{text}`"))),
    }
}

pub(super) fn status_word(status: BodyStatus) -> &'static str {
    match status {
        BodyStatus::Decoded => "decoded",
        BodyStatus::Undecoded => "undecoded",
        BodyStatus::Quarantined => "quarantined",
    }
}

pub(super) fn status(text: &str) -> Result<BodyStatus, Fault> {
    match text {
        "decoded" => Ok(BodyStatus::Decoded),
        "undecoded" => Ok(BodyStatus::Undecoded),
        "quarantined" => Ok(BodyStatus::Quarantined),
        _ => Err(Fault::Unreadable(format!("body status `{text}`"))),
    }
}

/// The columns `standing` and `cause`.
pub(super) fn standing_columns(standing: &Standing) -> Result<(&'static str, String), Fault> {
    Ok(match standing {
        Standing::Live => ("live", String::new()),
        Standing::Parked(parked) => ("parked", json(parked)?),
        Standing::Ended(reason) => ("ended", json(reason)?),
    })
}

pub(super) fn standing(standing: &str, cause: &str) -> Result<Standing, Fault> {
    match standing {
        "live" => Ok(Standing::Live),
        "parked" => Ok(Standing::Parked(from_json("cause", cause)?)),
        "ended" => Ok(Standing::Ended(from_json("cause", cause)?)),
        _ => Err(Fault::Unreadable(format!("standing `{standing}`"))),
    }
}

/// The columns `problem` and `n` of a key; none where it can be no ticket's key.
pub(super) fn key_columns(key: &TicketKey) -> Option<(&str, u32)> {
    let (problem, n) = key.as_str().rsplit_once('-')?;
    let n = n.parse().ok()?;
    (TicketKey::of(&ProblemId::from(problem), n) == *key).then_some((problem, n))
}

/// The key of a problem's ticket, and of the one that it follows.
pub(super) fn keys(problem: &str, n: i64) -> Result<(TicketKey, Option<TicketKey>), Fault> {
    let problem = ProblemId::from(problem);
    let n: u32 = count("ticket number", n)?;
    let follows = n.checked_sub(1).filter(|before| *before > 0).map(|before| TicketKey::of(&problem, before));
    Ok((TicketKey::of(&problem, n), follows))
}
