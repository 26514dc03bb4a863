//! What comes twice.

use super::Engine;
use super::fixtures::*;
use crate::domain::Alert;
use crate::ledger::{AlertSelection, BodyStatus, Receipt, Submission, Verdict};

pub(crate) async fn a_known_observation_changes_nothing(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alert = fired("cpu", 1);
    let first = send(&ledger, 2, alert.clone(), &[to("p")]).await;
    let again = send(&ledger, 3, alert, &[to("p")]).await;
    assert_eq!(first, again);
    assert_eq!(tickets(&ledger).await[0].wanted, 1);
    assert_eq!(events(&ledger, &key("p", 1)).await, ["fired"]);
    assert_eq!(ledger.alerts(&AlertSelection::default()).await.unwrap().len(), 1);
}

pub(crate) async fn an_observation_twice_in_one_body_is_one(engine: &impl Engine) {
    let ledger = engine.open().await;
    let twice = vec![(fired("cpu", 1), vec![to("p")]); 2];
    let Receipt::Accepted(accepted) = ledger.accept(body(2, twice)).await.unwrap() else { panic!() };
    assert_eq!((accepted.len(), &accepted[0]), (2, &accepted[1]));
    let row = &tickets(&ledger).await[0];
    assert_eq!((row.wanted, row.total), (1, 1));
}

pub(crate) async fn observations_of_one_id_and_moment_are_two_where_their_keys_are(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alike = |key: &str| Alert { id: "one id".into(), ..fired(key, 1) };
    let both = vec![(alike("cpu"), vec![to("p")]), (alike("disk"), vec![to("q")])];
    let Receipt::Accepted(accepted) = ledger.accept(body(2, both)).await.unwrap() else { panic!() };
    let made: Vec<_> = accepted.iter().flat_map(|alert| &alert.tickets).map(|ticket| ticket.key.clone()).collect();
    assert_eq!(made, [key("p", 1), key("q", 1)]);
    let later = send(&ledger, 3, alike("memory"), &[to("r")]).await;
    assert_eq!(later[0].key, key("r", 1));
    assert_eq!(send(&ledger, 4, alike("memory"), &[to("r")]).await, later);

    let of_id = AlertSelection { id: Some("one id".to_owned()), ..AlertSelection::default() };
    assert_eq!(ledger.alerts(&of_id).await.unwrap().len(), 3);
    let of_its_end = AlertSelection { id: Some("id".to_owned()), ..AlertSelection::default() };
    assert_eq!(ledger.alerts(&of_its_end).await.unwrap().len(), 0);
}

pub(crate) async fn a_byte_identical_body_gets_the_first_receipt_for_ten_minutes(engine: &impl Engine) {
    let ledger = engine.open().await;
    // A source without times of its own makes a new observation of the same bytes.
    let first = body(0, vec![(fired("cpu", 0), vec![to("p")])]);
    let receipt = ledger.accept(first.clone()).await.unwrap();
    let twin = |seconds| {
        let Verdict::Decoded(mut alerts) = first.verdict.clone() else { panic!() };
        alerts[0].alert.observed_at = at(seconds);
        resent(&Submission { verdict: Verdict::Decoded(alerts), ..first.clone() }, seconds)
    };
    assert_eq!(ledger.accept(twin(600)).await.unwrap(), receipt);
    assert_eq!(tickets(&ledger).await[0].wanted, 1);

    ledger.accept(twin(601)).await.unwrap();
    assert_eq!(tickets(&ledger).await[0].wanted, 2);
}

pub(crate) async fn a_byte_identical_body_is_kept_once_whoever_recorded_its_observations(engine: &impl Engine) {
    let ledger = engine.open().await;
    let dated = body(9, vec![(fired("cpu", 1), vec![to("p")])]);
    let other_bytes = body(10, vec![(fired("cpu", 1), vec![to("p")])]);
    let one_is_new = body(11, vec![(fired("cpu", 1), vec![to("p")]), (fired("disk", 2), vec![to("p")])]);
    let empty = body(12, vec![]);
    for first in [dated, other_bytes, one_is_new, empty] {
        let receipt = ledger.accept(first.clone()).await.unwrap();
        let kept = ledger.bodies(BodyStatus::Decoded, 0).await.unwrap().len();
        assert_eq!(ledger.accept(resent(&first, 13)).await.unwrap(), receipt);
        assert_eq!(ledger.bodies(BodyStatus::Decoded, 0).await.unwrap().len(), kept);
    }
    assert_eq!(ledger.bodies(BodyStatus::Decoded, 0).await.unwrap().len(), 4);
}

