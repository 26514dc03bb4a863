//! Rows and their versions. Every change of the organisation has the next number: a row's version is its last change's.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rand::Rng;
use serde_json::Value;

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its identity.
    pub id: String,
    /// Its table's logical name.
    pub table: String,
    /// The number of its last change.
    pub version: u64,
    /// The number of the change that made it.
    pub born: u64,
    /// Columns that hold a value.
    pub values: BTreeMap<String, Value>,
    /// Columns that point to a row: table and identity.
    pub lookups: BTreeMap<String, (String, String)>,
}

/// All rows of an organisation.
#[derive(Debug, Clone, Default)]
pub struct Store {
    rows: BTreeMap<String, Row>,
    deleted: Vec<(u64, String, String)>,
    version: u64,
    numbers: BTreeMap<String, u64>,
}

// === impl Row ===

impl Row {
    /// A new row without columns.
    #[must_use]
    pub fn new(table: &str, id: String) -> Self {
        let (values, lookups) = Default::default();
        Self { id, table: table.to_owned(), version: 0, born: 0, values, lookups }
    }

    /// A column's text; empty where it has none.
    #[must_use]
    pub fn text(&self, column: &str) -> &str {
        self.values.get(column).and_then(Value::as_str).unwrap_or_default()
    }

    /// A column's number; none where it has none.
    #[must_use]
    pub fn number(&self, column: &str) -> Option<i64> {
        self.values.get(column).and_then(Value::as_i64)
    }

    /// Sets a column; null takes its value out.
    pub fn set(&mut self, column: &str, value: Value) {
        if value.is_null() {
            self.values.remove(column);
        } else {
            self.values.insert(column.to_owned(), value);
        }
    }

    /// `W/"1204"`.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("W/\"{}\"", self.version)
    }
}

// === impl Store ===

impl Store {
    /// A row of a table.
    #[must_use]
    pub fn row(&self, table: &str, id: &str) -> Option<&Row> {
        self.rows.get(&id.to_ascii_lowercase()).filter(|row| row.table == table)
    }

    /// All rows of a table, oldest first.
    #[must_use]
    pub fn rows(&self, table: &str) -> Vec<&Row> {
        let mut rows: Vec<_> = self.rows.values().filter(|row| row.table == table).collect();
        rows.sort_by_key(|row| row.born);
        rows
    }

    /// Rows of a table whose column has this text.
    #[must_use]
    pub fn with(&self, table: &str, column: &str, text: &str) -> Vec<&Row> {
        let mut rows = self.rows(table);
        rows.retain(|row| !text.is_empty() && row.text(column) == text);
        rows
    }

    /// Writes a row as the next change.
    pub fn put(&mut self, mut row: Row, now: Timestamp) {
        self.version += 1;
        row.version = self.version;
        if row.born == 0 {
            row.born = self.version;
            row.values.insert("createdon".into(), stamp(now).into());
        }
        row.values.insert("modifiedon".into(), stamp(now).into());
        self.rows.insert(row.id.clone(), row);
    }

    /// Takes a row out, and all that points to it as its note.
    pub fn delete(&mut self, table: &str, id: &str) {
        self.version += 1;
        self.rows.remove(id);
        self.deleted.push((self.version, table.to_owned(), id.to_owned()));
        self.rows.retain(|_, row| row.lookups.get("objectid").is_none_or(|(_, object)| object != id));
    }

    /// Rows of a table that were taken out after a change.
    #[must_use]
    pub fn deleted_since(&self, table: &str, version: u64) -> Vec<&str> {
        let deleted = self.deleted.iter().filter(|(at, of, _)| *at > version && of == table);
        deleted.map(|(_, _, id)| id.as_str()).collect()
    }

    /// The number of the last change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The next number of a series.
    pub fn next(&mut self, series: &str) -> u64 {
        let number = self.numbers.entry(series.to_owned()).or_insert(1000);
        *number += 1;
        *number
    }
}

/// As the platform writes times: to the second.
#[must_use]
pub fn stamp(time: Timestamp) -> String {
    let second = Timestamp::from_second(time.as_second()).unwrap_or(time);
    second.to_string()
}

/// A new identity.
#[must_use]
pub fn new_id() -> String {
    let bits: u128 = rand::rng().random();
    let hex = format!("{bits:032x}");
    let parts = [hex.get(..8), hex.get(8..12), hex.get(12..16), hex.get(16..20), hex.get(20..)];
    parts.map(Option::unwrap_or_default).join("-")
}
