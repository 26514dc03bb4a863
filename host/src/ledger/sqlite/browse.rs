//! What the operator sees of tickets, alerts and bodies.

use super::claimed::{members, timelines};
use super::column;
use super::fault::Fault;
use crate::domain::{Alert, ConnectionName, TicketKey, Timestamp};
use crate::ledger::{
    AlertRow, AlertSelection, AttemptRow, BodyId, BodyRow, BodyStatus, Counts, LedgerError, Shown, TicketRow,
    TicketSelection, TicketStory,
};
use sqlx::{FromRow, QueryBuilder, Sqlite, SqlitePool};

/// How long a list is where nobody says.
const LIST: u32 = 100;

/// How much of a ticket's timeline its story tells.
const STORY: i64 = 1000;

#[derive(FromRow)]
struct TicketColumns {
    seq: i64,
    problem: String,
    n: i64,
    connection: String,
    kind: String,
    route: String,
    standing: String,
    cause: String,
    shown: String,
    severity: i64,
    firing: i64,
    total: i64,
    wanted: i64,
    confirmed: i64,
    created_at: i64,
    due_at: Option<i64>,
}

/// A ticket's columns, as its row shows them.
const TICKET: &str = "SELECT seq, problem, n, connection, kind, route, standing, cause, shown, severity, firing, total,
                             wanted, confirmed, created_at, due_at
                      FROM tickets WHERE true";

pub(super) async fn tickets(readers: &SqlitePool, selection: &TicketSelection) -> Result<Vec<TicketRow>, Fault> {
    let mut query = QueryBuilder::<Sqlite>::new(TICKET);
    if selection.parked {
        query.push(" AND standing = 'parked'");
    } else if !selection.ended {
        query.push(" AND standing <> 'ended'");
    }
    if let Some(connection) = &selection.connection {
        query.push(" AND connection = ").push_bind(connection.as_str());
    }
    query.push(" ORDER BY seq DESC LIMIT ").push_bind(limit(selection.limit));
    let rows: Vec<TicketColumns> = query.build_query_as().fetch_all(readers).await?;
    rows.into_iter().map(row).collect()
}

fn limit(asked: u32) -> i64 {
    i64::from(if asked == 0 { LIST } else { asked })
}

fn row(columns: TicketColumns) -> Result<TicketRow, Fault> {
    let (key, follows) = column::keys(&columns.problem, columns.n)?;
    let shown = if columns.shown.is_empty() { Shown::default() } else { column::from_json("shown", &columns.shown)? };
    Ok(TicketRow {
        key,
        connection: column::parsed("connection", &columns.connection)?,
        kind: column::kind(&columns.kind)?,
        route: column::parsed("route", &columns.route)?,
        standing: column::standing(&columns.standing, &columns.cause)?,
        shown,
        severity: column::severity(columns.severity)?,
        firing: column::count("count of members", columns.firing)?,
        total: column::count("count of members", columns.total)?,
        wanted: columns.wanted,
        confirmed: columns.confirmed,
        created_at: Timestamp::from_nanos(columns.created_at),
        due_at: columns.due_at.map(Timestamp::from_nanos),
        follows,
    })
}

