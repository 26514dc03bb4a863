//! How the domain's types stand in columns.

use super::fault::Fault;
use crate::domain::{Alert, Condition, ProblemId, Severity, TicketKey, Timestamp, WorkItemKind};
use crate::ledger::{BodyStatus, PlacedTicket, Standing};
use rusqlite::Row;
use serde::{Serialize, de::DeserializeOwned};
use std::str::FromStr;

/// A column's name in a row.
type Name = &'static str;

// What is written.

/// A value that a column holds as JSON.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::Unreadable(error.to_string()))
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

pub(super) fn condition_rank(condition: Condition) -> i64 {
    match condition {
        Condition::Fired => 0,
        Condition::Resolved => 1,
    }
}

pub(super) fn status_word(status: BodyStatus) -> &'static str {
    match status {
        BodyStatus::Decoded => "decoded",
        BodyStatus::Undecoded => "undecoded",
        BodyStatus::Quarantined => "quarantined",
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

/// The columns `problem` and `n` of a key; none where it can be no ticket's key.
pub(super) fn key_columns(key: &TicketKey) -> Option<(&str, u32)> {
    let (problem, n) = key.as_str().rsplit_once('-')?;
    let n = n.parse().ok()?;
    (TicketKey::of(&ProblemId::from(problem), n) == *key).then_some((problem, n))
}

// What is read.

/// A text, as it stands in the row.
pub(super) fn text<'r>(row: &'r Row<'_>, column: Name) -> Result<&'r str, Fault> {
    row.get_ref(column)?.as_str().map_err(|error| Fault::Unreadable(format!("{column}: {error}")))
}

/// A value that stands as JSON.
pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: Name) -> Result<T, Fault> {
    serde_json::from_str(text(row, column)?).map_err(|error| Fault::Unreadable(format!("{column}: {error}")))
}

/// A value that stands as text.
pub(super) fn parsed<T: FromStr>(row: &Row<'_>, column: Name) -> Result<T, Fault> {
    let text = text(row, column)?;
    text.parse().map_err(|_| Fault::Unreadable(format!("{column} `{text}`")))
}

/// A count, or a number counted from 1.
pub(super) fn count<T: TryFrom<i64>>(row: &Row<'_>, column: Name) -> Result<T, Fault> {
    let number: i64 = row.get(column)?;
    T::try_from(number).map_err(|_| Fault::Unreadable(format!("{column} {number}")))
}

pub(super) fn moment(row: &Row<'_>, column: Name) -> Result<Timestamp, Fault> {
    Ok(Timestamp::from_nanos(row.get(column)?))
}

/// A moment that may be absent.
pub(super) fn moment_if_any(row: &Row<'_>, column: Name) -> Result<Option<Timestamp>, Fault> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_nanos))
}

/// The column `severity`.
pub(super) fn severity(row: &Row<'_>) -> Result<Severity, Fault> {
    let rank: usize = count(row, "severity")?;
    Severity::ALL.get(rank).copied().ok_or_else(|| Fault::Unreadable(format!("severity {rank}")))
}

/// The column `condition`.
pub(super) fn condition(row: &Row<'_>) -> Result<Condition, Fault> {
    match row.get("condition")? {
        0_i64 => Ok(Condition::Fired),
        1 => Ok(Condition::Resolved),
        rank => Err(Fault::Unreadable(format!("condition {rank}"))),
    }
}

/// The column `kind`.
pub(super) fn kind(row: &Row<'_>) -> Result<WorkItemKind, Fault> {
    match text(row, "kind")? {
        "event" => Ok(WorkItemKind::Event),
        "alert" => Ok(WorkItemKind::Alert),
        "incident" => Ok(WorkItemKind::Incident),
        other => Err(Fault::Unreadable(format!("work item kind `{other}`"))),
    }
}

/// The column `status`.
pub(super) fn status(row: &Row<'_>) -> Result<BodyStatus, Fault> {
    match text(row, "status")? {
        "decoded" => Ok(BodyStatus::Decoded),
        "undecoded" => Ok(BodyStatus::Undecoded),
        "quarantined" => Ok(BodyStatus::Quarantined),
        other => Err(Fault::Unreadable(format!("body status `{other}`"))),
    }
}

/// The columns `standing` and `cause`.
pub(super) fn standing(row: &Row<'_>) -> Result<Standing, Fault> {
    match text(row, "standing")? {
        "live" => Ok(Standing::Live),
        "parked" => Ok(Standing::Parked(from_json(row, "cause")?)),
        "ended" => Ok(Standing::Ended(from_json(row, "cause")?)),
        other => Err(Fault::Unreadable(format!("standing `{other}`"))),
    }
}

/// The key that the columns `problem` and `n` are, and the one that it follows.
pub(super) fn keys(row: &Row<'_>) -> Result<(TicketKey, Option<TicketKey>), Fault> {
    let problem = ProblemId::from(text(row, "problem")?);
    let n: u32 = count(row, "n")?;
    let follows = n.checked_sub(1).filter(|before| *before > 0).map(|before| TicketKey::of(&problem, before));
    Ok((TicketKey::of(&problem, n), follows))
}

/// The ticket that the columns `problem`, `n`, `connection` and `kind` are.
pub(super) fn placed(row: &Row<'_>) -> Result<PlacedTicket, Fault> {
    let (key, _) = keys(row)?;
    Ok(PlacedTicket { key, connection: parsed(row, "connection")?, kind: kind(row)? })
}

/// The alert that the columns `alert`, `payload` and `whole` are: its payload is the body as a whole where it has none of
/// its own, and empty when the body was deleted.
pub(super) fn alert(row: &Row<'_>) -> Result<Alert, Fault> {
    let bare: Alert = from_json(row, "alert")?;
    let own: Option<String> = row.get("payload")?;
    let whole: Option<Vec<u8>> = row.get("whole")?;
    let whole = || whole.and_then(|whole| String::from_utf8(whole).ok());
    Ok(Alert { payload: own.or_else(whole).unwrap_or_default(), ..bare })
}
