//! Records that were read back, and what sinks are to take.

use super::Engine;
use super::fixtures::*;
use crate::domain::{Delivery, Item, ItsmRecord, PlatformTicket, RecordKind, TicketState};
use crate::ledger::{Leader, LedgerError, Portion, PullName, PulledPage, Records, Save, Shown, Store};
use serde_json::{Map, json};
use std::sync::Arc;

fn leader(task: &str, owner: &str, seconds: u64) -> Leader {
    Leader { task: task.to_owned(), owner: owner.to_owned(), until: at(seconds) }
}

fn incidents() -> PullName {
    PullName { connection: connection("desk"), kind: RecordKind::Incident }
}

fn incident(id: &str, title: &str, seconds: u64) -> ItsmRecord {
    ItsmRecord {
        number: format!("INC{id}"),
        title: title.to_owned(),
        created_at: Some(at(0)),
        updated_at: Some(at(seconds)),
        ..ItsmRecord::new(RecordKind::Incident, id)
    }
}

fn page(records: Vec<ItsmRecord>, cursor: &str, more: bool) -> PulledPage {
    PulledPage { records, cursor: cursor.to_owned(), more, at: at(100) }
}

/// Leads the reading of `desk`.
async fn reading(records: &Arc<dyn Records>) -> Leader {
    let leader = leader("pull/desk", "a", 1000);
    assert!(records.lead(&leader, at(0)).await.unwrap());
    records.pull(&incidents(), at(0)).await.unwrap();
    leader
}

/// What a sink is given next.
async fn given(records: &Arc<dyn Records>, items: u32) -> Vec<Delivery> {
    portion(records, Portion { items, ..ALL }).await
}

async fn portion(records: &Arc<dyn Records>, most: Portion) -> Vec<Delivery> {
    let leader = leader("sink/away", "a", 1000);
    assert!(records.lead(&leader, at(0)).await.unwrap());
    records.outbox(&leader, &connection("away"), most).await.unwrap()
}

async fn took(records: &Arc<dyn Records>, through: u64, refused: &[(u64, &str)]) {
    let leader = leader("sink/away", "a", 1000);
    let refused = refused.iter().map(|(sequence, message)| (*sequence, (*message).to_owned())).collect();
    records.delivered(&leader, &connection("away"), through, refused, at(200)).await.unwrap();
}

/// The titles of records, and the words for events.
fn titles(deliveries: &[Delivery]) -> Vec<String> {
    let title = |delivery: &Delivery| match &delivery.item {
        Item::PlatformRecord { record, .. } => record.title.clone(),
        Item::TicketEvent(event) => event.event.clone(),
    };
    deliveries.iter().map(title).collect()
}

pub(crate) async fn a_page_is_kept_with_its_cursor(engine: &impl Engine) {
    let Store { records, .. } = engine.store().await;
    let leader = reading(&records).await;
    let first = page(vec![incident("1", "one", 10), incident("2", "two", 20)], "two", true);
    assert_eq!(records.keep(&leader, &incidents(), first).await.unwrap(), 2);
    let state = records.pull(&incidents(), at(50)).await.unwrap();
    assert_eq!((state.since, state.cursor.as_deref()), (at(0), Some("two")), "the first reading's beginning stays");
    assert_eq!((state.reached, state.read, state.filled_at), (Some(at(20)), 2, None));
    let last = page(vec![incident("2", "two", 20), incident("3", "three", 30)], "three", false);
    assert_eq!(records.keep(&leader, &incidents(), last).await.unwrap(), 1, "what came twice is no change");
    records.pull_failed(&incidents(), "down").await.unwrap();
    let state = engine.store().await.records.pulls().await.unwrap().remove(0);
    assert_eq!((state.reached, state.read, state.filled_at), (Some(at(30)), 4, Some(at(100))));
    assert_eq!(state.trouble, "down");
    records.keep(&leader, &incidents(), page(vec![], "three", false)).await.unwrap();
    let state = records.pulls().await.unwrap().remove(0);
    assert_eq!((state.reached, state.trouble.as_str()), (Some(at(30)), ""), "an empty page is good news");
}

pub(crate) async fn one_gateway_leads(engine: &impl Engine) {
    let (here, there) = (engine.store().await.records, engine.store().await.records);
    let (a, b) = (leader("pull/desk", "a", 60), leader("pull/desk", "b", 120));
    assert!(here.lead(&a, at(0)).await.unwrap());
    assert!(!there.lead(&b, at(59)).await.unwrap());
    assert!(there.lead(&leader("pull/other", "b", 60), at(0)).await.unwrap(), "another task");
    here.pull(&incidents(), at(0)).await.unwrap();
    assert!(there.lead(&b, at(60)).await.unwrap(), "its time is over");
    let late = here.keep(&a, &incidents(), page(vec![incident("1", "late", 1)], "1", false)).await;
    assert!(matches!(late, Err(LedgerError::NotLeader(_))), "{late:?}");
    assert_eq!(here.pulls().await.unwrap().remove(0).read, 0);
    there.step_down(&a).await.unwrap();
    assert!(!here.lead(&a, at(61)).await.unwrap(), "only who leads steps down");
    there.step_down(&b).await.unwrap();
    assert!(here.lead(&a, at(61)).await.unwrap());
    let late = there.outbox(&b, &connection("away"), ALL).await;
    assert!(matches!(late, Err(LedgerError::NotLeader(_))), "{late:?}");
}

