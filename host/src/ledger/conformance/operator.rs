//! What an operator does and sees.

use super::Engine;
use super::fixtures::*;
use crate::domain::Alert;
use crate::ledger::{
    AlertSelection, BodyId, Claimed, EndReason, Ledger, LedgerError, Parked, Placement, Save, Standing, Submission,
    TicketSelection, Verdict,
};
use std::sync::Arc;

async fn park(ledger: &Arc<dyn Ledger>, claimed: &Claimed) {
    let parked = Parked {
        reason: "mapping".to_owned(),
        code: String::new(),
        message: "no template".to_owned(),
        blame: "operator".to_owned(),
    };
    let save = Save { standing: Standing::Parked(parked), ..confirm(claimed, 3) };
    ledger.save(&claimed.lease, save).await.unwrap();
}

pub(crate) async fn retry_takes_up_a_parked_ticket(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    park(&ledger, &claim_one(&ledger, 2).await).await;
    ledger.retry(&key("p", 1), at(10)).await.unwrap();
    let claimed = claim_one(&ledger, 10).await;
    assert_eq!(claimed.timeline.last().unwrap().event, "retried");
    let end = Save { standing: Standing::Ended(EndReason::Closed), ..confirm(&claimed, 11) };
    ledger.save(&claimed.lease, end).await.unwrap();
    assert!(matches!(ledger.retry(&key("p", 1), at(12)).await, Err(LedgerError::Refused(_))));
    assert!(matches!(ledger.retry(&key("p", 2), at(12)).await, Err(LedgerError::NotFound(_))));
    assert!(matches!(ledger.retry(&"odd".into(), at(12)).await, Err(LedgerError::NotFound(_))));
}

pub(crate) async fn a_parked_ticket_is_not_looked_at_again(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let claimed = claim_one(&ledger, 2).await;
    ledger.save(&claimed.lease, confirm(&claimed, 3)).await.unwrap();
    ledger.look_again(&key("p", 1), at(4)).await.unwrap();
    park(&ledger, &claim_one(&ledger, 4).await).await;
    ledger.look_again(&key("p", 1), at(10)).await.unwrap();
    assert_eq!(claim(&ledger, 10).await.len(), 0, "it waits for a person");
    ledger.look_again(&key("none", 1), at(10)).await.unwrap();
}

pub(crate) async fn dropping_a_ticket_ends_it(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let held = claim_one(&ledger, 2).await;
    let refused = ledger.drop_ticket(&key("p", 1), "noise", at(61)).await;
    assert!(matches!(refused, Err(LedgerError::Refused(_))), "a worker holds it");
    ledger.drop_ticket(&key("p", 1), "noise", at(62)).await.unwrap();
    assert!(matches!(ledger.save(&held.lease, confirm(&held, 63)).await, Err(LedgerError::LeaseLost(_))));
    let story = ledger.ticket(&key("p", 1)).await.unwrap();
    assert_eq!(story.ticket.standing, Standing::Ended(EndReason::Dropped));
    assert_eq!(story.timeline.last().unwrap().text, "dropped by the operator: noise");
    assert!(matches!(ledger.drop_ticket(&key("p", 1), "", at(64)).await, Err(LedgerError::Refused(_))));
    let next = send(&ledger, 65, fired("cpu", 65), &[to("p")]).await;
    assert_eq!(next[0].key, key("p", 2));
}

pub(crate) async fn a_dropped_alert_is_out_of_sight(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[]).await;
    ledger.drop_alert("cpu/1").await.unwrap();
    let unrouted = AlertSelection { unrouted: true, ..AlertSelection::default() };
    assert_eq!(ledger.alerts(&unrouted).await.unwrap(), []);
    send(&ledger, 2, fired("cpu", 1), &[]).await;
    assert_eq!(ledger.counts().await.unwrap().unrouted, 0, "for good");

    send(&ledger, 3, fired("disk", 3), &[to("p")]).await;
    assert!(matches!(ledger.drop_alert("disk/3").await, Err(LedgerError::Refused(_))));
    assert!(matches!(ledger.drop_alert("none").await, Err(LedgerError::NotFound(_))));
    let undecoded = Submission { verdict: Verdict::Undecoded { reason: "trap".to_owned() }, ..body(4, vec![]) };
    let BodyId(id) = undecoded.id.clone();
    ledger.accept(undecoded).await.unwrap();
    ledger.drop_alert(&id).await.unwrap();
    assert_eq!(ledger.counts().await.unwrap().undecoded, 0);
}

