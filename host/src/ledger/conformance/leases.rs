//! Who may converge a ticket, and until when.

use super::Engine;
use super::fixtures::*;
use crate::domain::{Alert, Condition, Severity, Timestamp};
use crate::ledger::{Due, LedgerError, Save, Unlisted};
use std::time::{Duration, Instant};

pub(crate) async fn a_claim_gives_all_that_a_plan_needs(engine: &impl Engine) {
    let ledger = engine.open().await;
    let first = Alert { payload: "the first".to_owned(), ..fired("one", 1) };
    send(&ledger, 1, first.clone(), &[to("p")]).await;
    let second = fired("two", 2);
    send(&ledger, 2, second.clone(), &[to("p")]).await;
    send(&ledger, 3, resolved(&second, 3), &[to("p")]).await;

    let claimed = claim_one(&ledger, 4).await;
    assert_eq!((claimed.lease.key.clone(), claimed.lease.until), (key("p", 1), at(64)));
    assert_eq!((claimed.problem.as_str(), claimed.n, claimed.wanted), ("p", 1, 3));
    assert_eq!((claimed.route.as_str(), claimed.connection.as_str()), ("production", "desk"));
    assert_eq!(claimed.group, [("rule".to_owned(), "p".to_owned())]);
    assert_eq!((claimed.created_at, claimed.life, claimed.taken_over_from), (at(1), None, None));
    assert_eq!((claimed.firing, claimed.total, claimed.storm), (1, 2, false));
    assert_eq!(claimed.newest.alert, first, "the newest that fires decides");
    assert_eq!(claimed.newest.source.as_str(), "monitor");
    let members: Vec<_> = claimed.members.iter().map(|member| member.correlation_key.as_str()).collect();
    assert_eq!(members, ["two", "one"], "newest first");
    assert_eq!((claimed.members[0].condition, claimed.members[0].resolved_at), (Condition::Resolved, Some(at(3))));
    let events: Vec<_> = claimed.timeline.iter().map(|entry| entry.event.as_str()).collect();
    assert_eq!(events, ["fired", "fired", "resolved"]);
}

pub(crate) async fn a_claim_tells_of_firing_members_that_are_too_many_to_list(engine: &impl Engine) {
    let ledger = engine.open().await;
    for number in 1..=100 {
        send(&ledger, number, Alert { resolves: false, ..fired(&format!("old {number}"), number) }, &[to("p")]).await;
    }
    let all_listed = claim_one(&ledger, 100).await;
    assert_eq!((all_listed.firing, all_listed.unlisted), (100, None));
    for number in 101..=200 {
        let alert = fired(&format!("new {number}"), number);
        send(&ledger, number, alert.clone(), &[to("p")]).await;
        send(&ledger, number + 100, resolved(&alert, number + 100), &[to("p")]).await;
    }
    let claimed = claim_one(&ledger, 301).await;
    assert!(claimed.members.iter().all(|member| member.condition == Condition::Resolved), "the newest are listed");
    assert_eq!((claimed.firing, claimed.unlisted), (100, Some(Unlisted { observed_at: at(100), resolves: false })));
    send(&ledger, 302, fired("old 7", 7), &[to("p")]).await;
    send(&ledger, 303, fired("another", 50), &[to("p")]).await;
    let claimed = claim_one(&ledger, 400).await;
    assert_eq!((claimed.firing, claimed.unlisted), (101, Some(Unlisted { observed_at: at(100), resolves: true })));
}

pub(crate) async fn worst_severity_first_then_oldest(engine: &impl Engine) {
    let ledger = engine.open().await;
    for (name, severity) in [("a", Severity::Warning), ("b", Severity::Critical), ("c", Severity::Critical)] {
        send(&ledger, 1, Alert { severity, ..fired(name, 1) }, &[to(name)]).await;
    }
    let elsewhere = crate::ledger::Placement { connection: connection("board"), ..to("d") };
    send(&ledger, 1, Alert { severity: Severity::Error, ..fired("d", 1) }, &[elsewhere]).await;
    let connections = [connection("board"), connection("desk"), connection("desk")];
    let mut order = Vec::new();
    for _ in 0..2 {
        let claimed = ledger.claim("worker", &connections, at(2), at(60), 2).await.unwrap();
        order.extend(claimed.into_iter().map(|each| each.problem.to_string()));
    }
    assert_eq!(order, ["b", "c", "d", "a"]);
}

