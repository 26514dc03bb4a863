//! Tickets that are to be shown at their alerts.
//!
//! Shown are the newest alerts of a ticket's members. One of an episode that is over, which no member shows any more, is
//! told of the ticket's end alone.

use super::super::column::{self, count, moment};
use super::super::fault::Fault;
use super::super::records::outbox::seen;
use super::super::timeline::tell;
use super::task;
use crate::domain::{ConnectionName, PlatformTicket, SourceName, TicketState, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{MonitorTask, Report, Reported};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::BTreeSet;

/// Looks at what has happened, and answers what is due.
pub(super) fn due(
    connection: &Connection,
    monitor: &ConnectionName,
    sources: &[SourceName],
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Report>, Fault> {
    let mut tickets = BTreeSet::new();
    task::look(connection, monitor, MonitorTask::Report, |ticket, _, _| {
        tickets.insert(ticket);
        Ok(())
    })?;
    for ticket in tickets {
        compare(connection, monitor, sources, ticket, now)?;
    }
    let mut statement = connection.prepare_cached(DUE)?;
    let mut rows = statement.query(params![monitor.as_str(), now.nanos(), limit])?;
    let mut reports = Vec::new();
    while let Some(row) = rows.next()? {
        match report(row)? {
            Some(report) => reports.push(report),
            // Too old to be kept.
            None => drop(connection.prepare_cached(FORGET)?.execute([row.get::<_, i64>("seq")?])?),
        }
    }
    Ok(reports)
}

pub(in crate::ledger::sqlite) const LIFE: &str = "SELECT life FROM tickets WHERE seq = ?1";

pub(in crate::ledger::sqlite) const AT_MEMBERS: &str = "
    INSERT INTO reports (monitor, ticket, alert_id, alert, number, state, since, due_at)
    SELECT ?1, m.ticket, a.id, a.seq, ?3, ?4, ?5, ?5 FROM members m JOIN alerts a ON a.seq = m.alert
    WHERE m.ticket = ?2 AND a.source = ?6
    ON CONFLICT (ticket, monitor, alert_id) DO UPDATE
    SET alert = excluded.alert, number = excluded.number, state = excluded.state, since = excluded.since,
        due_at = excluded.due_at, failures = 0
    WHERE number <> excluded.number OR state <> excluded.state";

pub(in crate::ledger::sqlite) const AT_FORMER_ONES: &str = "
    UPDATE reports SET number = ?3, state = ?4, since = ?5, due_at = ?5, failures = 0
    WHERE monitor = ?1 AND ticket = ?2 AND (state = 'open' OR state = 'pending')";

/// What is to be shown of a ticket that is not what was shown last.
fn compare(
    connection: &Connection,
    monitor: &ConnectionName,
    sources: &[SourceName],
    ticket: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    let life: Option<Option<String>> =
        connection.prepare_cached(LIFE)?.query_one([ticket], |row| row.get(0)).optional()?;
    let Some(PlatformTicket { number, state, .. }) = seen(life.flatten()) else { return Ok(()) };
    let now = now.nanos();
    for source in sources {
        let words = params![monitor.as_str(), ticket, number, state.as_str(), now, source.as_str()];
        connection.prepare_cached(AT_MEMBERS)?.execute(words)?;
    }
    if !matches!(state, TicketState::Open | TicketState::Pending) {
        let words = params![monitor.as_str(), ticket, number, state.as_str(), now];
        connection.prepare_cached(AT_FORMER_ONES)?.execute(words)?;
    }
    Ok(())
}

pub(in crate::ledger::sqlite) const DUE: &str = "
    SELECT r.seq, r.since, r.failures, t.problem, t.n, t.life, a.alert, a.payload, NULL AS whole
    FROM reports r JOIN tickets t ON t.seq = r.ticket LEFT JOIN alerts a ON a.seq = r.alert
    WHERE r.monitor = ?1 AND r.due_at <= ?2 ORDER BY r.due_at, r.ticket LIMIT ?3";

pub(in crate::ledger::sqlite) const FORGET: &str = "DELETE FROM reports WHERE seq = ?1";

/// None where its alert is gone.
fn report(row: &Row<'_>) -> Result<Option<Report>, Fault> {
    let Some(ticket) = seen(row.get("life")?) else { return Ok(None) };
    if row.get::<_, Option<String>>("alert")?.is_none() {
        return Ok(None);
    }
    let (key, _) = column::keys(row)?;
    Ok(Some(Report {
        id: row.get("seq")?,
        key,
        ticket,
        alert: column::alert(row)?,
        since: moment(row, "since")?,
        failures: count(row, "failures")?,
    }))
}

pub(in crate::ledger::sqlite) const OF: &str = "SELECT monitor, ticket, alert_id FROM reports WHERE seq = ?1";

pub(in crate::ledger::sqlite) const SETTLED: &str = "UPDATE reports SET due_at = NULL, failures = 0 WHERE seq = ?1";

pub(in crate::ledger::sqlite) const LATER: &str = "
    UPDATE reports SET due_at = ?2, failures = failures + 1 WHERE seq = ?1";

/// Puts down what came of it.
pub(super) fn done(connection: &Connection, report: i64, outcome: &Reported, at: Timestamp) -> Result<(), Fault> {
    let found = connection
        .prepare_cached(OF)?
        .query_one([report], |row| Ok((row.get::<_, String>(0)?, TicketSeq(row.get(1)?), row.get::<_, String>(2)?)));
    let Some((monitor, ticket, alert)) = found.optional()? else { return Ok(()) };
    match outcome {
        Reported::Shown => {
            connection.prepare_cached(SETTLED)?.execute([report])?;
            task::went_well(connection, &monitor, MonitorTask::Report, 1, at)
        }
        Reported::Later { at, why } => {
            connection.prepare_cached(LATER)?.execute(params![report, at.nanos()])?;
            task::failed(connection, &monitor, MonitorTask::Report, why)
        }
        Reported::GivenUp { why } => {
            connection.prepare_cached(SETTLED)?.execute([report])?;
            task::gave_up(connection, &monitor, MonitorTask::Report)?;
            let text = format!("`{monitor}` does not show this ticket at the alert {alert}: {why}");
            tell(connection, ticket, at, "not-reported", &text)
        }
    }
}
