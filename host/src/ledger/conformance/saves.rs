//! What a worker writes.

use super::Engine;
use super::fixtures::*;
use crate::domain::Entry;
use crate::domain::TicketKey;
use crate::ledger::{AttemptChange, Claimed, Due, EndReason, Ledger, LedgerError, Parked, Save, Shown, Standing};
use std::sync::Arc;

async fn claimed_ticket(ledger: &Arc<dyn Ledger>) -> Claimed {
    send(ledger, 1, fired("cpu", 1), &[to("p")]).await;
    claim_one(ledger, 2).await
}

fn p1() -> TicketKey {
    key("p", 1)
}

pub(crate) async fn a_save_puts_a_ticket_to_rest(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = claimed_ticket(&ledger).await;
    let shown = Shown { id: "abc".to_owned(), number: "INC1".to_owned(), ..Shown::default() };
    let save = Save { life: r#"{"state":"open"}"#.to_owned(), shown: Some(shown.clone()), ..confirm(&claimed, 3) };
    assert_eq!(ledger.save(&claimed.lease, save).await.unwrap().wanted, 1);
    let story = ledger.ticket(&p1()).await.unwrap();
    assert_eq!((story.ticket.confirmed, story.ticket.due_at, story.ticket.shown), (1, None, shown.clone()));
    assert_eq!(story.life, serde_json::json!({"state": "open"}));
    assert_eq!(claim(&ledger, 1_000_000).await.len(), 0);

    send(&ledger, 5, resolved(&fired("cpu", 1), 5), &[]).await;
    let next = claim_one(&ledger, 5).await;
    assert_eq!((next.wanted, next.life.as_deref()), (2, Some(r#"{"state":"open"}"#)));
    ledger.save(&next.lease, confirm(&next, 6)).await.unwrap();
    assert_eq!(ledger.ticket(&p1()).await.unwrap().ticket.shown, shown, "what is not said stays");
}

pub(crate) async fn what_came_meanwhile_is_due_at_once(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = claimed_ticket(&ledger).await;
    send(&ledger, 3, fired("cpu", 3), &[to("p")]).await;
    let saved = ledger.save(&claimed.lease, confirm(&claimed, 4)).await.unwrap();
    assert_eq!(saved.wanted, 2);
    let next = claim_one(&ledger, 4).await;
    let later = Save { due: Due::At(at(50)), ..confirm(&next, 5) };
    ledger.save(&next.lease, later).await.unwrap();
    assert_eq!(claim(&ledger, 49).await.len(), 0);
    assert_eq!(claim(&ledger, 50).await.len(), 1);
}

pub(crate) async fn nothing_is_due_before_not_before(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = claimed_ticket(&ledger).await;
    let backing_off = Save { due: Due::Now, not_before: Some(at(30)), ..confirm(&claimed, 4) };
    ledger.save(&claimed.lease, backing_off.clone()).await.unwrap();
    send(&ledger, 5, fired("cpu", 5), &[to("p")]).await;
    assert_eq!(claim(&ledger, 29).await.len(), 0);
    let next = claim_one(&ledger, 30).await;

    send(&ledger, 31, fired("cpu", 31), &[to("p")]).await;
    let backing_off = Save { not_before: Some(at(50)), known: next.wanted, at: at(32), ..backing_off };
    ledger.save(&next.lease, backing_off).await.unwrap();
    assert_eq!(claim(&ledger, 49).await.len(), 0, "not even what came meanwhile");
    ledger.retry(&p1(), at(49)).await.unwrap();
    assert_eq!(claim(&ledger, 49).await.len(), 0, "nor for the operator");
    assert_eq!(claim(&ledger, 50).await.len(), 1);
}

pub(crate) async fn attempts_and_entries_are_told_in_order(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = claimed_ticket(&ledger).await;
    let entry = |seconds, event: &str| Entry { at: at(seconds), event: event.to_owned(), text: String::new() };
    let open = AttemptChange::Open { id: "p-1.1".to_owned(), revision: 1, action: "create".to_owned() };
    let opened = Save {
        attempt: Some(open),
        entries: vec![entry(3, "one"), entry(3, "two")],
        release: false,
        ..confirm(&claimed, 3)
    };
    ledger.save(&claimed.lease, opened).await.unwrap();
    let attempt = &ledger.ticket(&p1()).await.unwrap().attempts[0];
    assert_eq!((attempt.action.as_str(), attempt.opened_at, attempt.closed_at), ("create", at(3), None));

    let close = AttemptChange::Close {
        id: "p-1.1".to_owned(),
        outcome: "confirmed".to_owned(),
        exchange: "POST / -> 201".to_owned(),
    };
    let closed = Save { attempt: Some(close), entries: vec![entry(5, "three")], ..confirm(&claimed, 5) };
    ledger.save(&claimed.lease, closed).await.unwrap();
    let story = ledger.ticket(&p1()).await.unwrap();
    let attempt = &story.attempts[0];
    assert_eq!((attempt.outcome.as_str(), attempt.closed_at), ("confirmed", Some(at(5))));
    assert_eq!(attempt.exchange, "POST / -> 201");
    assert_eq!(events(&ledger, &p1()).await, ["fired", "one", "two", "three"]);
}

pub(crate) async fn a_lease_may_be_kept_over_a_save(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = claimed_ticket(&ledger).await;
    let kept = Save { due: Due::Now, release: false, ..confirm(&claimed, 3) };
    ledger.save(&claimed.lease, kept.clone()).await.unwrap();
    assert_eq!(claim(&ledger, 61).await.len(), 0);
    ledger.save(&claimed.lease, kept).await.unwrap();
    let after_crash = claim_one(&ledger, 62).await;
    assert_eq!(after_crash.taken_over_from, Some(at(62)), "a crash strands no ticket, whatever it was due");
}

pub(crate) async fn a_parked_ticket_waits_for_a_person_while_its_alerts_go_on(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = claimed_ticket(&ledger).await;
    let parked = Parked {
        reason: "rejected".to_owned(),
        code: "403".to_owned(),
        message: "no".to_owned(),
        blame: "operator".to_owned(),
    };
    let standing = Standing::Parked(parked);
    let save = Save { standing: standing.clone(), due: Due::Now, confirmed: 0, ..confirm(&claimed, 3) };
    ledger.save(&claimed.lease, save).await.unwrap();
    let placed = send(&ledger, 4, fired("cpu", 4), &[to("p")]).await;
    assert_eq!(placed[0].key, p1());
    let row = &tickets(&ledger).await[0];
    assert_eq!((&row.standing, row.wanted, row.due_at), (&standing, 2, None));
    assert_eq!(claim(&ledger, 1_000_000).await.len(), 0);
}

pub(crate) async fn an_ended_ticket_takes_no_more_saves(engine: &impl Engine) {
    let ledger = engine.open().await;
    let claimed = claimed_ticket(&ledger).await;
    let end = Save { standing: Standing::Ended(EndReason::Gone), release: false, ..confirm(&claimed, 3) };
    ledger.save(&claimed.lease, end).await.unwrap();
    assert_eq!(tickets(&ledger).await[0].standing, Standing::Ended(EndReason::Gone));
    let more = ledger.save(&claimed.lease, confirm(&claimed, 4)).await;
    assert!(matches!(more, Err(LedgerError::LeaseLost(_))));
    assert_eq!(claim(&ledger, 1_000_000).await.len(), 0);
}
