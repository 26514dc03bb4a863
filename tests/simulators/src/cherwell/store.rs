//! Records in memory.
//!
//! A record's id is made of random digits, as the product's are not: nobody may take their order for an order in time.
//! Times are kept to the microsecond and shown to the minute.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rand::Rng;

/// One record. A field that is not set is empty; a time is RFC 3339 here.
#[derive(Debug, Clone)]
pub struct Record {
    /// The object that it is one of.
    pub object: &'static str,
    /// Its identity.
    pub rec_id: String,
    /// What people number it by.
    pub public_id: String,
    /// When it was made.
    pub born: Timestamp,
    values: BTreeMap<String, String>,
}

/// All records, in the order of their making.
#[derive(Debug, Default)]
pub struct Store {
    records: Vec<Record>,
    numbers: BTreeMap<&'static str, u64>,
    stamp: u64,
}

// === impl Record ===

impl Record {
    /// A field's value; empty where it is not set.
    #[must_use]
    pub fn get(&self, field: &str) -> &str {
        match field {
            "RecID" => &self.rec_id,
            _ => self.values.get(field).map_or("", String::as_str),
        }
    }

    /// Sets a field.
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        let value = value.into();
        if value.is_empty() {
            self.values.remove(field);
        } else {
            self.values.insert(field.to_owned(), value);
        }
    }

    /// All fields that are set, and the record's identity.
    #[must_use]
    pub fn fields(&self) -> BTreeMap<String, String> {
        self.values.clone().into_iter().chain([("RecID".to_owned(), self.rec_id.clone())]).collect()
    }
}

// === impl Store ===

impl Store {
    /// An empty record with an identity, not yet kept.
    pub fn draft(&mut self, object: &'static str, number_field: Option<&str>, now: Timestamp) -> Record {
        let mut random = rand::rng();
        let rec_id = format!("9{:032x}{:09x}", random.random::<u128>(), random.random::<u64>() >> 28);
        let first = if object == "Incident" { 10_000 } else { 50_000 };
        let number = self.numbers.entry(object).or_insert(first);
        *number += 1;
        let public_id = if number_field.is_some() { number.to_string() } else { rec_id.clone() };
        let mut record = Record { object, rec_id, public_id: public_id.clone(), born: now, values: BTreeMap::new() };
        if let Some(field) = number_field {
            record.set(field, public_id);
        }
        record
    }

    /// Keeps a record, in the place of the one with its identity.
    pub fn put(&mut self, record: Record) {
        match self.records.iter_mut().find(|kept| kept.rec_id == record.rec_id) {
            Some(kept) => *kept = record,
            None => self.records.push(record),
        }
    }

    /// Takes a record out.
    pub fn remove(&mut self, rec_id: &str) {
        self.records.retain(|record| record.rec_id != rec_id);
    }

    /// A record by its identity, in any case.
    #[must_use]
    pub fn record<'a>(&'a self, object: &str, rec_id: &str) -> Option<&'a Record> {
        let is_it = |record: &&Record| record.object == object && record.rec_id.eq_ignore_ascii_case(rec_id);
        self.records.iter().find(is_it)
    }

    /// A record by its number.
    #[must_use]
    pub fn numbered<'a>(&'a self, object: &str, public_id: &str) -> Option<&'a Record> {
        self.records.iter().find(|record| record.object == object && record.public_id == public_id)
    }

    /// The records of an object.
    pub fn of<'a>(&'a self, object: &'a str) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |record| record.object == object)
    }

    /// What no two writes share.
    pub fn next_stamp(&mut self) -> String {
        self.stamp += 1;
        format!("{:016X}", self.stamp)
    }
}
