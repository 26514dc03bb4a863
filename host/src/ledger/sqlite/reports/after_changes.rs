//! See [`crate::report::after_changes`].

use super::{connection_of, list, month, text};
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
             SELECT r.items, r.connection, r.number, r.title, r.change_type,
                    CASE WHEN r.state = 'canceled' THEN 'canceled' ELSE r.phase END, r.service,
                    {start} AS start, coalesce(r.actual_end, r.planned_end)
             FROM records r
             WHERE r.kind = 'change' AND r.deleted = 0 AND (?1 IS NULL OR r.connection = ?1)) c",
        month = month("c.start"),
    ))?;
    let mut rows = statement.query([connection_of(question)])?;
    while let Some(row) = rows.next()? {
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
        tally.change(change, &list(row, 0)?);
    }
    Ok(())
}

/// What came after the span's end may follow a change that began in it; so may what came before, where people say so.
pub(super) fn of_incidents() -> [String; 2] {
    let read = |index, created| {
        format!(
            "SELECT r.connection, r.created_at, r.service, r.caused_by, r.items, o.resources
             FROM records r INDEXED BY {index} LEFT JOIN origins o ON o.ticket = r.origin
             WHERE r.kind = 'incident' AND r.deleted = 0 AND r.state <> 'canceled' AND {created}
               AND (?2 IS NULL OR r.connection = ?2)"
        )
    };
    [
        read("records_for_reports", "r.created_at >= ?1"),
        read("records_with_cause", "r.created_at < ?1 AND r.caused_by <> ''"),
    ]
}

fn incidents(snapshot: &Connection, question: &Question, tally: &mut Tally) -> Result<(), Fault> {
    for statement in of_incidents() {
        let mut statement = snapshot.prepare(&statement)?;
        let mut rows = statement.query(params![question.span.since.nanos(), connection_of(question)])?;
        while let Some(row) = rows.next()? {
            tally.incident(Incident {
                connection: text(row, 0)?,
                created_at: row.get(1)?,
                service: text(row, 2)?,
                caused_by: text(row, 3)?,
                items: &list(row, 4)?,
                resources: &list(row, 5)?,
            });
        }
    }
    Ok(())
}