pub(crate) async fn a_body_is_another_one_from_another_source(engine: &impl Engine) {
    let ledger = engine.open().await;
    let first = body(0, vec![(fired("cpu", 1), vec![])]);
    ledger.accept(first.clone()).await.unwrap();
    let other = Submission { source: "other".parse().unwrap(), ..resent(&first, 1) };
    ledger.accept(other).await.unwrap();
    assert_eq!(ledger.counts().await.unwrap().alerts, 2);
}

pub(crate) async fn twins_in_one_group_are_one(engine: &impl Engine) {
    let ledger = engine.open().await;
    let first = body(0, vec![(fired("cpu", 1), vec![to("p")])]);
    let twins: Vec<_> = (0..32).map(|_| ledger.accept(resent(&first, 1))).collect();
    let receipts = futures::future::try_join_all(twins).await.unwrap();
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
    assert_eq!(ledger.counts().await.unwrap().alerts, 1);
    assert_eq!(ledger.bodies(BodyStatus::Decoded, 0).await.unwrap().len(), 1);
}

pub(crate) async fn a_body_that_decodes_now_takes_its_undecoded_twins_place(engine: &impl Engine) {
    let ledger = engine.open().await;
    let decoded = body(0, vec![(fired("cpu", 1), vec![to("p")])]);
    let trapped = Submission { verdict: Verdict::Undecoded { reason: "trap".to_owned() }, ..decoded.clone() };
    let first = ledger.accept(trapped.clone()).await.unwrap();
    assert_eq!(first, Receipt::Undecoded(trapped.id.clone()));
    assert_eq!(ledger.accept(resent(&trapped, 1)).await.unwrap(), first);

    let second = ledger.accept(resent(&decoded, 2)).await.unwrap();
    assert_eq!(tickets_of(second)[0].key, key("p", 1));
    assert_eq!(ledger.counts().await.unwrap().undecoded, 0);
}

pub(crate) async fn a_body_whose_plugin_fails_now_leaves_the_quarantine(engine: &impl Engine) {
    let ledger = engine.open().await;
    let verdict = Verdict::Quarantined { reason: "not gzip".to_owned(), keep: 10 };
    let refused = Submission { verdict, ..body(0, vec![]) };
    assert_eq!(ledger.accept(refused.clone()).await.unwrap(), Receipt::Quarantined(refused.id.clone()));
    let verdict = Verdict::Undecoded { reason: "trap".to_owned() };
    let trapped = Submission { verdict, ..resent(&refused, 1) };
    assert_eq!(ledger.accept(trapped.clone()).await.unwrap(), Receipt::Undecoded(trapped.id.clone()));
    let counts = ledger.counts().await.unwrap();
    assert_eq!((counts.quarantined, counts.undecoded), (0, 1));
    assert_eq!(ledger.accept(resent(&refused, 2)).await.unwrap(), Receipt::Undecoded(trapped.id));
}

pub(crate) async fn what_no_route_took_is_dropped_beside_what_one_took(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alike = |key: &str| Alert { id: "one id".into(), ..fired(key, 1) };
    send(&ledger, 2, alike("cpu"), &[to("p")]).await;
    ledger.drop_alert("one id").await.unwrap_err();
    send(&ledger, 3, alike("disk"), &[]).await;
    assert_eq!(ledger.counts().await.unwrap().unrouted, 1);
    ledger.drop_alert("one id").await.unwrap();
    let counts = ledger.counts().await.unwrap();
    assert_eq!((counts.alerts, counts.unrouted, counts.live), (2, 0, 1));
}
