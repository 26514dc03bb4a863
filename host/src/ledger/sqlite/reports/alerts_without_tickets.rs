//! See [`crate::report::alerts_without_tickets`].

use super::{list, text};
use crate::ledger::sqlite::fault::Fault;
use crate::report::alerts_without_tickets::{Firing, Tally};
use crate::report::{Answer, Question};
use rusqlite::Connection;

const FIRINGS: &str = "
    SELECT o.fired_at, k.key, o.rule, o.resources,
           EXISTS (SELECT 1 FROM links l WHERE l.alert = o.alert)
    FROM observations o JOIN keys k ON k.seq = o.key
    WHERE o.condition = 0 AND o.fired_at >= ?1 AND o.fired_at < ?2";

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let mut tally = Tally::new(question);
    let mut statement = snapshot.prepare(FIRINGS)?;
    let mut rows = statement.query([question.span.since.nanos(), question.span.until.nanos()])?;
    while let Some(row) = rows.next()? {
        tally.add(Firing {
            fired_at: row.get(0)?,
            key: text(row, 1)?,
            rule: text(row, 2)?,
            resources: &list(row, 3)?,
            has_ticket: row.get(4)?,
        });
    }
    Ok(tally.answer(question))
}
