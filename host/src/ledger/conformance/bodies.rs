//! Bodies as they were posted.

use super::Engine;
use super::fixtures::*;
use crate::domain::Alert;
use crate::ledger::{AlertSelection, BodyId, BodyStatus, LedgerError, Receipt, Submission, Verdict};

fn quarantined(keep: u32) -> Verdict {
    Verdict::Quarantined { reason: "not its schema".to_owned(), keep }
}

pub(crate) async fn a_body_is_kept_as_it_was_posted(engine: &impl Engine) {
    let ledger = engine.open().await;
    let bytes: Vec<u8> = (0..=255).collect();
    let posted = Submission {
        body: bytes.clone().into(),
        verdict: Verdict::Undecoded { reason: "trap".to_owned() },
        ..body(1, vec![])
    };
    assert_eq!(ledger.accept(posted.clone()).await.unwrap(), Receipt::Undecoded(posted.id.clone()));
    let kept = ledger.body(&posted.id).await.unwrap();
    assert_eq!((kept.body, kept.length, kept.status), (bytes, 256, BodyStatus::Undecoded));
    assert_eq!((kept.reason.as_str(), kept.content_type.as_str()), ("trap", "application/json"));
    assert_eq!((kept.source, kept.received_at), (posted.source, at(1)));
    let listed = ledger.bodies(BodyStatus::Undecoded, 0).await.unwrap();
    assert_eq!((listed.len(), listed[0].body.len(), listed[0].length), (1, 0, 256));
    assert!(matches!(ledger.body(&BodyId("none".to_owned())).await, Err(LedgerError::NotFound(_))));
}

pub(crate) async fn an_empty_body_is_kept_too(engine: &impl Engine) {
    let ledger = engine.open().await;
    let posted = Submission { body: Vec::new().into(), verdict: quarantined(3), ..body(1, vec![]) };
    assert_eq!(ledger.accept(posted.clone()).await.unwrap(), Receipt::Quarantined(posted.id.clone()));
    let kept = ledger.body(&posted.id).await.unwrap();
    assert_eq!((kept.body, kept.length), (Vec::new(), 0));
}

pub(crate) async fn the_quarantine_of_a_source_is_bounded(engine: &impl Engine) {
    let ledger = engine.open().await;
    let other = Submission { source: "other".parse().unwrap(), verdict: quarantined(3), ..body(0, vec![]) };
    ledger.accept(other).await.unwrap();
    let undecoded = Submission { verdict: Verdict::Undecoded { reason: String::new() }, ..body(0, vec![]) };
    ledger.accept(undecoded).await.unwrap();
    for n in 0..5 {
        let bad = Submission { verdict: quarantined(3), ..body(n, vec![]) };
        ledger.accept(bad).await.unwrap();
    }
    let kept = ledger.bodies(BodyStatus::Quarantined, 0).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|body| (body.source.as_str(), body.received_at)).collect();
    assert_eq!(kept, [("monitor", at(4)), ("monitor", at(3)), ("monitor", at(2)), ("other", at(0))]);
    assert_eq!(ledger.counts().await.unwrap().undecoded, 1, "what the plugin failed at is not the sender's");
}

pub(crate) async fn decoding_again_empties_the_quarantine(engine: &impl Engine) {
    let ledger = engine.open().await;
    let bad = Submission { verdict: quarantined(3), ..body(0, vec![]) };
    ledger.accept(bad.clone()).await.unwrap();
    let still_bad = Submission { again: Some(bad.id.clone()), ..resent(&bad, 1) };
    assert_eq!(ledger.accept(still_bad.clone()).await.unwrap(), Receipt::Quarantined(still_bad.id.clone()));
    assert_eq!(ledger.counts().await.unwrap().quarantined, 1, "one takes the other's place");

    let good = body(2, vec![(fired("cpu", 1), vec![to("p")])]);
    let good = Submission { again: Some(still_bad.id), body: bad.body, digest: bad.digest, ..good };
    assert_eq!(tickets_of(ledger.accept(good.clone()).await.unwrap())[0].key, key("p", 1));
    let counts = ledger.counts().await.unwrap();
    assert_eq!((counts.quarantined, counts.alerts), (0, 1));
    assert_eq!(ledger.body(&good.id).await.unwrap().status, BodyStatus::Decoded);
}

pub(crate) async fn an_observation_may_be_decoded_again_under_another_key(engine: &impl Engine) {
    let ledger = engine.open().await;
    let first = body(1, vec![(fired("cpu", 1), vec![])]);
    ledger.accept(first.clone()).await.unwrap();
    let alert = Alert { correlation_key: "by another version".into(), ..fired("cpu", 1) };
    let again = Submission { again: Some(first.id), ..body(2, vec![(alert, vec![to("p")])]) };
    assert_eq!(tickets_of(ledger.accept(again).await.unwrap())[0].key, key("p", 1));
}

pub(crate) async fn a_payload_that_is_a_part_comes_back_too(engine: &impl Engine) {
    let ledger = engine.open().await;
    let part = Alert { payload: r#"{"part":1}"#.to_owned(), ..fired("part", 1) };
    let whole = Alert { payload: r#"[{"part":1}]"#.to_owned(), ..fired("whole", 1) };
    let alerts = vec![(part.clone(), vec![to("part")]), (whole.clone(), vec![to("whole")])];
    ledger.accept(body_of(Some(&whole.payload), 1, alerts)).await.unwrap();
    let claimed = claim(&ledger, 1).await;
    assert_eq!(claimed.iter().map(|each| each.newest.alert.clone()).collect::<Vec<_>>(), [part.clone(), whole.clone()]);
    for alert in [part, whole] {
        let one = AlertSelection { id: Some(alert.id.to_string()), ..AlertSelection::default() };
        assert_eq!(ledger.alerts(&one).await.unwrap()[0].alert, alert);
    }
    let listed = ledger.alerts(&AlertSelection::default()).await.unwrap();
    assert!(listed.iter().all(|row| row.alert.payload.is_empty()));
}