pub(super) async fn ticket(readers: &SqlitePool, key: &TicketKey) -> Result<TicketStory, LedgerError> {
    let not_found = || LedgerError::NotFound(format!("ticket {key}"));
    let (problem, n) = column::key_columns(key).ok_or_else(not_found)?;
    let mut snapshot = readers.begin().await.map_err(Fault::from)?;
    let mut query = QueryBuilder::<Sqlite>::new(TICKET);
    query.push(" AND problem = ").push_bind(problem).push(" AND n = ").push_bind(n);
    let columns: Option<TicketColumns> =
        query.build_query_as().fetch_optional(&mut *snapshot).await.map_err(Fault::from)?;
    let columns = columns.ok_or_else(not_found)?;
    let seq = columns.seq;
    let life: Option<String> = sqlx::query_scalar("SELECT life FROM tickets WHERE seq = $1")
        .bind(seq)
        .fetch_one(&mut *snapshot)
        .await
        .map_err(Fault::from)?;
    let attempts: Vec<AttemptColumns> = sqlx::query_as(
        "SELECT id, revision, action, opened_at, closed_at, outcome, exchange
         FROM (SELECT * FROM attempts WHERE ticket = $1 ORDER BY seq DESC LIMIT $2) ORDER BY seq",
    )
    .bind(seq)
    .bind(STORY)
    .fetch_all(&mut *snapshot)
    .await
    .map_err(Fault::from)?;
    let members = members(&mut snapshot, &[seq]).await?.remove(&seq).unwrap_or_default();
    let timeline = timelines(&mut snapshot, &[seq], STORY).await?.remove(&seq).unwrap_or_default();
    snapshot.commit().await.map_err(Fault::from)?;
    Ok(TicketStory {
        ticket: row(columns)?,
        life: life.map_or(Ok(serde_json::Value::Null), |life| column::from_json("life", &life))?,
        members,
        timeline,
        attempts: attempts.into_iter().map(attempt).collect(),
    })
}

#[derive(FromRow)]
struct AttemptColumns {
    id: String,
    revision: i64,
    action: String,
    opened_at: i64,
    closed_at: Option<i64>,
    outcome: String,
    exchange: String,
}

fn attempt(columns: AttemptColumns) -> AttemptRow {
    AttemptRow {
        id: columns.id,
        revision: columns.revision,
        action: columns.action,
        opened_at: Timestamp::from_nanos(columns.opened_at),
        closed_at: columns.closed_at.map(Timestamp::from_nanos),
        outcome: columns.outcome,
        exchange: columns.exchange,
    }
}

#[derive(FromRow)]
struct AlertColumns {
    source: String,
    received_at: i64,
    body: String,
    alert: String,
    payload: Option<String>,
    whole: Option<Vec<u8>>,
    /// As JSON, problem and number each.
    tickets: String,
}

pub(super) async fn alerts(readers: &SqlitePool, selection: &AlertSelection) -> Result<Vec<AlertRow>, Fault> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT a.source, a.received_at, a.body, a.alert,
                (SELECT json_group_array(json_array(t.problem, t.n))
                 FROM links l JOIN tickets t ON t.seq = l.ticket WHERE l.alert = a.seq) AS tickets",
    );
    // Payloads may be large: a list goes without.
    query.push(match &selection.id {
        Some(_) => {
            ", a.payload, CASE WHEN a.payload IS NULL THEN b.body END AS whole
             FROM alerts a LEFT JOIN bodies b ON b.id = a.body WHERE true"
        }
        None => ", NULL AS payload, NULL AS whole FROM alerts a WHERE true",
    });
    if let Some(id) = &selection.id {
        query.push(" AND a.id = ").push_bind(id);
    }
    if selection.unrouted {
        query.push(" AND a.unrouted = 1");
    }
    query.push(" ORDER BY a.seq DESC LIMIT ").push_bind(limit(selection.limit));
    let rows: Vec<AlertColumns> = query.build_query_as().fetch_all(readers).await?;
    rows.into_iter()
        .map(|columns| {
            let bare: Alert = column::from_json("alert", &columns.alert)?;
            let whole = columns.whole.and_then(|whole| String::from_utf8(whole).ok());
            let keys: Vec<(String, i64)> = column::from_json("tickets", &columns.tickets)?;
            Ok(AlertRow {
                source: column::parsed("source", &columns.source)?,
                received_at: Timestamp::from_nanos(columns.received_at),
                body: BodyId(columns.body),
                alert: Alert { payload: columns.payload.or(whole).unwrap_or_default(), ..bare },
                tickets: keys
                    .into_iter()
                    .map(|(problem, n)| column::keys(&problem, n).map(|(key, _)| key))
                    .collect::<Result<_, Fault>>()?,
            })
        })
        .collect()
}

