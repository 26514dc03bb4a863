//! See [`crate::report::time_to_resolve`].

use super::{connection_of, month, text};
use crate::ledger::sqlite::fault::Fault;
use crate::report::time_to_resolve::{Incident, Tally};
use crate::report::{Answer, By, Question};
use rusqlite::{Connection, params};

pub(super) fn statement(by: By) -> String {
    let month = month("r.created_at");
    let (label, origins) = match by {
        By::Category => ("r.category", ""),
        By::AssignmentGroup => ("r.assignment", ""),
        By::Service => ("r.service", ""),
        By::Connection => ("r.connection", ""),
        By::Month => (month.as_str(), ""),
        By::Rule => ("coalesce(o.rule, '')", "LEFT JOIN origins o ON o.ticket = r.origin"),
        _ => ("r.priority", ""),
    };
    format!(
        "SELECT {label}, r.state, r.created_at, coalesce(r.resolved_at, r.closed_at)
         FROM records r {origins}
         WHERE r.kind = 'incident' AND r.created_at >= ?1 AND r.created_at < ?2 AND r.deleted = 0
           AND (?3 IS NULL OR r.connection = ?3)"
    )
}

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let mut statement = snapshot.prepare(&statement(question.by))?;
    let span = question.span;
    let mut rows = statement.query(params![span.since.nanos(), span.until.nanos(), connection_of(question)])?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        let (label, state) = (text(row, 0)?, text(row, 1)?);
        tally.add(Incident { label, state, created_at: row.get(2)?, resolved_at: row.get(3)? });
    }
    Ok(tally.answer(question))
}
