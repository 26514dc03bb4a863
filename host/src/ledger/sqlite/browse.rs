//! What the operator sees of tickets, alerts and bodies.

use super::claimed::members;
use super::column::{self, count, moment, moment_if_any, parsed, text};
use super::fault::Fault;
use super::timeline;
use crate::domain::{ConnectionName, TicketKey, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{
    AlertRow, AlertSelection, AttemptRow, BodyId, BodyRow, BodyStatus, Counts, LedgerError, Shown, TicketRow,
    TicketSelection, TicketStory,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;

/// How long a list is where nobody says.
const LIST: u32 = 100;

/// How much of a ticket's timeline its story tells.
const STORY: i64 = 1000;

fn limit(asked: u32) -> u32 {
    if asked == 0 { LIST } else { asked }
}

/// A ticket's columns, as its row shows them.
const TICKET: &str = "SELECT seq, problem, n, connection, kind, route, standing, cause, shown, severity, firing, total,
                             wanted, confirmed, created_at, due_at, life
                      FROM tickets";

pub(super) fn tickets(reader: &Connection, selection: &TicketSelection) -> Result<Vec<TicketRow>, LedgerError> {
    let which = match selection {
        TicketSelection { parked: true, .. } => "standing = 'parked'",
        TicketSelection { ended: true, .. } => "true",
        _ => "standing <> 'ended'",
    };
    let list = format!("{TICKET} WHERE {which} AND (?1 IS NULL OR connection = ?1) ORDER BY seq DESC LIMIT ?2");
    let connection = selection.connection.as_ref().map(ConnectionName::as_str);
    let mut statement = reader.prepare_cached(&list)?;
    let rows = statement.query_and_then(params![connection, limit(selection.limit)], ticket_row)?;
    Ok(rows.collect::<Result<_, Fault>>()?)
}

fn ticket_row(row: &Row<'_>) -> Result<TicketRow, Fault> {
    let (key, follows) = column::keys(row)?;
    let shown = if text(row, "shown")?.is_empty() { Shown::default() } else { column::from_json(row, "shown")? };
    Ok(TicketRow {
        key,
        connection: parsed(row, "connection")?,
        kind: column::kind(row)?,
        route: parsed(row, "route")?,
        standing: column::standing(row)?,
        shown,
        severity: column::severity(row)?,
        firing: count(row, "firing")?,
        total: count(row, "total")?,
        wanted: row.get("wanted")?,
        confirmed: row.get("confirmed")?,
        created_at: moment(row, "created_at")?,
        due_at: moment_if_any(row, "due_at")?,
        follows,
    })
}

pub(super) fn ticket(reader: &mut Connection, key: &TicketKey) -> Result<TicketStory, LedgerError> {
    let not_found = || LedgerError::NotFound(format!("ticket {key}"));
    let (problem, n) = column::key_columns(key).ok_or_else(not_found)?;
    let snapshot = reader.transaction()?;
    let told = |row: &Row<'_>| {
        let told = row.get::<_, Option<String>>("life")?.is_some();
        let life = if told { column::from_json(row, "life")? } else { Value::Null };
        Ok::<_, Fault>((TicketSeq(row.get("seq")?), ticket_row(row)?, life))
    };
    let found = snapshot
        .prepare_cached(&format!("{TICKET} WHERE problem = ?1 AND n = ?2"))?
        .query_one(params![problem, n], |row| Ok(told(row)))
        .optional()?;
    let (seq, ticket, life) = found.ok_or_else(not_found)??;
    Ok(TicketStory {
        ticket,
        life,
        members: members(&snapshot, seq)?,
        timeline: timeline::latest(&snapshot, seq, STORY)?,
        attempts: attempts(&snapshot, seq)?,
    })
}

fn attempts(snapshot: &Connection, ticket: TicketSeq) -> Result<Vec<AttemptRow>, Fault> {
    let mut statement = snapshot.prepare_cached(
        "SELECT id, revision, action, opened_at, closed_at, outcome, exchange
         FROM (SELECT * FROM attempts WHERE ticket = ?1 ORDER BY seq DESC LIMIT ?2) ORDER BY seq",
    )?;
    let attempts = statement.query_and_then([ticket.0, STORY], |row| {
        Ok(AttemptRow {
            id: row.get("id")?,
            revision: row.get("revision")?,
            action: row.get("action")?,
            opened_at: moment(row, "opened_at")?,
            closed_at: moment_if_any(row, "closed_at")?,
            outcome: row.get("outcome")?,
            exchange: row.get("exchange")?,
        })
    })?;
    attempts.collect()
}

pub(super) fn alerts(reader: &mut Connection, selection: &AlertSelection) -> Result<Vec<AlertRow>, LedgerError> {
    // Payloads may be large: a list goes without.
    let (payload, from) = match &selection.id {
        Some(_) => (
            "a.payload, CASE WHEN a.payload IS NULL THEN b.body END AS whole",
            "alerts a LEFT JOIN bodies b ON b.id = a.body 
             WHERE substr(a.id, -16) = substr(?1, -16) AND a.id = ?1",
        ),
        None => ("NULL AS payload, NULL AS whole", "alerts a WHERE ?1 IS NULL"),
    };
    let which = if selection.unrouted { "a.unrouted = 1" } else { "true" };
    let list = format!(
        "SELECT a.seq, a.source, a.received_at, a.body, a.alert, {payload} FROM {from} AND {which}
         ORDER BY a.seq DESC LIMIT ?2"
    );
    let snapshot = reader.transaction()?;
    let mut statement = snapshot.prepare_cached(&list)?;
    let rows = statement.query_and_then(params![selection.id, limit(selection.limit)], |row| {
        Ok(AlertRow {
            source: parsed(row, "source")?,
            received_at: moment(row, "received_at")?,
            body: BodyId(row.get("body")?),
            alert: column::alert(row)?,
            tickets: tickets_of(&snapshot, row.get("seq")?)?,
        })
    })?;
    Ok(rows.collect::<Result<_, Fault>>()?)
}

fn tickets_of(snapshot: &Connection, alert: i64) -> Result<Vec<TicketKey>, Fault> {
    let mut statement = snapshot.prepare_cached(
        "SELECT t.problem, t.n FROM links l JOIN tickets t ON t.seq = l.ticket WHERE l.alert = ?1 ORDER BY l.ticket",
    )?;
    let keys = statement.query_and_then([alert], |row| column::keys(row).map(|(key, _)| key))?;
    keys.collect()
}

/// True of every body that is kept for people; said, so that their index is used.
const UNDER_INDEX: &str = "status <> 'decoded'";

pub(super) fn bodies(reader: &Connection, status: BodyStatus, asked: u32) -> Result<Vec<BodyRow>, LedgerError> {
    let which = if status == BodyStatus::Decoded { "true" } else { UNDER_INDEX };
    let list = format!(
        "SELECT id, source, received_at, status, reason, content_type, digest, x'' AS body, length(body) AS length FROM bodies
         WHERE status = ?1 AND {which} ORDER BY seq DESC LIMIT ?2"
    );
    let mut statement = reader.prepare_cached(&list)?;
    let rows = statement.query_and_then(params![column::status_word(status), limit(asked)], body_row)?;
    Ok(rows.collect::<Result<_, Fault>>()?)
}

pub(super) fn body(reader: &Connection, id: &BodyId) -> Result<BodyRow, LedgerError> {
    let mut statement = reader.prepare_cached(
        "SELECT id, source, received_at, status, reason, content_type, digest, body, length(body) AS length
         FROM bodies WHERE id = ?1",
    )?;
    let found = statement.query_one([&id.0], |row| Ok(body_row(row))).optional()?;
    Ok(found.ok_or_else(|| LedgerError::NotFound(format!("body {}", id.0)))??)
}

fn body_row(row: &Row<'_>) -> Result<BodyRow, Fault> {
    Ok(BodyRow {
        id: BodyId(row.get("id")?),
        source: parsed(row, "source")?,
        received_at: moment(row, "received_at")?,
        status: column::status(row)?,
        reason: row.get("reason")?,
        content_type: row.get("content_type")?,
        body: row.get("body")?,
        length: count(row, "length")?,
        digest: row.get("digest")?,
    })
}

const COUNTS: &str = "
    SELECT (SELECT count(*) FROM alerts) AS alerts,
           (SELECT count(*) FROM alerts WHERE unrouted = 1) AS unrouted,
           (SELECT count(*) FROM bodies WHERE status = 'undecoded' AND status <> 'decoded') AS undecoded,
           (SELECT count(*) FROM bodies WHERE status = 'quarantined' AND status <> 'decoded') AS quarantined,
           (SELECT count(*) FROM tickets WHERE standing <> 'ended') AS live,
           (SELECT count(*) FROM tickets WHERE standing = 'parked') AS parked,
           count(*) AS due, min(due_at) AS oldest
    FROM (SELECT due_at FROM tickets WHERE ready = 1
          UNION ALL SELECT due_at FROM tickets WHERE ready = 0 AND due_at <= ?1)";

pub(super) fn counts(reader: &Connection, now: Timestamp) -> Result<Counts, LedgerError> {
    let counts = |row: &Row<'_>| {
        Ok::<_, Fault>(Counts {
            alerts: count(row, "alerts")?,
            unrouted: count(row, "unrouted")?,
            undecoded: count(row, "undecoded")?,
            quarantined: count(row, "quarantined")?,
            live: count(row, "live")?,
            parked: count(row, "parked")?,
            due: count(row, "due")?,
            oldest_due_seconds: moment_if_any(row, "oldest")?.map_or(0, |oldest| now.since(oldest).as_secs()),
        })
    };
    Ok(reader.prepare_cached(COUNTS)?.query_one([now.nanos()], |row| Ok(counts(row)))??)
}

pub(super) fn open_connections(reader: &Connection) -> Result<Vec<(ConnectionName, u64)>, LedgerError> {
    let mut statement = reader.prepare_cached(
        "SELECT connection, count(*) AS tickets FROM tickets WHERE standing <> 'ended'
         GROUP BY connection ORDER BY connection",
    )?;
    let rows = statement.query_and_then((), |row| Ok((parsed(row, "connection")?, count(row, "tickets")?)))?;
    Ok(rows.collect::<Result<_, Fault>>()?)
}
