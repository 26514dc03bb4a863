//! Alerts of other tickets that fire, found from the latest observations backwards; and changes under way.

use super::SqliteLedger;
use super::column::{self, moment, parsed};
use super::fault::Fault;
use crate::ledger::{ChangeUnderWay, ChangesAt, FiringNearby, LOOKED_THROUGH, LedgerError, Nearby, Shown, Vicinity};
use async_trait::async_trait;
use rusqlite::{Connection, params};

/// An observation counts while it is the winning one of a live member. The joins are in their order: it begins with the
/// latest, and never with all that is live.
pub(super) const FIRING: &str = "
    SELECT a.alert, t.shown
    FROM (SELECT seq, key, condition, fired_at, alert FROM alerts ORDER BY seq DESC LIMIT ?1) a
    CROSS JOIN members m INDEXED BY members_live
    CROSS JOIN tickets t
    WHERE a.condition = 0 AND a.fired_at >= ?2 AND a.fired_at <= ?3
      AND m.key = a.key AND m.live = 1 AND m.alert = a.seq
      AND t.seq = m.ticket AND t.standing <> 'ended' AND t.problem <> ?4
    ORDER BY a.seq DESC, t.seq";

fn firing(reader: &Connection, vicinity: &Vicinity) -> Result<Vec<FiringNearby>, Fault> {
    let Some((problem, _)) = column::key_columns(&vicinity.of) else { return Ok(Vec::new()) };
    let (from, until) = (vicinity.around.before(vicinity.within), vicinity.around.after(vicinity.within));
    let mut statement = reader.prepare_cached(FIRING)?;
    let found = statement.query_and_then(params![LOOKED_THROUGH, from.nanos(), until.nanos(), problem], |row| {
        let shown = column::text(row, "shown")?;
        let shown: Option<Shown> = if shown.is_empty() { None } else { column::from_json(row, "shown")? };
        let ticket_number = shown.map_or_else(String::new, |shown| shown.number);
        Ok(FiringNearby { alert: column::from_json(row, "alert")?, ticket_number })
    })?;
    found.collect()
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

#[async_trait]
impl Nearby for SqliteLedger {
    async fn firing(&self, vicinity: &Vicinity) -> Result<Vec<FiringNearby>, LedgerError> {
        let vicinity = vicinity.clone();
        self.readers.read(move |reader| Ok(firing(reader, &vicinity)?)).await
    }

    async fn changes(&self, asked: &ChangesAt) -> Result<Vec<ChangeUnderWay>, LedgerError> {
        let asked = asked.clone();
        self.readers.read(move |reader| Ok(changes(reader, &asked)?)).await
    }
}
