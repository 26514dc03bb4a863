//! See [`crate::report::metrics`].

use super::{connection_of, list, text, text_if_any};
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

/// A row a configuration item; those of one incident come one after another.
const INCIDENTS: &str = "
    SELECT r.seq, i.item, r.created_at, o.resources
    FROM records r LEFT JOIN origins o ON o.ticket = r.origin LEFT JOIN record_items i ON i.record = r.seq
    WHERE r.kind = 'incident' AND r.created_at >= ?1 AND r.created_at < ?2 AND r.deleted = 0 AND r.state <> 'canceled'
      AND (?3 IS NULL OR r.connection = ?3)";

fn incidents(snapshot: &Connection, question: &Question, tally: &mut Tally) -> Result<(), Fault> {
    let mut statement = snapshot.prepare(INCIDENTS)?;
    let span = question.span;
    let mut rows = statement.query(params![span.since.nanos(), span.until.nanos(), connection_of(question)])?;
    let mut at_hand = None;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if at_hand.replace(seq) != Some(seq) {
            tally.close();
            tally.open(row.get(2)?);
            list(row, 3)?.iter().for_each(|resource| tally.about(resource));
        }
        if let Some(item) = text_if_any(row, 1)? {
            tally.about(item);
        }
    }
    tally.close();
    Ok(())
}