pub(crate) async fn a_held_ticket_is_nobody_elses(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    claim_one(&ledger, 2).await;
    send(&ledger, 3, fired("cpu", 3), &[to("p")]).await;
    assert_eq!(claim(&ledger, 61).await.len(), 0);
    assert_eq!(tickets(&ledger).await[0].due_at, Some(at(62)), "the end of the lease");
}

pub(crate) async fn a_lease_that_ran_out_is_taken_over(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let first = claim_one(&ledger, 2).await;
    let second = claim_one(&ledger, 62).await;
    assert_eq!(second.taken_over_from, Some(at(62)));
    assert_ne!(first.lease.token, second.lease.token);
    ledger.save(&second.lease, Save { due: Due::Now, ..confirm(&second, 63) }).await.unwrap();
    assert_eq!(claim_one(&ledger, 64).await.taken_over_from, None, "that one was given back");
}

pub(crate) async fn a_late_worker_loses(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let late = claim_one(&ledger, 2).await;
    let current = claim_one(&ledger, 62).await;
    let lost = ledger.save(&late.lease, Save { life: "\"late\"".to_owned(), ..confirm(&late, 63) }).await;
    assert!(matches!(lost, Err(LedgerError::LeaseLost(lost)) if lost == key("p", 1)));
    assert!(matches!(ledger.extend(&late.lease, at(99)).await, Err(LedgerError::LeaseLost(_))));
    assert_eq!(ledger.ticket(&key("p", 1)).await.unwrap().life, serde_json::Value::Null);

    ledger.save(&current.lease, confirm(&current, 64)).await.unwrap();
    let twice = ledger.save(&current.lease, confirm(&current, 65)).await;
    assert!(matches!(twice, Err(LedgerError::LeaseLost(_))), "it was given back");
}

pub(crate) async fn an_extended_lease_is_kept(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let claimed = claim_one(&ledger, 2).await;
    ledger.extend(&claimed.lease, at(100)).await.unwrap();
    assert_eq!(claim(&ledger, 99).await.len(), 0);
    assert_eq!(claim_one(&ledger, 100).await.taken_over_from, Some(at(100)));
}

pub(crate) async fn only_the_asked_connections_are_claimed(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let claimed = ledger.claim("worker", &[connection("board")], at(2), at(60), 10).await.unwrap();
    assert_eq!(claimed.len(), 0);
    assert_eq!(ledger.claim("worker", &[], at(2), at(60), 10).await.unwrap().len(), 0);
}

pub(crate) async fn waiters_wake_when_something_comes(engine: &impl Engine) {
    let ledger = engine.open().await;
    let waiter = std::sync::Arc::clone(&ledger);
    let waiting = tokio::spawn(async move { waiter.due(Duration::from_secs(30)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();

    let before = Instant::now();
    claim_one(&ledger, 2).await;
    ledger.due(Duration::from_millis(100)).await;
    assert!(before.elapsed() < Duration::from_secs(20), "patience ends");
}

pub(crate) async fn waiters_wake_when_something_is_due(engine: &impl Engine) {
    let ledger = engine.open().await;
    let now = Timestamp::now();
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let claimed =
        ledger.claim("worker", &[connection("desk")], now, now.after(Duration::from_secs(600)), 1).await.unwrap();
    // What was raised by then wakes nobody else.
    ledger.due(Duration::from_secs(30)).await;
    let waiter = std::sync::Arc::clone(&ledger);
    let waiting = tokio::spawn(async move { waiter.due(Duration::from_secs(30)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    let at = Timestamp::now();
    let soon = Due::At(at.after(Duration::from_millis(200)));
    ledger.save(&claimed[0].lease, Save { at, due: soon, ..confirm(&claimed[0], 0) }).await.unwrap();
    tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap().unwrap();
}