pub(crate) async fn a_sink_is_given_records_and_events(engine: &impl Engine) {
    let Store { ledger, records, .. } = engine.store().await;
    assert!(!records.waits(&connection("away")).await.unwrap());
    let leader = reading(&records).await;
    let read = vec![incident("1", "one", 1), incident("2", "two", 2), incident("1", "one, changed", 3)];
    records.keep(&leader, &incidents(), page(read, "3", false)).await.unwrap();
    send(&ledger, 5, fired("cpu", 5), &[to("p")]).await;
    assert!(records.waits(&connection("away")).await.unwrap());
    let all = given(&records, 100).await;
    assert_eq!(titles(&all), ["two", "one, changed", "fired"], "the latest version alone, in the order of changes");
    assert_eq!(all.iter().map(|each| each.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    let Item::TicketEvent(event) = &all[2].item else { panic!("{all:?}") };
    assert_eq!((event.key.as_str(), event.connection.as_str()), (key("p", 1).as_str(), "desk"));
    assert_eq!((event.alert_id.as_str(), event.rule.as_str(), &event.ticket), ("cpu/5", "load", &None));
    took(&records, 3, &[]).await;
    assert_eq!(given(&records, 100).await, []);
    assert!(!records.waits(&connection("away")).await.unwrap());
    let state = records.sinks().await.unwrap().remove(0);
    assert_eq!((state.delivered, state.waiting, state.refused), (3, 0, 0));
    assert_eq!(state.delivered_at, Some(at(200)));
}

pub(crate) async fn what_a_sink_did_not_confirm_comes_again(engine: &impl Engine) {
    let Store { records, .. } = engine.store().await;
    let leader = reading(&records).await;
    let read = (1..=5).map(|n| incident(&n.to_string(), &format!("r{n}"), n)).collect();
    records.keep(&leader, &incidents(), page(read, "5", false)).await.unwrap();
    let first = given(&records, 3).await;
    assert_eq!(titles(&first), ["r1", "r2", "r3"]);
    let changed = page(vec![incident("2", "r2, changed", 9)], "9", false);
    records.keep(&leader, &incidents(), changed).await.unwrap();
    let again = given(&engine.store().await.records, 100).await;
    assert_eq!(again, first, "as it was, under its sequences, whoever asks");
    took(&records, 1, &[]).await;
    assert_eq!(titles(&given(&records, 100).await), ["r2", "r3"]);
    took(&records, 3, &[]).await;
    let rest = given(&records, 100).await;
    assert_eq!(titles(&rest), ["r4", "r5", "r2, changed"], "the final version comes last");
    assert_eq!(rest.iter().map(|each| each.sequence).collect::<Vec<_>>(), [4, 5, 6]);
}

pub(crate) async fn a_sink_is_given_no_more_than_it_can_hold(engine: &impl Engine) {
    let Store { ledger, records, .. } = engine.store().await;
    let leader = reading(&records).await;
    let large = |id: &str, kilobytes: usize, seconds| ItsmRecord {
        fields: Map::from_iter([("notes".to_owned(), "x".repeat(kilobytes << 10).into())]),
        ..incident(id, &format!("r{id}"), seconds)
    };
    let read = vec![large("1", 40, 1), large("2", 40, 2), large("3", 200, 3), large("4", 1, 4)];
    records.keep(&leader, &incidents(), page(read, "4", false)).await.unwrap();
    send(&ledger, 5, fired("cpu", 5), &[to("p")]).await;

    let most = |kilobytes: usize| Portion { items: 100, bytes: kilobytes << 10 };
    let first = portion(&records, most(100)).await;
    assert_eq!(titles(&first), ["r1", "r2"], "the third is too much, and the small ones behind it wait their turn");
    assert_eq!(portion(&engine.store().await.records, most(100)).await, first, "as it was, whoever asks");
    let less = portion(&records, most(50)).await;
    assert_eq!(less, first[..1], "of what it was given, too, no more than it can hold");
    took(&records, 1, &[]).await;
    assert_eq!(portion(&records, most(100)).await, first[1..], "and no sequence changes");
    took(&records, 2, &[]).await;

    let alone = portion(&records, most(100)).await;
    assert_eq!((titles(&alone), alone[0].sequence), (vec!["r3".to_owned()], 3), "one is given however large it is");
    took(&records, 3, &[]).await;
    let rest = portion(&records, most(100)).await;
    assert_eq!(titles(&rest), ["r4", "fired"]);
    assert_eq!(rest.iter().map(|each| each.sequence).collect::<Vec<_>>(), [4, 5]);
}

pub(crate) async fn what_is_refused_waits_for_the_operator(engine: &impl Engine) {
    let Store { records, .. } = engine.store().await;
    let leader = reading(&records).await;
    let read = vec![incident("1", "one", 1), incident("2", "two", 2)];
    records.keep(&leader, &incidents(), page(read, "2", false)).await.unwrap();
    given(&records, 100).await;
    took(&records, 2, &[(1, "too long"), (2, "too odd")]).await;
    assert_eq!(given(&records, 100).await, [], "it holds up nothing");
    let refused = records.refusals(0).await.unwrap();
    let told: Vec<_> = refused.iter().map(|each| (each.sequence, each.message.as_str())).collect();
    assert_eq!(told, [(2, "too odd"), (1, "too long")], "newest first");
    assert_eq!(records.sinks().await.unwrap()[0].refused, 2);

    let mended = page(vec![incident("1", "one, shorter", 3)], "3", false);
    records.keep(&leader, &incidents(), mended).await.unwrap();
    let now = given(&records, 100).await;
    assert_eq!(titles(&now), ["one, shorter"]);
    took(&records, now[0].sequence, &[]).await;
    records.refused_again(refused[1].id).await.unwrap();
    let again = given(&records, 100).await;
    assert_eq!(titles(&again), ["one, shorter"], "as it is now");
    assert!(again[0].sequence > now[0].sequence);
    records.drop_refused(refused[0].id).await.unwrap();
    assert_eq!(records.refusals(0).await.unwrap(), []);
    for gone in [records.refused_again(refused[0].id).await, records.drop_refused(refused[0].id).await] {
        assert!(matches!(gone, Err(LedgerError::NotFound(_))), "{gone:?}");
    }
}

pub(crate) async fn a_ticket_that_people_changed_is_looked_at(engine: &impl Engine) {
    let Store { ledger, records, .. } = engine.store().await;
    let leader = reading(&records).await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let claimed = claim_one(&ledger, 2).await;
    let shown = Shown { id: "1".into(), state: "open".into(), updated_at: Some(at(10)), ..Shown::default() };
    ledger.save(&claimed.lease, Save { shown: Some(shown), ..confirm(&claimed, 3) }).await.unwrap();

    let ours = ItsmRecord { key: Some(key("p", 1).to_string()), ..incident("1", "ours", 10) };
    let keep = |record: ItsmRecord| {
        let (records, leader) = (records.clone(), leader.clone());
        async move { records.keep(&leader, &incidents(), page(vec![record], "c", false)).await.unwrap() }
    };
    assert_eq!(keep(ours.clone()).await, 1);
    assert_eq!(claim(&ledger, 100).await.len(), 0, "our own write, read back");
    keep(ItsmRecord { updated_at: Some(at(11)), assignment: "night".into(), ..ours.clone() }).await;
    let looked = claim_one(&ledger, 101).await;
    assert_eq!((looked.looks, looked.wanted), (1, claimed.wanted), "no revision is raised");

    // While it is held, people close it: who holds it does not know.
    let closed = ItsmRecord { updated_at: Some(at(12)), state: TicketState::Closed, ..ours.clone() };
    keep(closed).await;
    let rest = Save { looks: looked.looks, ..confirm(&looked, 102) };
    ledger.save(&looked.lease, rest).await.unwrap();
    let looked = claim_one(&ledger, 102).await;
    assert_eq!(looked.looks, 2);
    ledger.save(&looked.lease, Save { looks: looked.looks, ..confirm(&looked, 103) }).await.unwrap();
    assert_eq!(claim(&ledger, 200).await.len(), 0);

    keep(ItsmRecord { key: None, updated_at: Some(at(13)), ..ours }).await;
    assert_eq!(claim_one(&ledger, 201).await.looks, 3, "people took its key out");
}

pub(crate) async fn a_change_in_the_second_of_our_own_write_is_looked_at(engine: &impl Engine) {
    let Store { ledger, records, .. } = engine.store().await;
    let leader = reading(&records).await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let claimed = claim_one(&ledger, 2).await;
    let shown = Shown { id: "1".into(), state: "open".into(), updated_at: Some(at(10)), ..Shown::default() };
    let fields = |urgency: &str| Map::from_iter([("urgency".to_owned(), urgency.into())]);
    let ticket = PlatformTicket {
        updated_at: Some(at(10)),
        fields: fields("2"),
        ..PlatformTicket::new("1", "INC1", key("p", 1).to_string())
    };
    let life = json!({ "seen": { "ticket": ticket } }).to_string();
    ledger.save(&claimed.lease, Save { shown: Some(shown), life, ..confirm(&claimed, 3) }).await.unwrap();

    let record = ItsmRecord { key: Some(key("p", 1).to_string()), fields: fields("2"), ..incident("1", "ours", 10) };
    let keep = |record: ItsmRecord| {
        let (records, leader) = (records.clone(), leader.clone());
        async move { records.keep(&leader, &incidents(), page(vec![record], "c", false)).await.unwrap() }
    };
    let mut more = record.clone();
    more.fields.insert("only_here".to_owned(), "x".into());
    keep(more).await;
    assert_eq!(claim(&ledger, 100).await.len(), 0, "our own write, read back");
    keep(ItsmRecord { fields: fields("1"), ..record }).await;
    assert_eq!(claim_one(&ledger, 101).await.looks, 1, "another urgency under the same time");
}
