//! Many at once, several processes, and coming back.

use super::Engine;
use super::fixtures::*;
use std::collections::HashSet;
use std::sync::Arc;

pub(crate) async fn many_at_once_are_all_kept(engine: &impl Engine) {
    let ledger = engine.open().await;
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..64_u64 {
        let ledger = Arc::clone(&ledger);
        senders.spawn(async move {
            for n in 0..5_u64 {
                let own = format!("{sender}-{n}");
                let placed = send(&ledger, 1, fired(&own, 1), &[to(&own)]).await;
                assert_eq!(placed[0].key, key(&own, 1));
                send(&ledger, 1, fired(&own, 2), &[to(&own)]).await;
                send(&ledger, 1, fired(&format!("shared {own}"), 1), &[to("shared")]).await;
            }
        });
    }
    while let Some(sender) = senders.join_next().await {
        sender.unwrap();
    }
    let rows = tickets(&ledger).await;
    assert_eq!(rows.len(), 64 * 5 + 1);
    let (shared, own): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.key == key("shared", 1));
    assert!(own.iter().all(|row| row.wanted == 2));
    assert_eq!((shared[0].wanted, shared[0].total, shared[0].firing), (320, 320, 320));
    assert_eq!(ledger.counts().await.unwrap().alerts, 64 * 15);
}

pub(crate) async fn one_problem_gets_one_ticket_from_two_handles(engine: &impl Engine) {
    let handles = [engine.open().await, engine.open().await];
    let mut senders = tokio::task::JoinSet::new();
    for n in 0..40_usize {
        let ledger = Arc::clone(&handles[n % 2]);
        let alert = fired(&format!("key {n}"), 1);
        senders.spawn(async move { send(&ledger, 1, alert, &[to(&format!("p{}", n % 4))]).await });
    }
    let mut keys = HashSet::new();
    while let Some(placed) = senders.join_next().await {
        keys.extend(placed.unwrap().into_iter().map(|ticket| ticket.key));
    }
    assert_eq!(keys, (0..4).map(|n| key(&format!("p{n}"), 1)).collect());
    for handle in &handles {
        assert!(tickets(handle).await.iter().all(|row| row.total == 10 && row.wanted == 10));
    }
}

pub(crate) async fn two_handles_never_hold_one_ticket(engine: &impl Engine) {
    let handles = [engine.open().await, engine.open().await];
    for n in 0..60 {
        send(&handles[0], 1, fired(&format!("key {n}"), 1), &[to(&format!("p{n}"))]).await;
    }
    let mut workers = tokio::task::JoinSet::new();
    for worker in 0..6_usize {
        let ledger = Arc::clone(&handles[worker % 2]);
        workers.spawn(async move {
            let mut held = Vec::new();
            loop {
                let claimed =
                    ledger.claim(&format!("{worker}"), &[connection("desk")], at(2), at(60), 3).await.unwrap();
                if claimed.is_empty() {
                    return held;
                }
                held.extend(claimed.into_iter().map(|each| each.lease.key));
            }
        });
    }
    let mut held = Vec::new();
    while let Some(worker) = workers.join_next().await {
        held.extend(worker.unwrap());
    }
    assert_eq!(held.len(), 60);
    assert_eq!(held.into_iter().collect::<HashSet<_>>().len(), 60);
}

pub(crate) async fn what_was_accepted_is_there_after_opening_again(engine: &impl Engine) {
    let first = engine.open().await;
    let body = body(1, vec![(fired("cpu", 1), vec![to("p")])]);
    let receipt = first.accept(body.clone()).await.unwrap();
    let held = claim_one(&first, 2).await;
    drop(first);
    let second = engine.open().await;
    assert_eq!(second.accept(resent(&body, 3)).await.unwrap(), receipt);
    assert_eq!(second.body(&body.id).await.unwrap().body, body.body);
    second.save(&held.lease, confirm(&held, 4)).await.unwrap();
    assert_eq!(tickets(&second).await[0].confirmed, 1);
}
