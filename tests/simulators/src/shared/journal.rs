//! What was asked and answered, so that tests can count.
//!
//! An entry is written when its request ends, also when that is because the client went away. The newest
//! [`KEPT`] are kept.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Instant,
};

use jiff::Timestamp;
use serde::Serialize;

use super::{Apparatus, Call, lock};

/// How many entries are kept.
pub const KEPT: usize = 200_000;

/// One request and what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Counts requests, from 1, in the order in which they ended.
    pub sequence: u64,
    /// When it came, by the platform's clock.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Path and query as they came.
    pub path: String,
    /// What it was about: a table, a record type; may be empty.
    pub table: String,
    /// What was answered; none where the connection was dropped or the client went away first.
    pub status: Option<u16>,
    /// Who asked; none where nobody was authenticated.
    pub user: Option<String>,
    /// The fault that happened to it; none where none did.
    pub fault: Option<String>,
    /// How long it took.
    pub milliseconds: u64,
}

/// The newest requests.
#[derive(Debug, Default)]
pub struct Journal {
    inner: Mutex<(u64, VecDeque<Entry>)>,
}

/// A request under way. Its entry is written when this is dropped.
#[derive(Debug)]
pub struct Pending {
    apparatus: Arc<Apparatus>,
    began: Instant,
    entry: Option<Entry>,
}

// === impl Journal ===

impl Journal {
    /// All kept entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        lock(&self.inner).1.iter().cloned().collect()
    }

    /// Forgets all entries; the count goes on.
    pub fn clear(&self) {
        lock(&self.inner).1.clear();
    }

    fn write(&self, mut entry: Entry) {
        let mut inner = lock(&self.inner);
        inner.0 += 1;
        entry.sequence = inner.0;
        if inner.1.len() >= KEPT {
            inner.1.pop_front();
        }
        inner.1.push_back(entry);
    }
}

// === impl Pending ===

impl Pending {
    /// A request has come.
    #[must_use]
    pub fn begin(apparatus: &Arc<Apparatus>, call: &Call, table: String) -> Self {
        let entry = Entry {
            sequence: 0,
            at: apparatus.clock.now(),
            method: call.method.to_string(),
            path: call.target.clone(),
            table,
            status: None,
            user: None,
            fault: None,
            milliseconds: 0,
        };
        Self { apparatus: apparatus.clone(), began: Instant::now(), entry: Some(entry) }
    }

    /// This fault happens to it.
    pub fn hit_by(&mut self, fault: &impl Serialize) {
        if let Some(entry) = &mut self.entry {
            entry.fault = serde_json::to_string(fault).ok();
        }
    }

    /// This user asked.
    pub fn by(&mut self, user: Option<&str>) {
        if let Some(entry) = &mut self.entry {
            entry.user = user.map(str::to_owned);
        }
    }

    /// It is answered.
    pub fn answered(&mut self, status: http::StatusCode) {
        if let Some(entry) = &mut self.entry {
            entry.status = Some(status.as_u16());
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(mut entry) = self.entry.take() {
            entry.milliseconds = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.apparatus.journal.write(entry);
        }
    }
}
