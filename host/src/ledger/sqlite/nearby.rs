//! Alerts of other tickets that fire, found from the latest observations backwards.

use super::SqliteLedger;
use super::column;
use super::fault::Fault;
use crate::ledger::{FiringNearby, LOOKED_THROUGH, LedgerError, Nearby, Shown, Vicinity};
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

#[async_trait]
impl Nearby for SqliteLedger {
    async fn firing(&self, vicinity: &Vicinity) -> Result<Vec<FiringNearby>, LedgerError> {
        let vicinity = vicinity.clone();
        self.readers.read(move |reader| Ok(firing(reader, &vicinity)?)).await
    }
}
