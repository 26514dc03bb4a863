//! See [`crate::report::after_changes`].

use super::{connection_of, items::Items, list, month, text, text_if_any};
use crate::ledger::sqlite::fault::Fault;
use crate::report::after_changes::{Change, Incident, Tally};
use crate::report::{Answer, Question};
use rusqlite::{Connection, params};

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let mut tally = Tally::new(question);
    changes(snapshot, question, &mut tally)?;
    tally.sort();
    incidents(snapshot, question, &mut tally)?;
    Ok(tally.answer(question))
}

/// All changes, whenever they were: an incident may name any of them. One without a phase was begun only where someone wrote
/// down when.
fn changes(snapshot: &Connection, question: &Question, tally: &mut Tally) -> Result<(), Fault> {
    let start = "CASE WHEN r.phase IS NULL THEN r.actual_start ELSE coalesce(r.actual_start, r.planned_start) END";
    let mut statement = snapshot.prepare(&format!(
        "SELECT c.*, coalesce({month}, '') FROM (
             SELECT r.seq, r.connection, r.number, r.title, r.change_type,
                    CASE WHEN r.state = 'canceled' THEN 'canceled' ELSE r.phase END, r.service,
                    {start} AS start, coalesce(r.actual_end, r.planned_end)
             FROM records r
             WHERE r.kind = 'change' AND r.deleted = 0 AND (?1 IS NULL OR r.connection = ?1)) c",
        month = month("c.start"),
    ))?;
    let mut items = Items::prepare(snapshot)?;
    let mut rows = statement.query([connection_of(question)])?;
    while let Some(row) = rows.next()? {
        let of = items.of(row.get(0)?)?;
        let phase: Option<String> = row.get(5)?;
        let change = Change {
            connection: text(row, 1)?,
            number: text(row, 2)?,
            title: text(row, 3)?,
            change_type: text(row, 4)?,
            phase: phase.as_deref(),
            service: text(row, 6)?,
            start: row.get(7)?,
            end: row.get(8)?,
            month: text(row, 9)?,
        };
        tally.change(change, of.iter().map(String::as_str));
    }
    Ok(())
}

/// What came after the span's end may follow a change that began in it. A row a configuration item; those of one incident
/// come one after another, since each is looked up as its incident is read.
const INCIDENTS: &str = "
    SELECT r.seq, i.item, r.connection, r.created_at, r.service, r.caused_by, o.resources
    FROM records r LEFT JOIN origins o ON o.ticket = r.origin LEFT JOIN record_items i ON i.record = r.seq
    WHERE r.kind = 'incident' AND r.created_at >= ?1 AND r.deleted = 0 AND r.state <> 'canceled'
      AND (?2 IS NULL OR r.connection = ?2)";

fn incidents(snapshot: &Connection, question: &Question, tally: &mut Tally) -> Result<(), Fault> {
    let mut statement = snapshot.prepare(INCIDENTS)?;
    let mut rows = statement.query(params![question.span.since.nanos(), connection_of(question)])?;
    let mut at_hand = None;
    while let Some(row) = rows.next()? {
        let seq: i64 = row.get(0)?;
        if at_hand.replace(seq) != Some(seq) {
            tally.close();
            let incident = Incident {
                connection: text(row, 2)?,
                created_at: row.get(3)?,
                service: text(row, 4)?,
                caused_by: text(row, 5)?,
            };
            tally.open(incident, list(row, 6)?.iter().map(AsRef::as_ref));
        }
        if let Some(item) = text_if_any(row, 1)? {
            tally.about(item);
        }
    }
    tally.close();
    Ok(())
}
