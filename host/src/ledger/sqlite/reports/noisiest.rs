//! See [`crate::report::noisiest`].

use super::{connection_of, list, text};
use crate::ledger::sqlite::fault::Fault;
use crate::report::noisiest::{Tally, Ticket};
use crate::report::{Answer, Question};
use rusqlite::{Connection, params};

const TICKETS: &str = "
    SELECT created_at, rule, resources FROM origins
    WHERE created_at >= ?1 AND created_at < ?2 AND (?3 IS NULL OR connection = ?3)";

pub(super) fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    let mut tally = Tally::new(question);
    let mut statement = snapshot.prepare(TICKETS)?;
    let span = question.span;
    let mut rows = statement.query(params![span.since.nanos(), span.until.nanos(), connection_of(question)])?;
    while let Some(row) = rows.next()? {
        tally.add(Ticket { created_at: row.get(0)?, rule: text(row, 1)?, resources: &list(row, 2)? });
    }
    Ok(tally.answer(question))
}
