//! Writing what a group of submissions changes, a row at a time, in an order that holds references.

use super::keys::KeyNumbers;
use crate::domain::{CorrelationKey, Timestamp};
use crate::ledger::rules::{AlertSeq, Changes, Membership, NewAlert, NewBody, NewTicket, TicketSeq};
use crate::ledger::sqlite::column::{self, condition_rank, json, severity_rank};
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::sqlite::reports::note;
use crate::ledger::sqlite::timeline::tell;
use crate::ledger::{BodyStatus, Submission, Verdict};
use rusqlite::{Connection, params};
use std::collections::HashSet;

/// Writes all of it.
pub(super) fn write(connection: &Connection, changes: &Changes<'_>, numbers: &mut KeyNumbers) -> Result<(), Fault> {
    for body in &changes.bodies {
        write_body(connection, body)?;
    }
    for alert in &changes.alerts {
        let key = numbers.number(connection, &alert.alert.correlation_key)?;
        write_alert(connection, alert, key)?;
        note::observation(connection, alert, key)?;
    }
    for ticket in &changes.tickets {
        write_ticket(connection, ticket, changes)?;
        note::origin(connection, ticket, changes)?;
    }
    write_members(connection, changes, numbers)?;
    for (alert, ticket) in &changes.links {
        connection.prepare_cached(LINK)?.execute([alert.0, ticket.0])?;
    }
    for (ticket, entry) in &changes.timeline {
        tell(connection, *ticket, entry.at, &entry.event, &entry.text)?;
    }
    raise(connection, changes)?;
    mark_routed(connection, changes)?;
    for body in &changes.replaced {
        connection.prepare_cached(REPLACED)?.execute([&body.0])?;
    }
    for (source, keep) in &changes.quarantines {
        connection.prepare_cached(TRIM)?.execute(params![source.as_str(), keep])?;
    }
    Ok(())
}

pub(in crate::ledger::sqlite) const BODY: &str = "
    INSERT INTO bodies (id, source, received_at, content_type, digest, body, status, reason, receipt)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

