//! What goes by its age, what stays however old it is, and what a full ledger does.

use super::Engine;
use super::fixtures::*;
use crate::domain::{Alert, ConnectionName, ItsmRecord, RecordKind};
use crate::ledger::{
    AlertSelection, AttemptChange, BodyStatus, EndReason, Leader, Ledger, LedgerError, Old, PullName, PulledPage, Save,
    Stage, Standing, Store, Submission, Sweep, Verdict,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All is old that was there before this moment; no sink is in use.
fn old(seconds: u64) -> Old {
    let before = at(seconds);
    Old { bodies: before, alerts: before, tickets: before, records: before, sinks: BTreeSet::new() }
}

/// Nothing is old.
fn young() -> Old {
    old(0)
}

/// A whole sweep; answers what has gone.
async fn sweep(store: &Store, old: &Old) -> BTreeMap<Stage, u64> {
    let mut gone = BTreeMap::new();
    let mut next = Some(Sweep::default());
    while let Some(from) = next {
        let swept = store.upkeep.sweep(old, from).await.unwrap();
        if swept.deleted > 0 {
            *gone.entry(from.stage).or_default() += swept.deleted;
        }
        next = swept.next;
    }
    gone
}

/// Ends the one ticket that is due then.
async fn end(ledger: &Arc<dyn Ledger>, seconds: u64) {
    let claimed = claim_one(ledger, seconds).await;
    let entry = crate::domain::Entry { at: at(seconds), event: "ended".to_owned(), text: String::new() };
    let ended =
        Save { standing: Standing::Ended(EndReason::Closed), entries: vec![entry], ..confirm(&claimed, seconds) };
    ledger.save(&claimed.lease, ended).await.unwrap();
}

/// Something happens then, so that what came before is not the last.
async fn go_on(ledger: &Arc<dyn Ledger>, seconds: u64) {
    send(ledger, seconds, fired("later", seconds), &[to("later")]).await;
}

async fn alerts(ledger: &Arc<dyn Ledger>) -> Vec<String> {
    let rows = ledger.alerts(&AlertSelection::default()).await.unwrap();
    rows.into_iter().map(|row| row.alert.id.to_string()).collect()
}

pub(crate) async fn old_bodies_go_and_take_payloads_along(engine: &impl Engine) {
    let store = engine.store().await;
    let ledger = &store.ledger;
    let part = Alert { payload: "a part".to_owned(), ..fired("part", 1) };
    let whole = Alert { payload: "the whole".to_owned(), ..fired("whole", 1) };
    let posted = body_of(Some("the whole"), 1, vec![(part, vec![to("p")]), (whole, vec![to("p")])]);
    ledger.accept(posted.clone()).await.unwrap();
    let young = body(10, vec![(Alert { payload: "young".to_owned(), ..fired("young", 10) }, vec![to("p")])]);
    ledger.accept(young.clone()).await.unwrap();

    let gone = sweep(&store, &Old { bodies: at(10), ..self::young() }).await;
    assert_eq!(gone, BTreeMap::from([(Stage::Bodies, 1), (Stage::Payloads, 1)]));
    assert!(matches!(ledger.body(&posted.id).await, Err(LedgerError::NotFound(_))));
    for (id, payload) in [("part/1", ""), ("whole/1", ""), ("young/10", "young")] {
        let one = AlertSelection { id: Some(id.to_owned()), ..AlertSelection::default() };
        assert_eq!(ledger.alerts(&one).await.unwrap()[0].alert.payload, payload, "{id}");
    }
    assert_eq!(claim_one(ledger, 11).await.total, 3, "the ticket goes on");
}

pub(crate) async fn bodies_that_are_no_alerts_wait_for_the_operator(engine: &impl Engine) {
    let store = engine.store().await;
    let undecoded = Verdict::Undecoded { reason: "trap".to_owned() };
    let quarantined = Verdict::Quarantined { reason: "odd".to_owned(), keep: 3 };
    for verdict in [undecoded, quarantined] {
        store.ledger.accept(Submission { verdict, ..body(1, vec![]) }).await.unwrap();
    }
    assert_eq!(sweep(&store, &old(1_000_000)).await, BTreeMap::new());
    for status in [BodyStatus::Undecoded, BodyStatus::Quarantined] {
        assert_eq!(store.ledger.bodies(status, 0).await.unwrap().len(), 1);
    }
}

pub(crate) async fn what_a_ticket_needs_stays_while_it_has_not_ended(engine: &impl Engine) {
    let store = engine.store().await;
    let ledger = &store.ledger;
    for name in ["live", "parked"] {
        send(ledger, 1, fired(name, 1), &[to(name)]).await;
        send(ledger, 2, fired(name, 2), &[to(name)]).await;
    }
    for claimed in claim(ledger, 3).await {
        let id = format!("{}.1", claimed.lease.key);
        let open = AttemptChange::Open { id, revision: 2, action: "create".to_owned() };
        let parked = crate::ledger::Parked {
            reason: "rejected".to_owned(),
            code: String::new(),
            message: String::new(),
            blame: "operator".to_owned(),
        };
        let is_parked = claimed.lease.key == key("parked", 1);
        let standing = if is_parked { Standing::Parked(parked) } else { Standing::Live };
        let save = Save { attempt: Some(open), standing, ..confirm(&claimed, 3) };
        ledger.save(&claimed.lease, save).await.unwrap();
    }
    go_on(ledger, 1_000_000).await;
    let before = [ledger.ticket(&key("live", 1)).await.unwrap(), ledger.ticket(&key("parked", 1)).await.unwrap()];
    let gone = sweep(&store, &Old { alerts: at(900_000), tickets: at(900_000), ..young() }).await;
    assert_eq!(gone, BTreeMap::from([(Stage::Alerts, 2)]), "observations that decide for nothing any more");
    let after = [ledger.ticket(&key("live", 1)).await.unwrap(), ledger.ticket(&key("parked", 1)).await.unwrap()];
    assert_eq!(before, after);
    send(ledger, 1_000_001, resolved(&fired("live", 2), 1_000_001), &[]).await;
    let claimed = claim(ledger, 1_000_001).await.into_iter().find(|each| each.lease.key == key("live", 1)).unwrap();
    assert_eq!((claimed.total, claimed.firing), (1, 0));
}

pub(crate) async fn alerts_that_no_ticket_needs_go(engine: &impl Engine) {
    let store = engine.store().await;
    let ledger = &store.ledger;
    for n in 0..450 {
        send(ledger, 1, fired(&format!("unrouted {n}"), 1), &[]).await;
    }
    send(ledger, 1, fired("kept", 1), &[to("p")]).await;
    send(ledger, 10, fired("young", 10), &[]).await;
    let gone = sweep(&store, &Old { alerts: at(10), ..young() }).await;
    assert_eq!(gone, BTreeMap::from([(Stage::Alerts, 450)]), "over several batches");
    assert_eq!(alerts(ledger).await, ["young/10", "kept/1"]);
    let again = send(ledger, 11, fired("unrouted 0", 1), &[to("q")]).await;
    assert_eq!(again[0].key, key("q", 1), "its key is a new one, and no row is in its way");
}

pub(crate) async fn an_old_ended_ticket_goes_with_all_that_was_its_own(engine: &impl Engine) {
    let store = engine.store().await;
    let ledger = &store.ledger;
    send(ledger, 1, fired("cpu", 1), &[to("p")]).await;
    end(ledger, 2).await;
    assert_eq!(sweep(&store, &Old { tickets: at(1_000), ..young() }).await, BTreeMap::new(), "the last that happened");
    go_on(ledger, 1_000).await;
    assert_eq!(sweep(&store, &Old { tickets: at(2), ..young() }).await, BTreeMap::new(), "it ended just then");
    assert_eq!(sweep(&store, &Old { tickets: at(3), ..young() }).await, BTreeMap::from([(Stage::Tickets, 1)]));
    assert!(matches!(ledger.ticket(&key("p", 1)).await, Err(LedgerError::NotFound(_))));
    assert_eq!(tickets(ledger).await.len(), 1);
    assert_eq!(alerts(ledger).await.len(), 2, "alerts have an age of their own");
    let gone = sweep(&store, &Old { alerts: at(999), ..young() }).await;
    assert_eq!(gone, BTreeMap::from([(Stage::Alerts, 1)]), "and nothing needs this one now");
}

pub(crate) async fn a_key_is_not_used_again_after_its_ticket_has_gone(engine: &impl Engine) {
    let store = engine.store().await;
    let ledger = &store.ledger;
    for n in 1..4 {
        let seconds = u64::from(n) * 1_000;
        let placed = send(ledger, seconds, fired("cpu", seconds), &[to("p")]).await;
        assert_eq!(placed[0].key, key("p", n));
        end(ledger, seconds + 1).await;
        send(ledger, seconds + 2, fired("later", seconds + 2), &[to("later")]).await;
        if n != 2 {
            sweep(&store, &Old { tickets: at(seconds + 2), alerts: at(seconds + 2), ..young() }).await;
            let rows = tickets(ledger).await;
            assert_eq!(rows.len(), 1, "{rows:?}");
        }
        let later = claim_one(ledger, seconds + 3).await;
        ledger.save(&later.lease, confirm(&later, seconds + 3)).await.unwrap();
    }
}

fn record(id: &str) -> ItsmRecord {
    ItsmRecord { configuration_items: vec!["item".to_owned()], ..ItsmRecord::new(RecordKind::Incident, id) }
}

/// The leader of a task, for as long as a test takes.
async fn lead(store: &Store, task: &str) -> Leader {
    let leader = Leader { task: task.to_owned(), owner: "worker".to_owned(), until: at(10_000_000) };
    assert!(store.records.lead(&leader, at(0)).await.unwrap());
    leader
}

fn incidents() -> PullName {
    PullName { connection: connection("desk"), kind: RecordKind::Incident }
}

async fn pull(store: &Store, seconds: u64, ids: &[&str]) -> Result<u64, LedgerError> {
    let leader = lead(store, "pull/desk").await;
    store.records.pull(&incidents(), at(0)).await.unwrap();
    let records = ids.iter().map(|id| record(id)).collect();
    let page = PulledPage { records, cursor: seconds.to_string(), more: false, at: at(seconds) };
    store.records.keep(&leader, &incidents(), page).await
}

/// Gives a sink all that waits for it; answers how much it was.
async fn deliver(store: &Store, sink: &ConnectionName, refused: bool) -> usize {
    let leader = lead(store, "sink/lake").await;
    let batch = store.records.outbox(&leader, sink, ALL).await.unwrap();
    let through = batch.last().map_or(0, |last| last.sequence);
    let refusals = batch.iter().filter(|_| refused).map(|each| (each.sequence, "no".to_owned())).collect();
    store.records.delivered(&leader, sink, through, refusals, at(10)).await.unwrap();
    batch.len()
}

pub(crate) async fn what_sinks_have_not_taken_stays(engine: &impl Engine) {
    let store = engine.store().await;
    let (ledger, lake) = (&store.ledger, connection("lake"));
    pull(&store, 1, &["one", "two"]).await.unwrap();
    send(ledger, 1, fired("cpu", 1), &[to("p")]).await;
    end(ledger, 2).await;
    go_on(ledger, 1_000).await;
    let all = Old { sinks: BTreeSet::from([lake.clone()]), ..old(1_000) };
    assert_eq!(sweep(&store, &all).await, BTreeMap::from([(Stage::Bodies, 1)]), "the sink has not even begun");
    assert_eq!(ledger.ticket(&key("p", 1)).await.unwrap().members.len(), 1);

    assert_eq!(deliver(&store, &lake, false).await, 5, "two records, two events, and the one of later");
    let gone = sweep(&store, &all).await;
    assert_eq!(gone, BTreeMap::from([(Stage::Tickets, 1), (Stage::Alerts, 1), (Stage::Records, 2)]));
    go_on(ledger, 1_001).await;
    assert_eq!(deliver(&store, &lake, false).await, 1, "what happens next has a place of its own");
}

pub(crate) async fn a_sink_out_of_use_holds_nothing_back(engine: &impl Engine) {
    let store = engine.store().await;
    pull(&store, 1, &["one"]).await.unwrap();
    let leader = lead(&store, "sink/lake").await;
    assert_eq!(store.records.outbox(&leader, &connection("lake"), ALL).await.unwrap().len(), 1);
    pull(&store, 2, &["two"]).await.unwrap();
    assert_eq!(sweep(&store, &old(3)).await, BTreeMap::from([(Stage::Records, 2)]));
    let given = store.records.outbox(&leader, &connection("lake"), ALL).await.unwrap();
    assert_eq!(given.len(), 1, "what it was given comes again if it comes back");
}

pub(crate) async fn old_records_and_refusals_go(engine: &impl Engine) {
    let store = engine.store().await;
    pull(&store, 1, &["old", "changed"]).await.unwrap();
    deliver(&store, &connection("lake"), true).await;
    let leader = lead(&store, "pull/desk").await;
    let changed = ItsmRecord { title: "other".to_owned(), ..record("changed") };
    let page = PulledPage { records: vec![changed], cursor: "2".to_owned(), more: false, at: at(5) };
    store.records.keep(&leader, &incidents(), page).await.unwrap();
    assert_eq!(sweep(&store, &old(5)).await, BTreeMap::from([(Stage::Records, 1)]), "refusals are of later");
    let gone = sweep(&store, &old(11)).await;
    assert_eq!(gone, BTreeMap::from([(Stage::Records, 1), (Stage::Refusals, 2)]));
    assert_eq!(pull(&store, 20, &["old"]).await.unwrap(), 1, "what is read again is new");
}

pub(crate) async fn a_large_ticket_goes_by_parts(engine: &impl Engine) {
    let store = engine.store().await;
    let ledger = &store.ledger;
    for part in 0..3 {
        let alerts = (0..400).map(|n| (fired(&format!("key {part} {n}"), 1), vec![to("p")]));
        ledger.accept(body(1, alerts.collect())).await.unwrap();
    }
    end(ledger, 2).await;
    go_on(ledger, 1_000).await;
    let mut batches = 0;
    let mut next = Some(Sweep::default());
    while let Some(from) = next {
        next = store.upkeep.sweep(&Old { tickets: at(1_000), ..young() }, from).await.unwrap().next;
        batches += u32::from(from.stage == Stage::Tickets);
    }
    assert!(batches > 3, "1,200 links, members and entries in {batches} batches");
    assert!(matches!(ledger.ticket(&key("p", 1)).await, Err(LedgerError::NotFound(_))));
    send(ledger, 1_001, fired("key 0 0", 1_001), &[to("p")]).await;
    assert_eq!(ledger.ticket(&key("p", 2)).await.unwrap().members.len(), 1);
}

pub(crate) async fn a_full_ledger_takes_no_alerts_and_lets_workers_write(engine: &impl Engine) {
    let store = engine.store().await;
    let ledger = &store.ledger;
    send(ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let empty = store.upkeep.room().await.unwrap();
    assert!(!empty.full && empty.most.is_none());
    store.upkeep.bound(Some(empty.used + (1 << 20)));
    let undecoded = || Verdict::Undecoded { reason: "trap".to_owned() };
    let mut kept = Vec::new();
    let refused = loop {
        let large = Submission { verdict: undecoded(), body: vec![7; 50_000].into(), ..body(2, vec![]) };
        let id = large.id.clone();
        match ledger.accept(large).await {
            Ok(_) => kept.push(id),
            Err(refused) => break refused,
        }
        assert!(kept.len() < 100);
    };
    assert!(matches!(refused, LedgerError::Unavailable(_)), "{refused}");
    assert!(kept.len() > 5);
    let room = store.upkeep.room().await.unwrap();
    assert!(room.full && room.used <= room.most.unwrap(), "{room:?}");
    let pulled = pull(&store, 3, &["one"]).await;
    assert!(matches!(pulled, Err(LedgerError::Unavailable(_))), "nothing is read back either");
    let small = ledger.accept(body(3, vec![(fired("disk", 3), vec![to("q")])])).await;
    assert!(matches!(small, Err(LedgerError::Unavailable(_))));
    let claimed = claim_one(ledger, 4).await;
    ledger.save(&claimed.lease, confirm(&claimed, 4)).await.unwrap();
    assert_eq!(tickets(ledger).await[0].confirmed, 1, "workers go on");

    for id in kept.iter().take(4) {
        ledger.drop_alert(&id.0).await.unwrap();
    }
    assert!(!store.upkeep.room().await.unwrap().full, "free pages are room");
    send(ledger, 5, fired("disk", 5), &[to("q")]).await;
    store.upkeep.bound(None);
    for _ in 0..30 {
        let large = Submission { verdict: undecoded(), body: vec![7; 50_000].into(), ..body(6, vec![]) };
        ledger.accept(large).await.unwrap();
    }
    let room = store.upkeep.room().await.unwrap();
    assert!(!room.full && room.used > empty.used + (1 << 20), "the bound is off: {room:?}");
}
