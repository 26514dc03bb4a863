//! What a plan needs to know of claimed tickets, read after their leases were committed.
//!
//! Reading outside the writer's transaction may find an observation that is newer than the claim. That does no harm: its
//! revision is greater than the one the worker knows, so the ticket is due again after the save.

use super::column::{self, json};
use super::fault::Fault;
use super::lease::Lead;
use crate::domain::{Alert, ProblemId, Timestamp};
use crate::ledger::{Claimed, Entry, Lease, Member, NewestAlert};
use sqlx::{FromRow, SqliteConnection, SqlitePool};
use std::collections::HashMap;

/// How many members and entries a worker is shown.
pub(super) const SHOWN: i64 = 100;

/// Fills in the claims, in their order.
pub(super) async fn claimed(readers: &SqlitePool, leads: Vec<Lead>, until: Timestamp) -> Result<Vec<Claimed>, Fault> {
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let seqs: Vec<i64> = leads.iter().map(|lead| lead.seq).collect();
    let mut reader = readers.acquire().await?;
    let mut members = members(&mut reader, &seqs).await?;
    let mut newest = newest(&mut reader, &seqs).await?;
    let mut timelines = timelines(&mut reader, &seqs, SHOWN).await?;
    leads
        .into_iter()
        .map(|lead| {
            let seq = lead.seq;
            let newest =
                newest.remove(&seq).ok_or_else(|| Fault::Unreadable(format!("ticket in row {seq} has no members")))?;
            let members = members.remove(&seq).unwrap_or_default();
            let timeline = timelines.remove(&seq).unwrap_or_default();
            one(lead, until, newest, members, timeline)
        })
        .collect()
}

fn one(
    lead: Lead,
    until: Timestamp,
    newest: NewestAlert,
    members: Vec<Member>,
    timeline: Vec<Entry>,
) -> Result<Claimed, Fault> {
    let (key, follows) = column::keys(&lead.problem, lead.n)?;
    Ok(Claimed {
        lease: Lease { key, token: lead.token, until },
        taken_over_from: lead.abandoned.map(Timestamp::from_nanos),
        problem: ProblemId::from(lead.problem),
        n: column::count("ticket number", lead.n)?,
        connection: column::parsed("connection", &lead.connection)?,
        kind: column::kind(&lead.kind)?,
        route: column::parsed("route", &lead.route)?,
        group: column::from_json("group", &lead.grouping)?,
        resource: lead.resource,
        storm: lead.storm,
        follows,
        created_at: Timestamp::from_nanos(lead.created_at),
        wanted: lead.wanted,
        life: lead.life,
        newest,
        members,
        firing: column::count("count of members", lead.firing)?,
        total: column::count("count of members", lead.total)?,
        timeline,
    })
}

#[derive(FromRow)]
struct MemberRow {
    ticket: i64,
    resource: String,
    alert: String,
}

/// The newest members of each ticket.
pub(super) async fn members(
    reader: &mut SqliteConnection,
    tickets: &[i64],
) -> Result<HashMap<i64, Vec<Member>>, Fault> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "SELECT m.ticket, m.resource, a.alert
         FROM (SELECT ticket, resource, alert,
                      row_number() OVER (PARTITION BY ticket
                                         ORDER BY fired_at DESC, observed_at DESC, condition DESC, alert DESC) AS place
               FROM members WHERE ticket IN (SELECT value FROM jsonb_each($1))) m
         JOIN alerts a ON a.seq = m.alert
         WHERE m.place <= $2 ORDER BY m.ticket, m.place",
    )
    .bind(json(tickets)?)
    .bind(SHOWN)
    .fetch_all(reader)
    .await?;
    let mut members: HashMap<i64, Vec<Member>> = HashMap::new();
    for row in rows {
        let alert: Alert = column::from_json("alert", &row.alert)?;
        members.entry(row.ticket).or_default().push(member(alert, &row.resource));
    }
    Ok(members)
}

/// A member is about one resource where its route splits, else about its alert's first.
fn member(alert: Alert, resource: &str) -> Member {
    let episode = alert.episode();
    let resource = alert.resources.into_iter().find(|each| resource.is_empty() || each.id == resource);
    Member {
        correlation_key: alert.correlation_key,
        alert_id: alert.id,
        title: alert.title,
        severity: alert.severity,
        condition: alert.condition,
        episode,
        resolved_at: alert.resolved_at,
        resolves: alert.resolves,
        resource,
    }
}

#[derive(FromRow)]
struct NewestRow {
    ticket: i64,
    source: String,
    alert: String,
    payload: Option<String>,
    body: Option<Vec<u8>>,
}

/// The observation of each ticket that decides: the newest firing one, else the newest; with its payload.
async fn newest(reader: &mut SqliteConnection, tickets: &[i64]) -> Result<HashMap<i64, NewestAlert>, Fault> {
    let rows: Vec<NewestRow> = sqlx::query_as(
        "SELECT m.ticket, a.source, a.alert, a.payload, CASE WHEN a.payload IS NULL THEN b.body END AS body
         FROM (SELECT ticket, alert,
                      row_number() OVER (PARTITION BY ticket
                                         ORDER BY condition, fired_at DESC, observed_at DESC, severity, alert DESC) AS place
               FROM members WHERE ticket IN (SELECT value FROM jsonb_each($1))) m
         JOIN alerts a ON a.seq = m.alert
         LEFT JOIN bodies b ON b.id = a.body
         WHERE m.place = 1",
    )
    .bind(json(tickets)?)
    .fetch_all(reader)
    .await?;
    rows.into_iter()
        .map(|row| {
            let whole = row.body.and_then(|body| String::from_utf8(body).ok());
            let bare: Alert = column::from_json("alert", &row.alert)?;
            let alert = Alert { payload: row.payload.or(whole).unwrap_or_default(), ..bare };
            Ok((row.ticket, NewestAlert { source: column::parsed("source", &row.source)?, alert }))
        })
        .collect()
}

/// The latest entries of each ticket's timeline, oldest first.
pub(super) async fn timelines(
    reader: &mut SqliteConnection,
    tickets: &[i64],
    limit: i64,
) -> Result<HashMap<i64, Vec<Entry>>, Fault> {
    let rows: Vec<(i64, i64, String, String)> = sqlx::query_as(
        "SELECT e.ticket, e.at, e.event, e.text
         FROM jsonb_each($1) q
         JOIN timeline e ON e.seq IN (SELECT last.seq FROM timeline last
                                      WHERE last.ticket = q.value ORDER BY last.seq DESC LIMIT $2)
         ORDER BY e.seq",
    )
    .bind(json(tickets)?)
    .bind(limit)
    .fetch_all(reader)
    .await?;
    let mut timelines: HashMap<i64, Vec<Entry>> = HashMap::new();
    for (ticket, at, event, text) in rows {
        timelines.entry(ticket).or_default().push(Entry { at: Timestamp::from_nanos(at), event, text });
    }
    Ok(timelines)
}
