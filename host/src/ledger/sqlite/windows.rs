//! Maintenance windows that people open and close.

use super::SqliteLedger;
use super::column::{self, moment};
use super::fault::Fault;
use crate::domain::Timestamp;
use crate::ledger::{LedgerError, NewWindow, WindowRow, Windows};
use async_trait::async_trait;
use rusqlite::{Connection, params};
use std::time::Duration;

/// How long a window is kept that is over.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

pub(super) const FORGET: &str = "DELETE FROM windows WHERE until_at < ?1";

pub(super) const OPEN: &str = "
    INSERT INTO windows (name, condition, from_at, until_at) VALUES (?1, ?2, ?3, ?4) RETURNING seq";

pub(super) const END: &str = "UPDATE windows SET until_at = ?2 WHERE seq = ?1 AND until_at > ?2";

pub(super) const LIST: &str = "
    SELECT seq, name, condition, from_at, until_at FROM windows WHERE until_at > ?1 ORDER BY until_at, seq";

fn open(connection: &Connection, window: &NewWindow, now: Timestamp) -> Result<i64, Fault> {
    connection.prepare_cached(FORGET)?.execute([now.before(KEPT).nanos()])?;
    let NewWindow { name, when, from, until } = window;
    let mut statement = connection.prepare_cached(OPEN)?;
    Ok(statement.query_one(params![name, when, from.nanos(), until.nanos()], |row| row.get(0))?)
}

fn end(connection: &Connection, id: i64, now: Timestamp) -> Result<Result<(), LedgerError>, Fault> {
    let ended = connection.prepare_cached(END)?.execute([id, now.nanos()])?;
    Ok(if ended > 0 { Ok(()) } else { Err(LedgerError::NotFound(format!("a window {id} that is not over"))) })
}

fn list(reader: &Connection, now: Timestamp) -> Result<Vec<WindowRow>, Fault> {
    let mut statement = reader.prepare_cached(LIST)?;
    let windows = statement.query_and_then([now.nanos()], |row| {
        Ok(WindowRow {
            id: row.get("seq")?,
            name: column::text(row, "name")?.to_owned(),
            when: column::text(row, "condition")?.to_owned(),
            from: moment(row, "from_at")?,
            until: moment(row, "until_at")?,
        })
    })?;
    windows.collect()
}

#[async_trait]
impl Windows for SqliteLedger {
    async fn open_window(&self, window: NewWindow, now: Timestamp) -> Result<i64, LedgerError> {
        self.writer.errand(move |connection, _| open(connection, &window, now).map(Ok)).await
    }

    async fn end_window(&self, id: i64, now: Timestamp) -> Result<(), LedgerError> {
        self.writer.errand(move |connection, _| end(connection, id, now)).await
    }

    async fn windows(&self, now: Timestamp) -> Result<Vec<WindowRow>, LedgerError> {
        self.readers.read(move |reader| Ok(list(reader, now)?)).await
    }
}
