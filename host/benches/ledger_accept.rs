//! What one accept costs in the ledger alone, by how many wait together. Prints figures, asserts nothing.
//!
//! `cargo xtask bench` runs it. Each accept is a body, an alert, a new ticket with its member, link and timeline, synced.

#![expect(clippy::expect_used, reason = "a bench that can't measure has nothing else to do")]

use futures::future::join_all;
use signalbox::{
    domain::{Alert, Condition, Fact, Link, Resource, Severity, Timestamp, WorkItemKind},
    ledger::{BodyId, Ledger, Placement, SqliteLedger, Submission, SubmittedAlert, Verdict},
};
use std::time::{Duration, Instant};
use uuid::Uuid;

const ACCEPTS: usize = 4096;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    for together in [1, 16, 256] {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
        let ledger = SqliteLedger::open(&url).await.expect("a ledger");
        let submissions: Vec<Submission> = (0..ACCEPTS).map(|_| submission()).collect();
        let began = Instant::now();
        for group in submissions.chunks(together) {
            let receipts = join_all(group.iter().map(|each| ledger.accept(each.clone()))).await;
            receipts.into_iter().collect::<Result<Vec<_>, _>>().expect("receipts");
        }
        let each = began.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(ACCEPTS).unwrap_or(u32::MAX));
        println!("ledger: {together} waiting together: {each:.0} µs an accept, {:.0} a second", 1e6 / each);
    }
}

/// A body of 1.3 KB with one new alert of a new problem.
fn submission() -> Submission {
    let name = Uuid::new_v4().simple().to_string();
    let now = Timestamp::now();
    let resource = format!("/accounts/{name}/groups/shop/machines/web-1");
    let fact = |number: usize| Fact {
        group: "condition".to_owned(),
        name: format!("dimension {number}"),
        value: "a value of some length".to_owned(),
        unit: String::new(),
    };
    let alert = Alert {
        id: name.as_str().into(),
        correlation_key: format!("load/{name}").as_str().into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".to_owned(),
        rule: "processor load of the shop's machines".to_owned(),
        title: "processor load of the shop's machines on web-1".to_owned(),
        summary: "average load 87.3 > 80 over 5 min".to_owned(),
        description: "The machines that serve the shop are too busy.".to_owned(),
        observed_at: now,
        fired_at: now,
        resolved_at: None,
        resources: vec![Resource { id: resource.clone(), name: "web-1".to_owned(), ..Resource::default() }],
        facts: (0..8).map(fact).collect(),
        links: vec![Link { title: "the alert".to_owned(), url: format!("https://monitor.example{resource}") }; 3],
        labels: vec![("environment".to_owned(), "production".to_owned()); 4],
        payload: String::new(),
    };
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    let placement = Placement {
        route: "all".parse().expect("a name"),
        connection: "desk".parse().expect("a name"),
        kind: WorkItemKind::Incident,
        problem: Uuid::new_v4().simple().to_string().as_str().into(),
        group: vec![("correlation_key".to_owned(), alert.correlation_key.to_string())],
        resource: None,
        hold: Duration::ZERO,
        storm: None,
    };
    Submission {
        id: BodyId(Uuid::now_v7().to_string()),
        source: "monitor".parse().expect("a name"),
        received_at: now,
        digest,
        body: vec![b'x'; 1300].into(),
        content_type: "application/json".to_owned(),
        verdict: Verdict::Decoded(vec![SubmittedAlert::new(alert, vec![placement], &[])]),
        again: None,
    }
}
