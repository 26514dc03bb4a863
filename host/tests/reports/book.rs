//! A ledger that is written as a gateway writes it: records by pull, alerts and their tickets by accept.

use signalbox::{
    domain::{
        Alert, ChangePhase, Condition, Fact, ItsmRecord, RecordKind, Resource, Severity, TicketKey, TicketState,
        Timestamp, WorkItemKind,
    },
    ledger::{
        BodyId, Leader, Placement, PullName, PulledPage, Receipt, Store, Submission, SubmittedAlert, Verdict, open,
    },
};
use std::{cell::Cell, time::Duration};
use tempfile::TempDir;

/// A book of one test.
pub struct Book {
    pub store: Store,
    _folder: TempDir,
    number: Cell<u64>,
}

/// So many minutes after the year began.
pub fn at(minutes: u64) -> Timestamp {
    let year: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    year.after(Duration::from_secs(minutes * 60))
}

/// An incident of `minutes` that took `took` minutes.
pub fn incident(id: &str, minutes: u64, took: Option<u64>) -> ItsmRecord {
    let state = if took.is_some() { TicketState::Resolved } else { TicketState::Open };
    let resolved_at = took.map(|took| at(minutes + took));
    ItsmRecord { state, created_at: Some(at(minutes)), resolved_at, ..record(RecordKind::Incident, id) }
}

/// A change that was done from `start` to `end`.
pub fn change(id: &str, start: u64, end: u64) -> ItsmRecord {
    ItsmRecord {
        state: TicketState::Closed,
        phase: Some(ChangePhase::Done),
        change_type: "normal".to_owned(),
        created_at: Some(at(start)),
        actual_start: Some(at(start)),
        actual_end: Some(at(end)),
        ..record(RecordKind::Change, id)
    }
}

pub fn record(kind: RecordKind, id: &str) -> ItsmRecord {
    ItsmRecord { number: id.to_owned(), title: format!("about {id}"), ..ItsmRecord::new(kind, id) }
}

/// A firing of a correlation key by a rule.
pub fn fired(key: &str, rule: &str, minutes: u64) -> Alert {
    Alert {
        id: format!("{key}/{minutes}").as_str().into(),
        correlation_key: key.into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".to_owned(),
        rule: rule.to_owned(),
        title: rule.to_owned(),
        summary: String::new(),
        description: String::new(),
        observed_at: at(minutes),
        fired_at: at(minutes),
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: String::new(),
    }
}

/// A ticket of `problem`, for one resource where one is given.
pub fn to(problem: &str, resource: Option<&str>) -> Placement {
    Placement {
        route: "all".parse().unwrap(),
        connection: "desk".parse().unwrap(),
        kind: WorkItemKind::Incident,
        problem: problem.into(),
        group: Vec::new(),
        resource: resource.map(str::to_owned),
        hold: Duration::ZERO,
        storm: None,
    }
}

/// What ends it.
pub fn resolved(of: &Alert, minutes: u64) -> Alert {
    Alert { condition: Condition::Resolved, observed_at: at(minutes), resolved_at: Some(at(minutes)), ..of.clone() }
}

pub fn on(alert: Alert, resources: &[&str]) -> Alert {
    let resource =
        |name: &&str| Resource { id: format!("/machines/{name}"), name: (*name).to_owned(), ..Resource::default() };
    Alert { resources: resources.iter().map(resource).collect(), ..alert }
}

pub fn watching(alert: Alert, metric: &str) -> Alert {
    let fact = Fact {
        group: "condition".to_owned(),
        name: "Metric".to_owned(),
        value: metric.to_owned(),
        unit: String::new(),
    };
    Alert { facts: vec![fact], ..alert }
}

// === impl Book ===

impl Book {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&format!("sqlite:{}", folder.path().join("ledger.db").display())).await.unwrap();
        Self { store, _folder: folder, number: Cell::new(0) }
    }

    /// Keeps records of one kind as a pull of `connection` would.
    pub async fn keep(&self, connection: &str, records: Vec<ItsmRecord>) {
        let Some(kind) = records.first().map(|record| record.kind) else { return };
        let leader = Leader { task: format!("pull/{connection}"), owner: "test".to_owned(), until: at(10_000_000) };
        assert!(self.store.records.lead(&leader, at(0)).await.unwrap());
        let name = PullName { connection: connection.parse().unwrap(), kind };
        self.store.records.pull(&name, at(0)).await.unwrap();
        let page = PulledPage { records, cursor: String::new(), more: false, at: at(0) };
        self.store.records.keep(&leader, &name, page).await.unwrap();
    }

    /// Accepts an alert; it goes to `problem` where one is given. Answers the tickets that it stands in.
    pub async fn accept(&self, alert: Alert, problem: Option<&str>) -> Vec<TicketKey> {
        self.place(alert, problem.map(|problem| to(problem, None)).into_iter().collect()).await
    }

    /// Accepts an alert with these places for it.
    pub async fn place(&self, alert: Alert, placements: Vec<Placement>) -> Vec<TicketKey> {
        let number = self.number.get();
        self.number.set(number + 1);
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&number.to_be_bytes());
        let submission = Submission {
            id: BodyId(format!("body {number}")),
            source: "monitor".parse().unwrap(),
            received_at: alert.observed_at,
            digest,
            body: "{}".into(),
            content_type: String::new(),
            verdict: Verdict::Decoded(vec![SubmittedAlert::new(alert, placements, b"{}")]),
            again: None,
        };
        match self.store.ledger.accept(submission).await.unwrap() {
            Receipt::Accepted(accepted) => {
                accepted.into_iter().flat_map(|alert| alert.tickets).map(|ticket| ticket.key).collect()
            }
            other => panic!("{other:?}"),
        }
    }
}
