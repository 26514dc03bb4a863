//! See [`crate::report::tickets_without_alerts`].

use super::{connection_of, list, month, text};
use crate::ledger::sqlite::fault::Fault;
use crate::report::tickets_without_alerts::Tally;
use crate::report::{Answer, By, Question};
use rusqlite::{Connection, params};

pub(super) fn statement(by: By) -> String {
    let month = month("r.created_at");
    let label = match by {
        By::Service => "r.service",
        By::Category => "r.category",
        By::AssignmentGroup => "r.assignment",
        By::Priority => "r.priority",
        By::Month => &month,
        _ => "r.items",
    };
    format!(
        "SELECT {label}, r.ticket IS NOT NULL FROM records r
         WHERE r.kind = 'incident' AND r.created_at >= ?1 AND r.created_at < ?2 AND r.deleted = 0
           AND r.state <> 'canceled' AND (?3 IS NULL OR r.connection = ?3)"
    )
}

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let mut statement = snapshot.prepare(&statement(question.by))?;
    let span = question.span;
    let mut rows = statement.query(params![span.since.nanos(), span.until.nanos(), connection_of(question)])?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        let has_alert = row.get(1)?;
        match question.by {
            By::ConfigurationItem => tally.add(has_alert, &list(row, 0)?),
            _ => tally.add(has_alert, &[text(row, 0)?]),
        }
    }
    Ok(tally.answer(question))
}
