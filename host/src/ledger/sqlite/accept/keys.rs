//! The numbers of correlation keys: rows name a key by its number.

use crate::domain::CorrelationKey;
use crate::ledger::sqlite::fault::Fault;
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;

/// The numbers of a group's keys, each looked up once.
#[derive(Debug, Default)]
pub(in crate::ledger::sqlite) struct KeyNumbers(HashMap<CorrelationKey, i64>);

/// A key's number: one that has none has no observation and no member either.
pub(in crate::ledger::sqlite) const NUMBER: &str = "SELECT seq FROM keys WHERE key = ?1";

pub(in crate::ledger::sqlite) const KEY: &str = "INSERT INTO keys (key) VALUES (?1)";

// === impl KeyNumbers ===

impl KeyNumbers {
    /// Looks up a key's number; none where it never came before.
    pub(super) fn look_up(&mut self, connection: &Connection, key: &CorrelationKey) -> Result<Option<i64>, Fault> {
        let number = connection.prepare_cached(NUMBER)?.query_one([key.as_str()], |row| row.get(0)).optional()?;
        self.0.extend(number.map(|number| (key.clone(), number)));
        Ok(number)
    }

    /// The number of a key that was looked up; it is given one where it has none.
    pub(super) fn number(&mut self, connection: &Connection, key: &CorrelationKey) -> Result<i64, Fault> {
        if let Some(number) = self.0.get(key) {
            return Ok(*number);
        }
        connection.prepare_cached(KEY)?.execute([key.as_str()])?;
        let number = connection.last_insert_rowid();
        self.0.insert(key.clone(), number);
        Ok(number)
    }
}
