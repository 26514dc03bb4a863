//! Alerts, bodies and placements to test with, and what is asked most.

use crate::domain::{
    Alert, Condition, ConnectionName, CorrelationKey, Member, ProblemId, Resource, Severity, TicketKey, Timestamp,
    WorkItemKind,
};
use crate::ledger::{
    BodyId, Claimed, Due, Ledger, PlacedTicket, Placement, Portion, Receipt, Save, Standing, Submission,
    SubmittedAlert, TicketRow, TicketSelection, Verdict,
};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// All that waits for a sink.
pub(super) const ALL: Portion = Portion { items: u32::MAX, bytes: usize::MAX };

/// So many seconds after the tests' beginning.
pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_nanos(1_790_000_000_000_000_000).after(Duration::from_secs(seconds))
}

pub(super) fn connection(name: &str) -> ConnectionName {
    name.parse().unwrap()
}

/// A firing of `key` that began and was seen at the same moment.
pub(super) fn fired(key: &str, seconds: u64) -> Alert {
    Alert {
        id: format!("{key}/{seconds}").as_str().into(),
        correlation_key: key.into(),
        condition: Condition::Fired,
        severity: Severity::Error,
        resolves: true,
        signal: "metric".to_owned(),
        rule: "load".to_owned(),
        title: format!("load on {key}"),
        summary: String::new(),
        description: String::new(),
        observed_at: at(seconds),
        fired_at: at(seconds),
        resolved_at: None,
        resources: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        labels: Vec::new(),
        payload: String::new(),
    }
}

/// What ends the episode that `of` began.
pub(super) fn resolved(of: &Alert, seconds: u64) -> Alert {
    Alert { condition: Condition::Resolved, observed_at: at(seconds), resolved_at: Some(at(seconds)), ..of.clone() }
}

/// The same with these resources.
pub(super) fn on(alert: Alert, resources: &[&str]) -> Alert {
    let resource = |id: &&str| Resource { id: (*id).to_owned(), ..Resource::default() };
    Alert { resources: resources.iter().map(resource).collect(), ..alert }
}

/// Incidents of `problem` at the connection `desk`.
pub(super) fn to(problem: &str) -> Placement {
    Placement {
        route: "production".parse().unwrap(),
        connection: connection("desk"),
        kind: WorkItemKind::Incident,
        problem: problem.into(),
        group: vec![("rule".to_owned(), problem.to_owned())],
        resource: None,
        hold: Duration::ZERO,
        storm: None,
    }
}

/// Incidents of a problem that a resource has for itself.
pub(super) fn split(resource: &str) -> Placement {
    Placement { resource: Some(resource.to_owned()), ..to(&format!("p-{resource}")) }
}

/// A body of its own with these alerts, received then.
pub(super) fn body(seconds: u64, alerts: Vec<(Alert, Vec<Placement>)>) -> Submission {
    body_of(None, seconds, alerts)
}

/// The same, of these bytes.
pub(super) fn body_of(bytes: Option<&str>, seconds: u64, alerts: Vec<(Alert, Vec<Placement>)>) -> Submission {
    static BODIES: AtomicU64 = AtomicU64::new(0);
    let number = BODIES.fetch_add(1, Ordering::Relaxed);
    let bytes = bytes.map_or_else(|| format!("body {number}"), str::to_owned);
    let submitted = |(alert, placements)| SubmittedAlert::new(alert, placements, bytes.as_bytes());
    let alerts = alerts.into_iter().map(submitted).collect();
    Submission {
        id: BodyId(format!("b{number}")),
        source: "monitor".parse().unwrap(),
        received_at: at(seconds),
        digest: Sha256::digest(&bytes).into(),
        body: bytes.into(),
        content_type: "application/json".to_owned(),
        verdict: Verdict::Decoded(alerts),
        again: None,
    }
}

/// The same bytes again, in a body of its own.
pub(super) fn resent(submission: &Submission, seconds: u64) -> Submission {
    let id = body(seconds, Vec::new()).id;
    Submission { id, received_at: at(seconds), ..submission.clone() }
}

/// Sends one alert, and says in which tickets it stands.
pub(super) async fn send(
    ledger: &Arc<dyn Ledger>,
    seconds: u64,
    alert: Alert,
    placements: &[Placement],
) -> Vec<PlacedTicket> {
    tickets_of(ledger.accept(body(seconds, vec![(alert, placements.to_vec())])).await.unwrap())
}

/// The tickets of a receipt's first alert.
pub(super) fn tickets_of(receipt: Receipt) -> Vec<PlacedTicket> {
    match receipt {
        Receipt::Accepted(alerts) => alerts[0].tickets.clone(),
        other => panic!("{other:?}"),
    }
}

pub(super) fn key(problem: &str, n: u32) -> TicketKey {
    TicketKey::of(&ProblemId::from(problem), n)
}

/// Claims what is due then at `desk`, for a minute.
pub(super) async fn claim(ledger: &Arc<dyn Ledger>, seconds: u64) -> Vec<Claimed> {
    ledger.claim("worker", &[connection("desk")], at(seconds), at(seconds + 60), 100).await.unwrap()
}

/// Claims the one ticket that is due then at `desk`.
pub(super) async fn claim_one(ledger: &Arc<dyn Ledger>, seconds: u64) -> Claimed {
    let mut claimed = claim(ledger, seconds).await;
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.remove(0)
}

/// Says that all is on the platform, and gives the lease back.
pub(super) fn confirm(claimed: &Claimed, seconds: u64) -> Save {
    Save {
        at: at(seconds),
        life: "{}".to_owned(),
        confirmed: claimed.wanted,
        looks: 0,
        known: claimed.wanted,
        standing: Standing::Live,
        due: Due::WhenRaised,
        not_before: None,
        shown: None,
        attempt: None,
        entries: Vec::new(),
        renewal: None,
        release: true,
    }
}

/// All tickets, ended ones too, oldest first.
pub(super) async fn tickets(ledger: &Arc<dyn Ledger>) -> Vec<TicketRow> {
    let all = TicketSelection { ended: true, limit: 10_000, ..TicketSelection::default() };
    let mut rows = ledger.tickets(&all).await.unwrap();
    rows.reverse();
    rows
}

pub(super) async fn members(ledger: &Arc<dyn Ledger>, key: &TicketKey) -> Vec<Member> {
    ledger.ticket(key).await.unwrap().members
}

pub(super) async fn events(ledger: &Arc<dyn Ledger>, key: &TicketKey) -> Vec<String> {
    ledger.ticket(key).await.unwrap().timeline.into_iter().map(|entry| entry.event).collect()
}

/// The correlation keys, sorted, with whether they fire.
pub(super) fn conditions(members: &[Member]) -> Vec<(CorrelationKey, Condition)> {
    let mut conditions: Vec<_> =
        members.iter().map(|member| (member.correlation_key.clone(), member.condition)).collect();
    conditions.sort();
    conditions
}
