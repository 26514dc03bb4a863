//! See [`crate::report::tickets_without_alerts`].

use super::{connection_of, items::Items, month, text};
use crate::ledger::sqlite::fault::Fault;
use crate::report::tickets_without_alerts::Tally;
use crate::report::{Answer, By, Question};
use rusqlite::{Connection, params};

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let month = month("r.created_at");
    let label = match question.by {
        By::Service => "r.service",
        By::Category => "r.category",
        By::AssignmentGroup => "r.assignment",
        By::Priority => "r.priority",
        By::Month => &month,
        _ => "''",
    };
    let mut statement = snapshot.prepare(&format!(
        "SELECT r.seq, {label}, r.ticket IS NOT NULL FROM records r
         WHERE r.kind = 'incident' AND r.created_at >= ?1 AND r.created_at < ?2 AND r.deleted = 0
           AND r.state <> 'canceled' AND (?3 IS NULL OR r.connection = ?3)"
    ))?;
    let mut items = Items::prepare(snapshot)?;
    let span = question.span;
    let mut rows = statement.query(params![span.since.nanos(), span.until.nanos(), connection_of(question)])?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        let has_alert = row.get(2)?;
        match question.by {
            By::ConfigurationItem => tally.add(has_alert, &items.of(row.get(0)?)?),
            _ => tally.add(has_alert, &[text(row, 1)?]),
        }
    }
    Ok(tally.answer(question))
}