fn write_body(connection: &Connection, new: &NewBody<'_>) -> Result<(), Fault> {
    let Submission { id, source, received_at, body, content_type, digest, verdict, .. } = new.submission;
    let (status, reason) = match verdict {
        Verdict::Decoded(_) => (BodyStatus::Decoded, ""),
        Verdict::Undecoded { reason } => (BodyStatus::Undecoded, reason.as_str()),
        Verdict::Quarantined { reason, .. } => (BodyStatus::Quarantined, reason.as_str()),
    };
    connection.prepare_cached(BODY)?.execute(params![
        id.0,
        source.as_str(),
        received_at.nanos(),
        content_type,
        digest,
        &body[..],
        column::status_word(status),
        reason,
        json(&new.receipt)?,
    ])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const ALERT: &str = "
    INSERT INTO alerts (seq, id, source, condition, severity, observed_at, key, fired_at, received_at, body, alert, payload,
                        unrouted)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";

fn write_alert(connection: &Connection, new: &NewAlert<'_>, key: i64) -> Result<(), Fault> {
    let NewAlert { seq, submission, alert, payload, unrouted } = new;
    connection.prepare_cached(ALERT)?.execute(params![
        seq.0,
        alert.id.as_str(),
        submission.source.as_str(),
        condition_rank(alert.condition),
        severity_rank(alert.severity),
        alert.observed_at.nanos(),
        key,
        alert.fired_at.nanos(),
        submission.received_at.nanos(),
        submission.id.0,
        json(alert)?,
        payload,
        unrouted,
    ])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const TICKET: &str = "
    INSERT INTO tickets (seq, problem, n, connection, kind, route, grouping, resource, storm, created_at, wanted, severity,
                         firing, total, not_before, due_at, ready)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";

/// All members of a new ticket are new too, so they are counted here and not by the database.
fn write_ticket(connection: &Connection, new: &NewTicket<'_>, changes: &Changes<'_>) -> Result<(), Fault> {
    let first = Membership { ticket: new.seq, key: CorrelationKey::from(""), resource: String::new() };
    let members = || {
        let from_first = changes.members.range(&first..);
        from_first.take_while(|(member, _)| member.ticket == new.seq).map(|(_, winner)| &winner.rank)
    };
    let firing: i64 = members().map(|rank| i64::from(rank.fires())).sum();
    let deciding = members().filter(|rank| firing == 0 || rank.fires());
    connection.prepare_cached(TICKET)?.execute(params![
        new.seq.0,
        new.problem.as_str(),
        new.n,
        new.connection.as_str(),
        new.kind.as_str(),
        new.route.as_str(),
        json(new.group)?,
        new.resource,
        new.storm,
        new.created_at.nanos(),
        1 + changes.raises.get(&new.seq).map_or(0, |raise| raise.by),
        deciding.map(|rank| severity_rank(rank.severity.0)).min(),
        firing,
        members().map(|_| 1).sum::<i64>(),
        new.not_before.map(Timestamp::nanos),
        new.due_at().nanos(),
        new.not_before.is_none(),
    ])?;
    Ok(())
}

/// A member is new, or has another winner now.
pub(in crate::ledger::sqlite) const MEMBER: &str = "
    INSERT INTO members (ticket, key, resource, alert, fired_at, observed_at, condition, severity, live)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1)
    ON CONFLICT (ticket, key, resource) DO UPDATE
       SET alert = excluded.alert, fired_at = excluded.fired_at, observed_at = excluded.observed_at,
           condition = excluded.condition, severity = excluded.severity";

fn write_members(connection: &Connection, changes: &Changes<'_>, numbers: &mut KeyNumbers) -> Result<(), Fault> {
    for (member, winner) in &changes.members {
        let episode = &winner.rank.episode;
        connection.prepare_cached(MEMBER)?.execute(params![
            member.ticket.0,
            numbers.number(connection, &member.key)?,
            member.resource,
            winner.alert.0,
            episode.fired_at.nanos(),
            episode.observed_at.nanos(),
            condition_rank(episode.condition),
            severity_rank(winner.rank.severity.0),
        ])?;
    }
    Ok(())
}

/// An alert and a ticket that it stands in.
pub(in crate::ledger::sqlite) const LINK: &str =
    "INSERT INTO links (alert, ticket) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

/// Raises a ticket that was there before; its members are counted anew. One that someone holds, or that waits for a person,
/// is not made due: its next save, or that person, looks at what is wanted by then.
pub(in crate::ledger::sqlite) const RAISE: &str = "
    UPDATE tickets
    SET wanted = wanted + ?2, firing = r.firing, total = r.total, severity = coalesce(r.worst_firing, r.worst),
        due_at = CASE WHEN NOT r.free THEN due_at WHEN due_at < r.from_then THEN due_at ELSE r.from_then END,
        ready = CASE WHEN r.free AND r.from_then <= ?3 THEN 1 ELSE ready END
    FROM (SELECT t.standing = 'live' AND t.lease_owner IS NULL AS free,
                 max(coalesce(t.not_before, ?3), ?3) AS from_then,
                 counted.firing, counted.total, counted.worst_firing, counted.worst
          FROM tickets t,
               (SELECT count(*) AS total, count(*) FILTER (WHERE condition = 0) AS firing,
                       min(severity) AS worst, min(severity) FILTER (WHERE condition = 0) AS worst_firing
                FROM members WHERE ticket = ?1) counted
          WHERE t.seq = ?1) r
    WHERE seq = ?1";

fn raise(connection: &Connection, changes: &Changes<'_>) -> Result<(), Fault> {
    let new: HashSet<TicketSeq> = changes.tickets.iter().map(|ticket| ticket.seq).collect();
    for (ticket, raise) in changes.raises.iter().filter(|(ticket, _)| !new.contains(ticket)) {
        connection.prepare_cached(RAISE)?.execute(params![ticket.0, raise.by, raise.at.nanos()])?;
    }
    Ok(())
}

/// An alert stands in a ticket now, and did not before.
pub(in crate::ledger::sqlite) const ROUTED: &str = "UPDATE alerts SET unrouted = 0 WHERE unrouted = 1 AND seq = ?1";

fn mark_routed(connection: &Connection, changes: &Changes<'_>) -> Result<(), Fault> {
    let routed_as_written: HashSet<AlertSeq> =
        changes.alerts.iter().filter(|new| !new.unrouted).map(|new| new.seq).collect();
    for alert in changes.routed.iter().filter(|alert| !routed_as_written.contains(alert)) {
        connection.prepare_cached(ROUTED)?.execute([alert.0])?;
    }
    Ok(())
}

/// A body that another has taken the place of.
pub(in crate::ledger::sqlite) const REPLACED: &str = "DELETE FROM bodies WHERE id = ?1 AND status <> 'decoded'";

/// Of what a source's quarantine keeps, the oldest leave. (That a quarantined body is not a decoded one is said so that the
/// index of such bodies is used.)
pub(in crate::ledger::sqlite) const TRIM: &str = "
    DELETE FROM bodies
    WHERE seq IN (SELECT seq FROM bodies
                  WHERE status = 'quarantined' AND source = ?1 AND status <> 'decoded'
                  ORDER BY seq DESC LIMIT -1 OFFSET ?2)";
