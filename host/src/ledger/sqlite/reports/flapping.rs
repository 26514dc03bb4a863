//! See [`crate::report::flapping`].

use super::text;
use crate::ledger::sqlite::fault::Fault;
use crate::report::flapping::{Observation, Tally};
use crate::report::{Answer, Question};
use rusqlite::Connection;

const OBSERVATIONS: &str = "
    SELECT correlation_key, rule, condition, fired_at, observed_at FROM observations
    WHERE fired_at >= ?1 AND fired_at < ?2";

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
