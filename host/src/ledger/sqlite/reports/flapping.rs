//! See [`crate::report::flapping`].

use super::text;
use crate::ledger::sqlite::fault::Fault;
use crate::report::flapping::{Observation, Tally};
use crate::report::{Answer, Question};
use rusqlite::Connection;

const OBSERVATIONS: &str = "
    SELECT k.key, o.rule, o.condition, o.fired_at, o.observed_at FROM observations o JOIN keys k ON k.seq = o.key
    WHERE o.fired_at >= ?1 AND o.fired_at < ?2";

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let mut tally = Tally::default();
    let mut statement = snapshot.prepare(OBSERVATIONS)?;
    let mut rows = statement.query([question.span.since.nanos(), question.span.until.nanos()])?;
    while let Some(row) = rows.next()? {
        tally.add(Observation {
            key: text(row, 0)?,
            rule: text(row, 1)?,
            is_resolved: row.get(2)?,
            fired_at: row.get(3)?,
            observed_at: row.get(4)?,
        });
    }
    Ok(tally.answer(question))
}