#[derive(FromRow)]
struct BodyColumns {
    id: String,
    source: String,
    received_at: i64,
    status: String,
    reason: String,
    content_type: String,
    body: Vec<u8>,
    length: i64,
}

pub(super) async fn bodies(readers: &SqlitePool, status: BodyStatus, asked: u32) -> Result<Vec<BodyRow>, Fault> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, source, received_at, status, reason, content_type, x'' AS body, length(body) AS length FROM bodies
         WHERE status = ",
    );
    query.push_bind(column::status_word(status));
    if status != BodyStatus::Decoded {
        query.push(UNDER_INDEX);
    }
    query.push(" ORDER BY seq DESC LIMIT ").push_bind(limit(asked));
    let rows: Vec<BodyColumns> = query.build_query_as().fetch_all(readers).await?;
    rows.into_iter().map(body_row).collect()
}

/// True of every body that is kept for people; said, so that their index is used.
const UNDER_INDEX: &str = " AND status <> 'decoded'";

pub(super) async fn body(readers: &SqlitePool, id: &BodyId) -> Result<BodyRow, LedgerError> {
    let found: Option<BodyColumns> = sqlx::query_as(
        "SELECT id, source, received_at, status, reason, content_type, body, length(body) AS length
         FROM bodies WHERE id = $1",
    )
    .bind(&id.0)
    .fetch_optional(readers)
    .await
    .map_err(Fault::from)?;
    let found = found.ok_or_else(|| LedgerError::NotFound(format!("body {}", id.0)))?;
    Ok(body_row(found)?)
}

fn body_row(columns: BodyColumns) -> Result<BodyRow, Fault> {
    Ok(BodyRow {
        id: BodyId(columns.id),
        source: column::parsed("source", &columns.source)?,
        received_at: Timestamp::from_nanos(columns.received_at),
        status: column::status(&columns.status)?,
        reason: columns.reason,
        content_type: columns.content_type,
        body: columns.body,
        length: column::count("length", columns.length)?,
    })
}

pub(super) async fn counts(readers: &SqlitePool, now: Timestamp) -> Result<Counts, Fault> {
    let (alerts, unrouted, undecoded, quarantined): (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM alerts), (SELECT count(*) FROM alerts WHERE unrouted = 1),
                (SELECT count(*) FROM bodies WHERE status = 'undecoded' AND status <> 'decoded'),
                (SELECT count(*) FROM bodies WHERE status = 'quarantined' AND status <> 'decoded')",
    )
    .fetch_one(readers)
    .await?;
    let (live, parked, due, oldest): (i64, i64, i64, Option<i64>) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM tickets WHERE standing <> 'ended'),
                (SELECT count(*) FROM tickets WHERE standing = 'parked'), count(*), min(due_at)
         FROM (SELECT due_at FROM tickets WHERE ready = 1
               UNION ALL SELECT due_at FROM tickets WHERE ready = 0 AND due_at <= $1)",
    )
    .bind(now.nanos())
    .fetch_one(readers)
    .await?;
    Ok(Counts {
        alerts: column::count("count", alerts)?,
        unrouted: column::count("count", unrouted)?,
        undecoded: column::count("count", undecoded)?,
        quarantined: column::count("count", quarantined)?,
        live: column::count("count", live)?,
        parked: column::count("count", parked)?,
        due: column::count("count", due)?,
        oldest_due_seconds: oldest.map_or(0, |oldest| now.since(Timestamp::from_nanos(oldest)).as_secs()),
    })
}

pub(super) async fn open_connections(readers: &SqlitePool) -> Result<Vec<(ConnectionName, u64)>, Fault> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT connection, count(*) FROM tickets WHERE standing <> 'ended' GROUP BY connection ORDER BY connection",
    )
    .fetch_all(readers)
    .await?;
    rows.into_iter()
        .map(|(connection, count)| {
            Ok((column::parsed("connection", &connection)?, column::count("count of tickets", count)?))
        })
        .collect()
}
