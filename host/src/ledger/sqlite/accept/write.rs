//! Writing what a group of submissions changes.

use crate::domain::{Alert, CorrelationKey};
use crate::ledger::rules::{AlertSeq, Changes, Membership, NewTicket};
use crate::ledger::sqlite::column::{self, condition_rank, json, severity_rank};
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::sqlite::timeline;
use crate::ledger::{BodyStatus, Submission, Verdict};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Writes all of it.
pub(super) async fn write(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    bodies(connection, changes).await?;
    alerts(connection, changes).await?;
    tickets(connection, changes).await?;
    members(connection, changes).await?;
    links(connection, changes).await?;
    raises(connection, changes).await?;
    timeline::append(connection, &changes.timeline).await?;
    leave_quarantine(connection, changes).await
}

/// Bodies are bytes, which JSON can't carry: they come as one blob that is cut at the rows' offsets.
async fn bodies(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    if changes.bodies.is_empty() {
        return Ok(());
    }
    let mut bytes = Vec::with_capacity(changes.bodies.iter().map(|new| new.submission.body.len()).sum());
    let mut rows = Vec::with_capacity(changes.bodies.len());
    for new in &changes.bodies {
        let Submission { id, source, received_at, body, content_type, digest, verdict, .. } = new.submission;
        let (status, reason) = match verdict {
            Verdict::Decoded(_) => (BodyStatus::Decoded, ""),
            Verdict::Undecoded { reason } => (BodyStatus::Undecoded, reason.as_str()),
            Verdict::Quarantined { reason, .. } => (BodyStatus::Quarantined, reason.as_str()),
        };
        rows.push(json!({
            "id": id,
            "source": source,
            "received_at": received_at.nanos(),
            "content_type": content_type,
            "digest": hex::encode(digest),
            "from": bytes.len() + 1,
            "length": body.len(),
            "status": column::status_word(status),
            "reason": reason,
            "receipt": json(&new.receipt)?,
        }));
        bytes.extend_from_slice(body);
    }
    sqlx::query(
        "INSERT INTO bodies (id, source, received_at, content_type, digest, body, status, reason, receipt)
         SELECT r.value ->> 'id', r.value ->> 'source', r.value ->> 'received_at', r.value ->> 'content_type',
                unhex(r.value ->> 'digest'), substr(?2, r.value ->> 'from', r.value ->> 'length'),
                r.value ->> 'status', r.value ->> 'reason', r.value ->> 'receipt'
         FROM json_each(?1) r",
    )
    .bind(json(&rows)?)
    .bind(bytes)
    .execute(connection)
    .await?;
    Ok(())
}

/// An alert is kept without its payload, which is most often the body as a whole.
async fn alerts(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    if changes.alerts.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::with_capacity(changes.alerts.len());
    for new in &changes.alerts {
        let is_whole = new.alert.payload.as_bytes() == &new.submission.body[..];
        let bare = Alert { payload: String::new(), ..new.alert.clone() };
        rows.push(json!({
            "seq": new.seq,
            "id": bare.id,
            "source": new.submission.source,
            "condition": condition_rank(bare.condition),
            "severity": severity_rank(bare.severity),
            "observed_at": bare.observed_at.nanos(),
            "key": bare.correlation_key,
            "fired_at": bare.fired_at.nanos(),
            "received_at": new.submission.received_at.nanos(),
            "body": new.submission.id,
            "alert": json(&bare)?,
            "payload": (!is_whole).then_some(&new.alert.payload),
            "unrouted": new.unrouted,
        }));
    }
    sqlx::query(
        "INSERT INTO alerts (seq, id, source, condition, severity, observed_at, correlation_key, fired_at, received_at,
                             body, alert, payload, unrouted)
         SELECT r.value ->> 'seq', r.value ->> 'id', r.value ->> 'source', r.value ->> 'condition',
                r.value ->> 'severity', r.value ->> 'observed_at', r.value ->> 'key', r.value ->> 'fired_at',
                r.value ->> 'received_at', r.value ->> 'body', r.value ->> 'alert', r.value ->> 'payload',
                r.value ->> 'unrouted'
         FROM json_each(?1) r",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await?;
    Ok(())
}

