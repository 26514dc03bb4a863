//! Rows in memory, with the indexes that a bench needs.
//!
//! A sys_id is unique in the whole instance; a table's rows are those of the tables that extend it, too. Rows are kept
//! in the order of their sys_id, which is no order that a client could mean: who wants one must ask for it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::Timestamp;

use super::schema::{Name, Schema};

/// A row's identity, 32 hexadecimal digits.
pub type SysId = Arc<str>;

/// Fields that rows are found by without looking at each.
pub const INDEXED: [&str; 6] = ["sys_id", "correlation_id", "number", "element_id", "message_key", "user_name"];

/// One row. A field that is not set is empty.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its identity.
    pub sys_id: SysId,
    /// The table it was made in.
    pub table: Name,
    /// When it was made, finer than `sys_created_on` tells.
    pub born: Timestamp,
    values: BTreeMap<Name, String>,
}

/// All rows.
#[derive(Debug, Default)]
pub struct Store {
    rows: HashMap<SysId, Row>,
    tables: HashMap<Name, BTreeSet<SysId>>,
    index: HashMap<&'static str, HashMap<String, BTreeSet<SysId>>>,
    numbers: HashMap<Name, u64>,
}

// === impl Row ===

impl Row {
    /// An empty row.
    #[must_use]
    pub fn new(sys_id: SysId, table: Name, born: Timestamp) -> Self {
        Self { sys_id, table, born, values: BTreeMap::new() }
    }

    /// A field's value; empty where it is not set.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        if field == "sys_id" { &self.sys_id } else { self.values.get(field).map_or("", String::as_str) }
    }

    /// Sets a field.
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        let value = value.into();
        if value.is_empty() {
            self.values.remove(field);
        } else if let Some(held) = self.values.get_mut(field) {
            *held = value;
        } else {
            self.values.insert(field.into(), value);
        }
    }

    /// A field's value as a number; 0 where it is none.
    #[must_use]
    pub fn number(&self, field: &str) -> i64 {
        self.get(field).parse().unwrap_or(0)
    }

    /// Adds to a field that counts.
    pub fn add(&mut self, field: &str, by: i64) {
        self.set(field, (self.number(field) + by).to_string());
    }

    /// All fields that are set, with the sys_id.
    #[must_use]
    pub fn fields(&self) -> BTreeMap<String, String> {
        let values = self.values.iter().map(|(name, value)| (name.to_string(), value.clone()));
        values.chain([("sys_id".to_owned(), self.sys_id.to_string())]).collect()
    }

    /// Whether all fields of both are the same.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

// === impl Store ===

impl Store {
    /// A row by its identity.
    #[must_use]
    pub fn row(&self, sys_id: &str) -> Option<&Row> {
        self.rows.get(sys_id)
    }

    /// A row of this table or of one that extends it.
    #[must_use]
    pub fn row_of(&self, schema: &Schema, table: &str, sys_id: &str) -> Option<&Row> {
        self.rows.get(sys_id).filter(|row| schema.is_a(&row.table, table))
    }

    /// Puts a row in the place of the one with its sys_id, or adds it.
    pub fn put(&mut self, row: Row) {
        if let Some(old) = self.rows.remove(&row.sys_id) {
            self.unindex(&old);
        }
        for field in INDEXED.into_iter().skip(1) {
            let value = row.get(field);
            if !value.is_empty() {
                let values = self.index.entry(field).or_default();
                values.entry(value.to_owned()).or_default().insert(row.sys_id.clone());
            }
        }
        self.tables.entry(row.table.clone()).or_default().insert(row.sys_id.clone());
        self.rows.insert(row.sys_id.clone(), row);
    }

    /// Takes a row out.
    pub fn remove(&mut self, sys_id: &str) -> Option<Row> {
        let row = self.rows.remove(sys_id)?;
        self.unindex(&row);
        if let Some(ids) = self.tables.get_mut(&row.table) {
            ids.remove(sys_id);
        }
        Some(row)
    }

    /// The rows of a table and of those that extend it.
    pub fn rows<'a>(&'a self, schema: &'a Schema, table: &'a str) -> impl Iterator<Item = &'a Row> {
        let tables = self.tables.iter().filter(move |(name, _)| schema.is_a(name, table));
        tables.flat_map(|(_, ids)| ids).filter_map(|id| self.rows.get(id))
    }

    /// The rows with this value in a field, or none where the field has no index.
    #[must_use]
    pub fn find(&self, field: &str, value: &str) -> Option<Vec<&Row>> {
        if field == "sys_id" {
            return Some(self.rows.get(value).into_iter().collect());
        }
        if value.is_empty() || !INDEXED.contains(&field) {
            return None;
        }
        let ids = self.index.get(field).and_then(|values| values.get(value));
        Some(ids.into_iter().flatten().filter_map(|id| self.rows.get(id)).collect())
    }

    /// The next number of a table: `INC0010001`.
    pub fn next_number(&mut self, table: &Name, prefix: &str, first: u64) -> String {
        let next = self.numbers.entry(table.clone()).or_insert(first);
        let number = format!("{prefix}{next:07}");
        *next += 1;
        number
    }

    fn unindex(&mut self, row: &Row) {
        for field in INDEXED {
            let value = row.get(field);
            let Some(values) = self.index.get_mut(field) else { continue };
            let Some(ids) = values.get_mut(value) else { continue };
            ids.remove(&row.sys_id);
            if ids.is_empty() {
                values.remove(value);
            }
        }
    }
}
