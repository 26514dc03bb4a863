//! Alerts that have fired for long, and those that their monitor has forgotten.

use super::super::column;
use super::super::fault::Fault;
use super::super::timeline::tell;
use crate::domain::{ConnectionName, SourceName, Timestamp};
use crate::ledger::Firing;
use crate::ledger::rules::TicketSeq;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::BTreeSet;

const FIRING_SINCE: &str = "
    SELECT m.alert FROM members m JOIN tickets t ON t.seq = m.ticket JOIN alerts a ON a.seq = m.alert
    WHERE m.live = 1 AND m.condition = 0 AND m.fired_at <= ?1 AND a.source = ?2 AND t.standing <> 'ended'
      AND m.alert > coalesce((SELECT event_place FROM monitor_tasks WHERE monitor = ?3 AND task = 'recheck'), 0)";

pub(super) fn firing_since(
    reader: &Connection,
    monitor: &ConnectionName,
    sources: &[SourceName],
    before: Timestamp,
) -> Result<Vec<i64>, Fault> {
    // One alert may stand in several tickets.
    let mut alerts = BTreeSet::new();
    let mut statement = reader.prepare_cached(FIRING_SINCE)?;
    for source in sources {
        let mut rows = statement.query(params![before.nanos(), source.as_str(), monitor.as_str()])?;
        while let Some(row) = rows.next()? {
            alerts.insert(row.get(0)?);
        }
    }
    Ok(alerts.into_iter().collect())
}

const ALERT: &str = "SELECT seq, source, alert, payload, NULL AS whole FROM alerts WHERE seq = ?1";

pub(super) fn firing(reader: &Connection, rows: &[i64]) -> Result<Vec<Firing>, Fault> {
    let mut statement = reader.prepare_cached(ALERT)?;
    let firing = |row: &Row<'_>| {
        let source = column::parsed(row, "source")?;
        Ok::<_, Fault>(Firing { row: row.get("seq")?, source, alert: column::alert(row)? })
    };
    let mut alerts = Vec::with_capacity(rows.len());
    for row in rows {
        let found = statement.query_one([row], |row| Ok(firing(row))).optional()?.transpose()?;
        alerts.extend(found);
    }
    Ok(alerts)
}

pub(in crate::ledger::sqlite) const LIVE_TICKETS: &str = "
    SELECT t.seq FROM links l JOIN tickets t ON t.seq = l.ticket WHERE l.alert = ?1 AND t.standing <> 'ended'";

pub(in crate::ledger::sqlite) const SAID: &str = "
    SELECT 1 FROM timeline WHERE ticket = ?1 AND event = ?2 AND text = ?3 LIMIT 1";

const FORGOTTEN: &str = "forgotten";

/// Says in each ticket, once, that the monitor does not know the alert any more.
pub(super) fn forgotten(
    connection: &Connection,
    monitor: &ConnectionName,
    alerts: &[Firing],
    at: Timestamp,
) -> Result<(), Fault> {
    for Firing { row, alert, .. } in alerts {
        let text = format!("`{monitor}` does not know the condition of the alert {}: it stays as it was", alert.id);
        let mut tickets = connection.prepare_cached(LIVE_TICKETS)?;
        let tickets = tickets.query_map([row], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        for ticket in tickets {
            if !connection.prepare_cached(SAID)?.exists(params![ticket, FORGOTTEN, text])? {
                tell(connection, TicketSeq(ticket), at, FORGOTTEN, &text)?;
            }
        }
    }
    Ok(())
}