async fn tickets(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    if changes.tickets.is_empty() {
        return Ok(());
    }
    let rows = changes.tickets.iter().map(|new| ticket(new, changes)).collect::<Result<Vec<Value>, Fault>>()?;
    sqlx::query(
        "INSERT INTO tickets (seq, problem, n, connection, kind, route, grouping, resource, storm, created_at, wanted,
                              severity, firing, total, not_before, due_at, ready)
         SELECT r.value ->> 'seq', r.value ->> 'problem', r.value ->> 'n', r.value ->> 'connection',
                r.value ->> 'kind', r.value ->> 'route', r.value ->> 'grouping', r.value ->> 'resource',
                r.value ->> 'storm', r.value ->> 'created_at', r.value ->> 'wanted', r.value ->> 'severity',
                r.value ->> 'firing', r.value ->> 'total', r.value ->> 'not_before', r.value ->> 'due_at',
                r.value ->> 'ready'
         FROM json_each(?1) r",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// A new ticket's row. All its members are new too, so they are counted here and not by the database.
fn ticket(new: &NewTicket<'_>, changes: &Changes<'_>) -> Result<Value, Fault> {
    let first = Membership { ticket: new.seq, key: CorrelationKey::from(""), resource: String::new() };
    let members = || {
        let from_first = changes.members.range(&first..);
        from_first.take_while(|(member, _)| member.ticket == new.seq).map(|(_, winner)| &winner.rank)
    };
    let firing = members().filter(|rank| rank.fires()).count();
    let worst = members().filter(|rank| firing == 0 || rank.fires()).map(|rank| severity_rank(rank.severity.0)).min();
    let raised = changes.raises.get(&new.seq).map_or(0, |raise| raise.by);
    Ok(json!({
        "seq": new.seq,
        "problem": new.problem,
        "n": new.n,
        "connection": new.connection,
        "kind": new.kind.as_str(),
        "route": new.route,
        "grouping": json(new.group)?,
        "resource": new.resource,
        "storm": new.storm,
        "created_at": new.created_at.nanos(),
        "wanted": 1 + raised,
        "severity": worst,
        "firing": firing,
        "total": members().count(),
        "not_before": new.not_before.map(|moment| moment.nanos()),
        "due_at": new.not_before.unwrap_or(new.created_at).nanos(),
        "ready": new.not_before.is_none(),
    }))
}

async fn members(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    if changes.members.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = changes
        .members
        .iter()
        .map(|(member, winner)| {
            json!({
                "ticket": member.ticket,
                "key": member.key,
                "resource": member.resource,
                "alert": winner.alert,
                "fired_at": winner.rank.episode.fired_at.nanos(),
                "observed_at": winner.rank.episode.observed_at.nanos(),
                "condition": condition_rank(winner.rank.episode.condition),
                "severity": severity_rank(winner.rank.severity.0),
            })
        })
        .collect();
    sqlx::query(
        "INSERT INTO members (ticket, correlation_key, resource, alert, fired_at, observed_at, condition, severity, live)
         SELECT r.value ->> 'ticket', r.value ->> 'key', r.value ->> 'resource', r.value ->> 'alert',
                r.value ->> 'fired_at', r.value ->> 'observed_at', r.value ->> 'condition', r.value ->> 'severity', 1
         FROM json_each(?1) r WHERE true
         ON CONFLICT (ticket, correlation_key, resource) DO UPDATE
            SET alert = excluded.alert, fired_at = excluded.fired_at, observed_at = excluded.observed_at,
                condition = excluded.condition, severity = excluded.severity",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await?;
    Ok(())
}

async fn links(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    if !changes.links.is_empty() {
        sqlx::query(
            "INSERT INTO links (alert, ticket) SELECT r.value ->> 0, r.value ->> 1 FROM json_each(?1) r WHERE true
             ON CONFLICT DO NOTHING",
        )
        .bind(json(&changes.links)?)
        .execute(&mut *connection)
        .await?;
    }
    let written_as_routed: BTreeSet<AlertSeq> =
        changes.alerts.iter().filter(|new| !new.unrouted).map(|new| new.seq).collect();
    let routed: Vec<&AlertSeq> = changes.routed.difference(&written_as_routed).collect();
    if !routed.is_empty() {
        sqlx::query("UPDATE alerts SET unrouted = 0 WHERE unrouted = 1 AND seq IN (SELECT value FROM json_each(?1))")
            .bind(json(&routed)?)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Raises tickets that were there before, and counts their members anew. A ticket that someone holds, or that waits for a
/// person, is not made due: its next save, or that person, looks at what is wanted by then.
async fn raises(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    let first_new = changes.tickets.first().map_or(i64::MAX, |ticket| ticket.seq.0);
    let rows: Vec<Value> = changes
        .raises
        .iter()
        .filter(|(ticket, _)| ticket.0 < first_new)
        .map(|(ticket, raise)| json!({"ticket": ticket, "by": raise.by, "at": raise.at.nanos()}))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE tickets
         SET wanted = wanted + r.by, firing = r.firing, total = r.total,
             severity = coalesce(r.worst_firing, r.worst),
             due_at = CASE WHEN NOT r.free THEN due_at WHEN due_at < r.from_then THEN due_at ELSE r.from_then END,
             ready = CASE WHEN r.free AND r.from_then <= r.at THEN 1 ELSE ready END
         FROM (SELECT t.seq AS ticket, q.value ->> 'by' AS by, q.value ->> 'at' AS at,
                      t.standing = 'live' AND t.lease_owner IS NULL AS free,
                      max(coalesce(t.not_before, q.value ->> 'at'), q.value ->> 'at') AS from_then,
                      (SELECT count(*) FROM members m WHERE m.ticket = t.seq AND m.condition = 0) AS firing,
                      (SELECT count(*) FROM members m WHERE m.ticket = t.seq) AS total,
                      (SELECT min(m.severity) FROM members m WHERE m.ticket = t.seq AND m.condition = 0) AS worst_firing,
                      (SELECT min(m.severity) FROM members m WHERE m.ticket = t.seq) AS worst
               FROM json_each(?1) q JOIN tickets t ON t.seq = q.value ->> 'ticket') r
         WHERE tickets.seq = r.ticket",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes away what another body has taken the place of, and the oldest of what is too much.
async fn leave_quarantine(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    if !changes.replaced.is_empty() {
        sqlx::query("DELETE FROM bodies WHERE status <> 'decoded' AND id IN (SELECT value FROM json_each(?1))")
            .bind(json(&changes.replaced)?)
            .execute(&mut *connection)
            .await?;
    }
    if !changes.quarantines.is_empty() {
        sqlx::query(
            "DELETE FROM bodies WHERE seq IN
                (SELECT b.seq
                 FROM json_each(?1) q
                 JOIN (SELECT seq, source, row_number() OVER (PARTITION BY source ORDER BY seq DESC) AS place
                       FROM bodies WHERE status = 'quarantined') b
                   ON b.source = q.key AND b.place > q.value)",
        )
        .bind(json(&changes.quarantines)?)
        .execute(connection)
        .await?;
    }
    Ok(())
}
