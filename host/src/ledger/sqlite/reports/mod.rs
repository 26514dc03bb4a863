//! Reports on SQLite: each is one or two passes over narrow rows into its tally. Of incidents it reads an index that holds
//! all that reports ask of them, and never their rows; a test keeps it so.
//!
//! A report reads for a second or two. So that the gateway's own questions never wait for it, it has a connection of its
//! own, and there is one at a time.

mod after_changes;
mod alerts_without_tickets;
mod flapping;
mod metrics;
mod noisiest;
pub(super) mod note;
mod tickets_without_alerts;
mod time_to_resolve;

use super::SqliteLedger;
use super::fault::Fault;
use super::file::LedgerFile;
use crate::domain::ConnectionName;
use crate::ledger::{LedgerError, Reports};
use crate::report::{Answer, Question, Report};
use async_trait::async_trait;
use rusqlite::{Connection, Row};
use serde::Deserialize;
use std::borrow::Cow;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Where reports are read.
#[derive(Debug)]
pub(super) struct ReadingRoom {
    file: LedgerFile,
    seat: Arc<Semaphore>,
}

// === impl ReadingRoom ===

impl ReadingRoom {
    pub(super) fn new(file: LedgerFile) -> Self {
        Self { file, seat: Arc::new(Semaphore::new(1)) }
    }
}

#[async_trait]
impl Reports for SqliteLedger {
    async fn answer(&self, question: Question) -> Result<Answer, LedgerError> {
        let seat = Arc::clone(&self.reading_room.seat).acquire_owned().await.map_err(|_| Fault::Stopped)?;
        let file = self.reading_room.file.clone();
        let reading = spawn_blocking(move || {
            let mut connection = file.connect_reader()?;
            let snapshot = connection.transaction().map_err(Fault::from)?;
            let answer = answer(&snapshot, &question)?;
            drop(seat);
            Ok(answer)
        });
        reading.await.map_err(|_| Fault::Stopped)?
    }
}

fn answer(snapshot: &Connection, question: &Question) -> Result<Answer, Fault> {
    match question.report {
        Report::IncidentsAfterChanges => after_changes::answer(snapshot, question),
        Report::Noisiest => noisiest::answer(snapshot, question),
        Report::MetricsBeforeIncidents => metrics::answer(snapshot, question),
        Report::FlappingRules => flapping::answer(snapshot, question),
        Report::AlertsWithoutTickets => alerts_without_tickets::answer(snapshot, question),
        Report::TicketsWithoutAlerts => tickets_without_alerts::answer(snapshot, question),
        Report::TimeToResolve => time_to_resolve::answer(snapshot, question),
    }
}

/// The connection that a question is narrowed to, as an argument of a statement.
fn connection_of(question: &Question) -> Option<&str> {
    question.connection.as_ref().map(ConnectionName::as_str)
}

/// A month of a column in nanoseconds since 1970, in UTC, as SQL: `2026-01`.
fn month(column: &str) -> String {
    format!("strftime('%Y-%m', {column} / 1000000000, 'unixepoch')")
}

/// A list of texts that stands as JSON in a row.
fn list<'r>(row: &'r Row<'_>, column: usize) -> Result<Vec<Cow<'r, str>>, Fault> {
    /// One text, borrowed where nothing in it is escaped.
    #[derive(Deserialize)]
    struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

    let Some(text) = text_if_any(row, column)? else { return Ok(Vec::new()) };
    let texts: Vec<Text<'_>> =
        serde_json::from_str(text).map_err(|error| Fault::Unreadable(format!("a list of texts: {error}")))?;
    Ok(texts.into_iter().map(|Text(text)| text).collect())
}

/// A text of a row, where it stands: rows are many.
fn text<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, Fault> {
    row.get_ref(column)?.as_str().map_err(|error| Fault::Unreadable(format!("column {column}: {error}")))
}

/// A text that may be absent.
fn text_if_any<'r>(row: &'r Row<'_>, column: usize) -> Result<Option<&'r str>, Fault> {
    row.get_ref(column)?.as_str_or_null().map_err(|error| Fault::Unreadable(format!("column {column}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::sqlite::file::MIGRATIONS;

    #[test]
    fn incidents_are_read_from_an_index_and_not_from_their_rows() {
        let connection = Connection::open_in_memory().unwrap();
        MIGRATIONS.iter().for_each(|migration| connection.execute_batch(migration).unwrap());
        let [followers, named] = after_changes::of_incidents();
        let mut statements = vec![followers, metrics::INCIDENTS.to_owned()];
        statements.extend(Report::TicketsWithoutAlerts.by().iter().map(|by| tickets_without_alerts::statement(*by)));
        statements.extend(Report::TimeToResolve.by().iter().map(|by| time_to_resolve::statement(*by)));
        for statement in statements {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
            let none = vec![None::<i64>; plan.parameter_count()];
            let steps = plan.query_map(rusqlite::params_from_iter(none), |step| step.get::<_, String>("detail"));
            let steps: Vec<_> = steps.unwrap().map(Result::unwrap).collect();
            assert!(
                steps[0].starts_with("SEARCH r USING COVERING INDEX records_for_reports"),
                "{steps:?} of {statement}"
            );
        }
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {named}")).unwrap();
        let step: String = plan.query_row([None::<i64>; 2], |step| step.get("detail")).unwrap();
        assert!(step.starts_with("SEARCH r USING INDEX records_with_cause"), "{step}");
    }
}
