//! What else is wrong.

use super::Engine;
use super::fixtures::*;
use crate::ledger::{LOOKED_THROUGH, Save, Shown, Store, Vicinity};
use std::time::Duration;

fn around(seconds: u64, within: u64) -> Vicinity {
    Vicinity { of: key("own", 1), around: at(seconds), within: Duration::from_secs(within) }
}

pub(crate) async fn what_fires_elsewhere_is_found_and_nothing_else(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    send(&ledger, 3600, fired("other", 3600), &[to("other")]).await;
    let other = claim_one(&ledger, 3600).await;
    let shown = Some(Shown { number: "INC7".to_owned(), ..Shown::default() });
    ledger.save(&other.lease, Save { shown, ..confirm(&other, 3601) }).await.unwrap();
    send(&ledger, 3601, fired("fresh", 3601), &[to("fresh")]).await;
    send(&ledger, 3602, fired("long-ago", 10), &[to("long-ago")]).await;
    let over = fired("over", 3603);
    send(&ledger, 3603, over.clone(), &[to("over")]).await;
    send(&ledger, 3604, resolved(&over, 3604), &[]).await;
    send(&ledger, 3605, fired("unrouted", 3605), &[]).await;
    send(&ledger, 3606, fired("own", 3606), &[to("own")]).await;
    let found = nearby.firing(&around(3606, 60)).await.unwrap();
    let found: Vec<_> =
        found.iter().map(|each| (each.alert.correlation_key.as_str(), each.ticket_number.as_str())).collect();
    assert_eq!(found, [("fresh", ""), ("other", "INC7")]);
    let nearer = nearby.firing(&around(3606, 5)).await.unwrap();
    assert_eq!(nearer.len(), 1, "what fired longer before than asked for is left out: {nearer:?}");
}

pub(crate) async fn only_the_latest_observations_are_looked_through(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    send(&ledger, 1, fired("first", 1), &[to("first")]).await;
    let many = |from: u32, to: u32| (from..to).map(|n| (fired(&format!("unrouted-{n}"), 2), Vec::new())).collect();
    ledger.accept(body(2, many(0, LOOKED_THROUGH - 1))).await.unwrap();
    assert_eq!(nearby.firing(&around(2, 60)).await.unwrap().len(), 1);
    ledger.accept(body(2, many(LOOKED_THROUGH - 1, LOOKED_THROUGH))).await.unwrap();
    assert_eq!(nearby.firing(&around(2, 60)).await.unwrap(), []);
}
