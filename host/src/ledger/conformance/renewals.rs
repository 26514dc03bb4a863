//! Tickets that take the place of others.

use super::Engine;
use super::fixtures::*;
use crate::ledger::{AlertSelection, EndReason, Ledger, LedgerError, Renewal, Save, Standing};
use std::sync::Arc;

fn renewed(claimed: &crate::ledger::Claimed, n: u32, seconds: u64) -> Save {
    let renewal = Renewal { key: key("p", n), life: "\"new\"".to_owned() };
    Save { standing: Standing::Ended(EndReason::Renewed), renewal: Some(renewal), ..confirm(claimed, seconds) }
}

async fn two_members(ledger: &Arc<dyn Ledger>) -> crate::ledger::Claimed {
    send(ledger, 1, fired("one", 1), &[to("p")]).await;
    send(ledger, 1, fired("two", 1), &[to("p")]).await;
    send(ledger, 2, resolved(&fired("two", 1), 2), &[to("p")]).await;
    claim_one(ledger, 3).await
}

pub(crate) async fn a_renewal_moves_the_members(engine: &impl Engine) {
    let ledger = engine.open().await;
    let old = two_members(&ledger).await;
    ledger.save(&old.lease, renewed(&old, 2, 4)).await.unwrap();
    assert_eq!(events(&ledger, &key("p", 2)).await, ["renews"]);

    let new = claim_one(&ledger, 4).await;
    assert_eq!((new.lease.key.clone(), new.follows.clone()), (key("p", 2), Some(key("p", 1))));
    assert_eq!((new.firing, new.total, new.members.len()), (1, 2, 2));
    assert_eq!((new.life.as_deref(), new.created_at, new.group), (Some("\"new\""), at(4), old.group));
    let row = &tickets(&ledger).await[1];
    assert!(row.wanted > row.confirmed);

    let placed = send(&ledger, 5, resolved(&fired("one", 1), 5), &[to("p")]).await;
    assert_eq!(placed.len(), 1);
    assert_eq!(placed[0].key, key("p", 2));
    let old_row = &tickets(&ledger).await[0];
    assert_eq!((&old_row.standing, old_row.total), (&Standing::Ended(EndReason::Renewed), 0));
    let winner = AlertSelection { id: Some("two/1".to_owned()), ..AlertSelection::default() };
    let rows = ledger.alerts(&winner).await.unwrap();
    assert_eq!(rows[0].tickets, [key("p", 1), key("p", 2)], "the winning observation stands in both");
    assert_eq!(rows[1].tickets, [key("p", 1)]);
}

pub(crate) async fn a_renewal_needs_an_end_and_the_next_key(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = two_members(&ledger).await;
    let alive = Save { standing: Standing::Live, ..renewed(&claimed, 2, 4) };
    assert!(matches!(ledger.save(&claimed.lease, alive).await, Err(LedgerError::Refused(_))));
    let skipping = renewed(&claimed, 3, 4);
    assert!(matches!(ledger.save(&claimed.lease, skipping).await, Err(LedgerError::Refused(_))));
    let rows = tickets(&ledger).await;
    assert_eq!((rows.len(), &rows[0].standing), (1, &Standing::Live), "nothing was written");
    ledger.save(&claimed.lease, renewed(&claimed, 2, 5)).await.unwrap();
}

pub(crate) async fn keys_are_never_used_again(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    for n in 1..4 {
        let claimed = claim_one(&ledger, 100 * u64::from(n)).await;
        assert_eq!(claimed.lease.key, key("p", n));
        let end = Save { standing: Standing::Ended(EndReason::Closed), ..confirm(&claimed, 100) };
        let save = if n == 2 { renewed(&claimed, 3, 100) } else { end };
        ledger.save(&claimed.lease, save).await.unwrap();
        if n != 2 {
            send(&ledger, 1, fired("cpu", 10 + u64::from(n)), &[to("p")]).await;
        }
    }
    let keys: Vec<_> = tickets(&ledger).await.into_iter().map(|row| row.key).collect();
    assert_eq!(keys, [1, 2, 3, 4].map(|n| key("p", n)));
}

pub(crate) async fn an_end_that_does_not_know_of_the_newest_alert_is_none(engine: &impl Engine) {
    let ledger = engine.open().await;
    let old = two_members(&ledger).await;
    send(&ledger, 4, fired("two", 4), &[to("p")]).await;
    let saved = ledger.save(&old.lease, renewed(&old, 2, 5)).await.unwrap();
    assert!(saved.wanted > old.wanted);
    let rows = tickets(&ledger).await;
    assert_eq!((rows.len(), &rows[0].standing), (1, &Standing::Live), "neither ended nor renewed");

    let again = claim_one(&ledger, 5).await;
    assert_eq!((again.lease.key.clone(), again.firing), (key("p", 1), 2), "what fired meanwhile is not lost");
    ledger.save(&again.lease, renewed(&again, 2, 6)).await.unwrap();
    assert_eq!(claim_one(&ledger, 6).await.lease.key, key("p", 2));
}
