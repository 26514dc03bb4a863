//! Alerts that facts are to be found about, and what was found.
//!
//! One alert of a ticket at a time: the one that decides when it is asked. Another one is asked about only after that one
//! is over, so that a ticket that a storm joins is not asked about a thousand times.

use super::super::alarm::Rings;
use super::super::chores::MAKE_DUE;
use super::super::column::{self, json, parsed, text};
use super::super::fault::Fault;
use super::super::timeline::tell;
use super::task;
use crate::domain::{ConnectionName, SourceName, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{Enquiry, Findings, Known, MonitorTask};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::BTreeSet;
use std::time::Duration;

/// What fired longer ago than this is not asked about any more: the gateway was down, or the monitor is new.
const OLD: Duration = Duration::from_secs(3600);

/// Looks at what has fired, and answers what is to be asked.
pub(super) fn due(
    connection: &Connection,
    monitor: &ConnectionName,
    sources: &[SourceName],
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Enquiry>, Fault> {
    let mut tickets = BTreeSet::new();
    task::look(connection, monitor, MonitorTask::Enrich, |ticket, at, event| {
        if event == "fired" && at.after(OLD) > now {
            tickets.insert(ticket);
        }
        Ok(())
    })?;
    for ticket in tickets {
        ask(connection, monitor, sources, TicketSeq(ticket), now)?;
    }
    let mut statement = connection.prepare_cached(DUE)?;
    let mut rows = statement.query(params![monitor.as_str(), now.nanos(), limit])?;
    let mut enquiries = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get("ticket")?;
        if row.get::<_, Option<String>>("alert")?.is_none() {
            // Too old to be kept.
            connection.prepare_cached(FORGET)?.execute([id])?;
            continue;
        }
        let (key, _) = column::keys(row)?;
        enquiries.push(Enquiry { id, key, route: parsed(row, "route")?, alert: column::alert(row)? });
    }
    Ok(enquiries)
}

/// The newest firing: SQLite takes the row that the maximum stands in.
pub(in crate::ledger::sqlite) const NEWEST: &str = "
    SELECT alert, max(fired_at) AS fired_at FROM members WHERE ticket = ?1 AND condition = 0";

pub(in crate::ledger::sqlite) const OF_SOURCE: &str = "SELECT id FROM alerts WHERE seq = ?1 AND source = ?2";

pub(in crate::ledger::sqlite) const FIRES: &str = "
    SELECT 1 FROM facts f JOIN members m ON m.ticket = f.ticket JOIN alerts a ON a.seq = m.alert
    WHERE f.ticket = ?1 AND m.condition = 0 AND a.id = f.asked LIMIT 1";

pub(in crate::ledger::sqlite) const ASK: &str = "
    INSERT INTO facts (ticket, monitor, asked, alert, due_at) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (ticket) DO UPDATE
    SET monitor = excluded.monitor, asked = excluded.asked, alert = excluded.alert, due_at = excluded.due_at
    WHERE asked <> excluded.asked";

fn ask(
    connection: &Connection,
    monitor: &ConnectionName,
    sources: &[SourceName],
    ticket: TicketSeq,
    now: Timestamp,
) -> Result<(), Fault> {
    let newest: Option<i64> = connection.prepare_cached(NEWEST)?.query_one([ticket.0], |row| row.get("alert"))?;
    let Some(alert) = newest else { return Ok(()) };
    for source in sources {
        let id = connection.prepare_cached(OF_SOURCE)?.query_one(params![alert, source.as_str()], |row| row.get(0));
        let Some(id): Option<String> = id.optional()? else { continue };
        if !connection.prepare_cached(FIRES)?.exists([ticket.0])? {
            let question = params![ticket.0, monitor.as_str(), id, alert, now.nanos()];
            connection.prepare_cached(ASK)?.execute(question)?;
        }
    }
    Ok(())
}

pub(in crate::ledger::sqlite) const DUE: &str = "
    SELECT f.ticket, t.problem, t.n, t.route, a.alert, a.payload, CASE WHEN a.payload IS NULL THEN b.body END AS whole
    FROM facts f JOIN tickets t ON t.seq = f.ticket LEFT JOIN alerts a ON a.seq = f.alert
    LEFT JOIN bodies b ON b.id = a.body
    WHERE f.monitor = ?1 AND f.due_at <= ?2 ORDER BY f.due_at LIMIT ?3";

pub(in crate::ledger::sqlite) const FORGET: &str = "UPDATE facts SET due_at = NULL WHERE ticket = ?1";

pub(in crate::ledger::sqlite) const ANSWER: &str = "
    UPDATE facts SET due_at = NULL, about = asked, body = ?3 WHERE ticket = ?1 AND asked = ?2";

pub(in crate::ledger::sqlite) const RELEASE: &str = "
    UPDATE tickets SET not_before = CASE WHEN created_at + ?2 > ?3 THEN created_at + ?2 END
    WHERE seq = ?1 AND life IS NULL AND lease_owner IS NULL";

pub(in crate::ledger::sqlite) const RAISE: &str = "
    UPDATE tickets SET wanted = wanted + 1 WHERE seq = ?1 AND standing <> 'ended'";

/// Keeps what was found. Its ticket wants another revision: one that says so.
pub(super) fn answered(
    connection: &Connection,
    enquiry: &Enquiry,
    findings: &Findings,
    hold: Option<Duration>,
    at: Timestamp,
    rings: &mut Rings,
) -> Result<(), Fault> {
    let answer = params![enquiry.id, enquiry.alert.id.as_str(), json(findings)?];
    if connection.prepare_cached(ANSWER)?.execute(answer)? == 0 {
        return Ok(());
    }
    if let Some(hold) = hold {
        let hold = i64::try_from(hold.as_nanos()).unwrap_or(i64::MAX / 2);
        connection.prepare_cached(RELEASE)?.execute([enquiry.id, hold, at.nanos()])?;
    }
    connection.prepare_cached(RAISE)?.execute([enquiry.id])?;
    rings.now += connection.prepare_cached(MAKE_DUE)?.execute([enquiry.id, at.nanos()])?;
    let (found, missing) = (findings.facts.len(), findings.missing.len());
    let text = format!("{found} from `{}`, {missing} are missing", findings.monitor);
    tell(connection, TicketSeq(enquiry.id), at, "facts", &text)?;
    task::went_well(connection, &findings.monitor, MonitorTask::Enrich, 1, at)
}

const KNOWN: &str = "SELECT about, body FROM facts WHERE ticket = ?1 AND about <> ''";

/// What is known of a ticket's alert.
pub(in crate::ledger::sqlite) fn known(reader: &Connection, ticket: TicketSeq) -> Result<Option<Known>, Fault> {
    let known = |row: &Row<'_>| {
        Ok::<_, Fault>(Known { about: text(row, "about")?.to_owned(), findings: column::from_json(row, "body")? })
    };
    reader.prepare_cached(KNOWN)?.query_one([ticket.0], |row| Ok(known(row))).optional()?.transpose()
}
