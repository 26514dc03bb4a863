//! The latest observations and which of them still fire, and changes under way.

use super::SqliteLedger;
use super::column::{self, moment, parsed};
use super::fault::Fault;
use crate::domain::{Alert, TicketKey, Timestamp};
use crate::ledger::{
    ChangeUnderWay, ChangesAt, FiringNearby, LONGEST_SEEN, LOOKED_THROUGH, LedgerError, Nearby, Place, Shown,
    Sightings, UnderWay,
};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::HashSet;

pub(super) const LAST: &str = "SELECT coalesce(max(seq), 0) FROM alerts";

pub(super) const FIRED: &str =
    "SELECT seq, alert FROM alerts WHERE seq > ?1 AND condition = 0 AND octet_length(alert) <= ?2 ORDER BY seq";

fn sightings(reader: &mut Connection, after: Place) -> Result<Sightings, Fault> {
    let snapshot = reader.transaction()?;
    let last: i64 = snapshot.prepare_cached(LAST)?.query_one((), |row| row.get(0))?;
    let after = after.0.max(last.saturating_sub(LOOKED_THROUGH));
    let mut statement = snapshot.prepare_cached(FIRED)?;
    let fired = statement.query_and_then(params![after, LONGEST_SEEN], |row| {
        Ok::<_, Fault>((Place(row.get("seq")?), column::from_json(row, "alert")?))
    })?;
    Ok(Sightings { fired: fired.collect::<Result<_, _>>()?, last: Place(last) })
}

/// An observation counts while it is the winning one of a live member.
pub(super) const FIRING: &str = "
    SELECT a.alert, t.shown
    FROM alerts a CROSS JOIN members m INDEXED BY members_live CROSS JOIN tickets t
    WHERE a.seq = ?1 AND m.key = a.key AND m.live = 1 AND m.alert = a.seq
      AND t.seq = m.ticket AND t.standing <> 'ended' AND t.problem <> ?2
    ORDER BY t.seq LIMIT 1";

fn firing(
    reader: &Connection,
    problem: &str,
    these: &[Place],
    most: usize,
) -> Result<Vec<(Place, FiringNearby)>, Fault> {
    let mut statement = reader.prepare_cached(FIRING)?;
    let mut keys = HashSet::new();
    let mut found = Vec::new();
    for place in these {
        if found.len() == most {
            break;
        }
        let still = |row: &Row<'_>| {
            let shown = column::text(row, "shown")?;
            let shown: Option<Shown> = if shown.is_empty() { None } else { column::from_json(row, "shown")? };
            let ticket_number = shown.map_or_else(String::new, |shown| shown.number);
            Ok::<_, Fault>(FiringNearby { alert: column::from_json(row, "alert")?, ticket_number })
        };
        let Some(still) = statement.query_one(params![place.0, problem], |row| Ok(still(row))).optional()? else {
            continue;
        };
        let still = still?;
        if keys.insert(still.alert.correlation_key.clone()) {
            found.push((*place, still));
        }
    }
    Ok(found)
}

pub(super) const CHANGES: &str = "
    SELECT r.connection, r.number, coalesce(json_extract(b.body, '$.url'), '') AS url,
           coalesce(r.actual_end, r.planned_end) AS until
    FROM records r INDEXED BY changes_at_hand LEFT JOIN record_bodies b ON b.record = r.seq
    WHERE r.kind = 'change' AND r.deleted = 0 AND (r.phase = 'approved' OR r.phase = 'implementing')
      AND coalesce(r.actual_end, r.planned_end) > ?1 AND coalesce(r.actual_start, r.planned_start) <= ?1
      AND EXISTS (SELECT 1 FROM json_each(r.items) i
                  WHERE lower(i.value) IN (SELECT lower(value) FROM json_each(?2)))
    ORDER BY until";

fn changes(reader: &Connection, asked: &ChangesAt) -> Result<Vec<ChangeUnderWay>, Fault> {
    let mut statement = reader.prepare_cached(CHANGES)?;
    let found = statement.query_and_then(params![asked.now.nanos(), column::json(&asked.items)?], |row| {
        Ok(ChangeUnderWay {
            connection: parsed(row, "connection")?,
            number: column::text(row, "number")?.to_owned(),
            url: column::text(row, "url")?.to_owned(),
            until: moment(row, "until")?,
        })
    })?;
    let found: Vec<ChangeUnderWay> = found.collect::<Result<_, Fault>>()?;
    Ok(found.into_iter().filter(|change| asked.connections.contains(&change.connection)).collect())
}

const UNDER_WAY: &str = "
    SELECT seq, coalesce(actual_end, planned_end) AS until FROM records INDEXED BY changes_at_hand
    WHERE kind = 'change' AND deleted = 0 AND (phase = 'approved' OR phase = 'implementing')
      AND coalesce(actual_end, planned_end) > ?1 AND coalesce(actual_start, planned_start) <= ?1";

fn changes_under_way(reader: &Connection, now: Timestamp) -> Result<Vec<UnderWay>, Fault> {
    let mut statement = reader.prepare_cached(UNDER_WAY)?;
    let found = statement.query_and_then([now.nanos()], |row| Ok((row.get("seq")?, moment(row, "until")?)))?;
    found.collect()
}

/// Of each ticket the observation that decides, as a worker is shown it.
const OPEN: &str = "
    SELECT t.problem, t.n,
           (SELECT a.alert FROM members m JOIN alerts a ON a.seq = m.alert WHERE m.ticket = t.seq
            ORDER BY m.condition, m.fired_at DESC, m.observed_at DESC, m.severity, m.alert DESC LIMIT 1) AS alert
    FROM tickets t INDEXED BY tickets_shown
    WHERE t.standing = 'live' AND t.shown <> '' AND t.firing > 0
      AND json_extract(t.shown, '$.state') IN ('open', 'pending')";

fn open_tickets(reader: &Connection) -> Result<Vec<(TicketKey, Alert)>, Fault> {
    let mut statement = reader.prepare_cached(OPEN)?;
    let found = statement.query_and_then([], |row| Ok((column::keys(row)?.0, column::from_json(row, "alert")?)))?;
    found.collect()
}

#[async_trait]
impl Nearby for SqliteLedger {
    async fn sightings(&self, after: Place) -> Result<Sightings, LedgerError> {
        self.readers.read(move |reader| Ok(sightings(reader, after)?)).await
    }

    async fn firing(
        &self,
        of: &TicketKey,
        these: Vec<Place>,
        most: usize,
    ) -> Result<Vec<(Place, FiringNearby)>, LedgerError> {
        let problem = column::key_columns(of).map(|(problem, _)| problem.to_owned());
        let Some(problem) = problem else { return Ok(Vec::new()) };
        self.readers.read(move |reader| Ok(firing(reader, &problem, &these, most)?)).await
    }

    async fn changes(&self, asked: &ChangesAt) -> Result<Vec<ChangeUnderWay>, LedgerError> {
        let asked = asked.clone();
        self.readers.read(move |reader| Ok(changes(reader, &asked)?)).await
    }

    async fn changes_under_way(&self, now: Timestamp) -> Result<Vec<UnderWay>, LedgerError> {
        self.readers.read(move |reader| Ok(changes_under_way(reader, now)?)).await
    }

    async fn open_tickets(&self) -> Result<Vec<(TicketKey, Alert)>, LedgerError> {
        self.readers.read(|reader| Ok(open_tickets(reader)?)).await
    }
}
