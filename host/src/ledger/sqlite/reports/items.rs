//! What a record is about, looked up for one record after another.

use crate::ledger::sqlite::fault::Fault;
use rusqlite::{Connection, Statement};

/// The configuration items of records.
pub(super) struct Items<'c>(Statement<'c>);

// === impl Items ===

impl<'c> Items<'c> {
    pub(super) fn prepare(snapshot: &'c Connection) -> Result<Self, Fault> {
        Ok(Self(snapshot.prepare("SELECT item FROM record_items WHERE record = ?1")?))
    }

    /// Those of a record.
    pub(super) fn of(&mut self, record: i64) -> Result<Vec<String>, Fault> {
        Ok(self.0.query_map([record], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}