pub(crate) async fn counts_are_of_everything(engine: &impl Engine) {
    let ledger = engine.open().await;
    for name in ["a", "b", "c"] {
        send(&ledger, 1, fired(name, 1), &[to(name)]).await;
    }
    send(&ledger, 1, fired("d", 1), &[]).await;
    let quarantined = Verdict::Quarantined { reason: "no JSON".to_owned(), keep: 10 };
    ledger.accept(Submission { verdict: quarantined, ..body(1, vec![]) }).await.unwrap();
    let claimed = claim(&ledger, 2).await;
    park(&ledger, &claimed[0]).await;
    let end = Save { standing: Standing::Ended(EndReason::Closed), ..confirm(&claimed[1], 3) };
    ledger.save(&claimed[1].lease, end).await.unwrap();
    ledger.save(&claimed[2].lease, Save { due: crate::ledger::Due::Now, ..confirm(&claimed[2], 3) }).await.unwrap();
    let counts = ledger.counts().await.unwrap();
    assert_eq!((counts.alerts, counts.unrouted, counts.undecoded, counts.quarantined), (4, 1, 0, 1));
    assert_eq!((counts.live, counts.parked, counts.due), (2, 1, 1));
}

pub(crate) async fn open_connections_are_counted(engine: &impl Engine) {
    let ledger = engine.open().await;
    for name in ["a", "b"] {
        send(&ledger, 1, fired(name, 1), &[to(name)]).await;
    }
    send(&ledger, 1, fired("c", 1), &[Placement { connection: connection("board"), ..to("c") }]).await;
    let open = ledger.open_connections().await.unwrap();
    assert_eq!(open, [(connection("board"), 1), (connection("desk"), 2)]);
    ledger.drop_ticket(&key("c", 1), "", at(2)).await.unwrap();
    assert_eq!(ledger.open_connections().await.unwrap(), [(connection("desk"), 2)]);
}

pub(crate) async fn adapters_are_remembered(engine: &impl Engine) {
    let ledger = engine.open().await;
    assert_eq!(ledger.adapters().await.unwrap(), []);
    let served = |name: &str, adapter: &str| (connection(name), adapter.to_owned());
    ledger.remember_adapters(vec![served("desk", "one"), served("board", "one")]).await.unwrap();
    ledger.remember_adapters(vec![served("desk", "two")]).await.unwrap();
    assert_eq!(engine.open().await.adapters().await.unwrap(), [served("board", "one"), served("desk", "two")]);
}

pub(crate) async fn lists_can_be_narrowed(engine: &impl Engine) {
    let ledger = engine.open().await;
    for name in ["a", "b", "c"] {
        send(&ledger, 1, Alert { rule: name.to_owned(), ..fired(name, 1) }, &[to(name)]).await;
    }
    ledger.drop_ticket(&key("a", 1), "", at(2)).await.unwrap();
    let claimed = claim(&ledger, 2).await;
    park(&ledger, &claimed[0]).await;
    let list = async |selection: TicketSelection| -> Vec<String> {
        let rows = ledger.tickets(&selection).await.unwrap();
        rows.into_iter().map(|row| row.key.to_string()).collect()
    };
    let all = TicketSelection::default();
    assert_eq!(list(all.clone()).await, ["c-1", "b-1"]);
    assert_eq!(list(TicketSelection { ended: true, ..all.clone() }).await, ["c-1", "b-1", "a-1"]);
    assert_eq!(list(TicketSelection { parked: true, ..all.clone() }).await, ["b-1"]);
    assert_eq!(list(TicketSelection { limit: 1, ..all.clone() }).await, ["c-1"]);
    let elsewhere = TicketSelection { connection: Some(connection("board")), ..all };
    assert!(list(elsewhere).await.is_empty());
    let one = AlertSelection { id: Some("b/1".to_owned()), ..AlertSelection::default() };
    let rows = ledger.alerts(&one).await.unwrap();
    assert_eq!((rows.len(), rows[0].alert.rule.as_str(), &rows[0].tickets), (1, "b", &vec![key("b", 1)]));
    let limited = AlertSelection { limit: 2, ..AlertSelection::default() };
    assert_eq!(ledger.alerts(&limited).await.unwrap().len(), 2);
}
