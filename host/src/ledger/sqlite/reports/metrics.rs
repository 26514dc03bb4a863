//! See [`crate::report::metrics`].

use super::{connection_of, list, text};
use crate::ledger::sqlite::fault::Fault;
use crate::report::metrics::{Firing, Tally};
use crate::report::{Answer, Question};
use rusqlite::{Connection, params};

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let mut tally = Tally::new(question);
    firings(snapshot, question, &mut tally)?;
    tally.sort();
    incidents(snapshot, question, &mut tally)?;
    Ok(tally.answer(question))
}

const FIRINGS: &str = "
    SELECT fired_at, rule, resources, metrics FROM observations
    WHERE condition = 0 AND metrics <> '[]' AND fired_at >= ?1 AND fired_at < ?2";

fn firings(snapshot: &Connection, question: &Question, tally: &mut Tally) -> Result<(), Fault> {
    let mut statement = snapshot.prepare(FIRINGS)?;
    let mut rows = statement.query([tally.from(), question.span.until.nanos()])?;
    while let Some(row) = rows.next()? {
        let (resources, metrics) = (list(row, 2)?, list(row, 3)?);
        let rule = text(row, 1)?;
        tally.firing(Firing { fired_at: row.get(0)?, rule, resources: &resources, metrics: &metrics });
    }
    Ok(())
}

pub(super) const INCIDENTS: &str = "
    SELECT r.created_at, r.items, o.resources
    FROM records r LEFT JOIN origins o ON o.ticket = r.origin
    WHERE r.kind = 'incident' AND r.created_at >= ?1 AND r.created_at < ?2 AND r.deleted = 0 AND r.state <> 'canceled'
      AND (?3 IS NULL OR r.connection = ?3)";

fn incidents(snapshot: &Connection, question: &Question, tally: &mut Tally) -> Result<(), Fault> {
    let mut statement = snapshot.prepare(INCIDENTS)?;
    let span = question.span;
    let mut rows = statement.query(params![span.since.nanos(), span.until.nanos(), connection_of(question)])?;
    while let Some(row) = rows.next()? {
        let (items, resources) = (list(row, 1)?, list(row, 2)?);
        tally.incident(row.get(0)?, items.iter().chain(&resources).map(AsRef::as_ref));
    }
    Ok(())
}
