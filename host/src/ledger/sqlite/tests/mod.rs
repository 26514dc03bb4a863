//! The conformance suite on SQLite, and what only this engine can meet.

mod faults;
mod files;
mod groups;
mod log;
mod notes;
mod older;
mod plans;
mod unreadable;

use super::*;
use crate::domain::{Alert, Condition, Severity, WorkItemKind};
use crate::ledger::conformance::{Engine, conformance};
use crate::ledger::{Placement, Store, SubmittedAlert, Verdict};
use std::path::PathBuf;

conformance!(super::Folder);

/// A ledger's file in a folder of its own.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("ledger.db")
    }

    fn log_path(&self) -> PathBuf {
        self.0.path().join("ledger.db-wal")
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    async fn open(&self) -> SqliteLedger {
        SqliteLedger::open(&self.url()).await.unwrap()
    }
}

impl Engine for Folder {
    async fn fresh() -> Self {
        Self::new()
    }

    async fn store(&self) -> Store {
        crate::ledger::open(&self.url()).await.unwrap()
    }
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(1_790_000_000_000_000_000).after(Duration::from_secs(seconds))
}

/// A body with a firing of a problem of its own.
fn firing(name: &str, body: Vec<u8>) -> Submission {
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(name.bytes().rev()) {
        *to = from;
    }
    let alert = Alert {
        id: name.into(),
        correlation_key: name.into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".to_owned(),
        rule: "load".to_owned(),
        title: format!("load on {name}"),
        summary: String::new(),
        description: String::new(),
        observed_at: at(1),
        fired_at: at(1),
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: String::new(),
    };
    let placement = Placement {
        route: "production".parse().unwrap(),
        connection: "desk".parse().unwrap(),
        kind: WorkItemKind::Incident,
        problem: name.into(),
        group: Vec::new(),
        resource: None,
        hold: Duration::ZERO,
        storm: None,
    };
    Submission {
        id: BodyId(format!("body of {name}")),
        source: "monitor".parse().unwrap(),
        received_at: at(2),
        verdict: Verdict::Decoded(vec![SubmittedAlert::new(alert, vec![placement], body.as_ref())]),
        body: body.into(),
        content_type: String::new(),
        digest,
        again: None,
    }
}
