//! What else is wrong, and what maintenance goes on.

use super::Engine;
use super::fixtures::*;
use crate::domain::{Alert, ChangePhase, ItsmRecord, RecordKind};
use crate::ledger::{
    ChangesAt, LONGEST_SEEN, LOOKED_THROUGH, Leader, LedgerError, Nearby, NewWindow, Place, PullName, PulledPage, Save,
    Shown, Sightings, Store,
};

/// What fires, as the ticket `own-1` would find it: the latest first.
async fn firing(nearby: &dyn Nearby) -> Vec<(String, String)> {
    let seen = nearby.sightings(Place::default()).await.unwrap();
    let latest_first = seen.fired.iter().rev().map(|(place, _)| *place).collect();
    let found = nearby.firing(&key("own", 1), latest_first, 100).await.unwrap();
    found.into_iter().map(|(_, each)| (each.alert.correlation_key.to_string(), each.ticket_number)).collect()
}

pub(crate) async fn what_fires_elsewhere_is_found_and_nothing_else(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    send(&ledger, 3600, fired("other", 3600), &[to("other")]).await;
    let other = claim_one(&ledger, 3600).await;
    let shown = Some(Shown { number: "INC7".to_owned(), ..Shown::default() });
    ledger.save(&other.lease, Save { shown, ..confirm(&other, 3601) }).await.unwrap();
    send(&ledger, 3601, fired("fresh", 3601), &[to("fresh")]).await;
    let over = fired("over", 3603);
    send(&ledger, 3603, over.clone(), &[to("over")]).await;
    send(&ledger, 3604, resolved(&over, 3604), &[]).await;
    send(&ledger, 3605, fired("unrouted", 3605), &[]).await;
    send(&ledger, 3606, fired("own", 3606), &[to("own")]).await;
    send(&ledger, 3607, fired("twice", 3607), &[to("one"), to("two")]).await;
    let found = firing(&*nearby).await;
    let found: Vec<_> = found.iter().map(|(key, number)| (key.as_str(), number.as_str())).collect();
    assert_eq!(found, [("twice", ""), ("fresh", ""), ("other", "INC7")]);
}

pub(crate) async fn no_more_neighbours_are_found_than_asked_for(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    for (at, name) in [(1, "first"), (2, "second"), (3, "third")] {
        send(&ledger, at, fired(name, at), &[to(name)]).await;
    }
    let places: Vec<Place> =
        nearby.sightings(Place::default()).await.unwrap().fired.into_iter().map(|each| each.0).collect();
    let found = nearby.firing(&key("own", 1), places.clone(), 2).await.unwrap();
    assert_eq!(found.iter().map(|each| each.0).collect::<Vec<_>>(), places[..2], "in the order that was asked for");
}

pub(crate) async fn observations_are_sighted_once(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    assert_eq!(nearby.sightings(Place::default()).await.unwrap(), Sightings::default());
    let first = fired("first", 1);
    send(&ledger, 1, first.clone(), &[to("first")]).await;
    let seen = nearby.sightings(Place::default()).await.unwrap();
    let [(place, sighting)] = &seen.fired[..] else { panic!("{seen:?}") };
    assert_eq!(*place, seen.last);
    assert_eq!((&sighting.rule, &sighting.resources), (&first.rule, &first.resources));
    assert_eq!((sighting.severity, sighting.fired_at), (first.severity, first.fired_at));
    send(&ledger, 2, resolved(&first, 2), &[]).await;
    let later = nearby.sightings(seen.last).await.unwrap();
    assert!(later.fired.is_empty(), "what is over did not fire: {later:?}");
    assert!(later.last > seen.last, "and is passed");
    send(&ledger, 3, fired("next", 3), &[to("next")]).await;
    let keys = nearby.sightings(later.last).await.unwrap().fired;
    assert_eq!(keys.iter().map(|(_, each)| each.correlation_key.as_str()).collect::<Vec<_>>(), ["next"]);
}

pub(crate) async fn only_the_latest_observations_are_looked_through(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    send(&ledger, 1, fired("first", 1), &[to("first")]).await;
    let many = |from: i64, to: i64| (from..to).map(|n| (fired(&format!("unrouted-{n}"), 2), Vec::new())).collect();
    ledger.accept(body(2, many(0, LOOKED_THROUGH - 1))).await.unwrap();
    assert_eq!(firing(&*nearby).await.len(), 1);
    ledger.accept(body(2, many(LOOKED_THROUGH - 1, LOOKED_THROUGH))).await.unwrap();
    assert_eq!(firing(&*nearby).await, []);
}

pub(crate) async fn a_very_long_alert_is_not_sighted(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    let long = |name: &str, length| Alert { description: "x".repeat(length), ..fired(name, 1) };
    send(&ledger, 1, long("long", LONGEST_SEEN as usize), &[to("long")]).await;
    send(&ledger, 1, long("short", LONGEST_SEEN as usize / 2), &[to("short")]).await;
    assert_eq!(firing(&*nearby).await, [("short".to_owned(), String::new())]);
}

pub(crate) async fn open_tickets_are_those_that_people_see_open_while_something_fires(engine: &impl Engine) {
    let Store { ledger, nearby, .. } = engine.store().await;
    let shown = |id: &str, state: &str| Shown { id: id.to_owned(), state: state.to_owned(), ..Shown::default() };
    for (second, name, state) in [(1, "open", "open"), (2, "pending", "pending"), (3, "closed", "closed")] {
        send(&ledger, second, fired(name, second), &[to(name)]).await;
        let claimed = claim_one(&ledger, second).await;
        let shown = Some(shown(name, state));
        ledger.save(&claimed.lease, Save { shown, ..confirm(&claimed, second) }).await.unwrap();
    }
    send(&ledger, 4, fired("not created", 4), &[to("not created")]).await;
    let open = async || {
        let found = nearby.open_tickets().await.unwrap().into_iter();
        let mut found: Vec<_> = found.map(|(_, alert)| alert.correlation_key.as_str().to_owned()).collect();
        found.sort();
        found
    };
    assert_eq!(open().await, ["open", "pending"]);
    send(&ledger, 5, resolved(&fired("open", 1), 5), &[]).await;
    assert_eq!(open().await, ["pending"], "nothing fires there any more");
}

/// A change to `web-7` that is planned from 100 to 200.
fn change(id: &str, phase: ChangePhase) -> ItsmRecord {
    ItsmRecord {
        number: id.to_owned(),
        phase: Some(phase),
        configuration_items: vec!["web-7".to_owned()],
        planned_start: Some(at(100)),
        planned_end: Some(at(200)),
        ..ItsmRecord::new(RecordKind::Change, id)
    }
}

pub(crate) async fn a_change_counts_while_it_may_be_under_way(engine: &impl Engine) {
    let Store { records, nearby, .. } = engine.store().await;
    let leader = Leader { task: "pull/desk".to_owned(), owner: "a".to_owned(), until: at(1000) };
    assert!(records.lead(&leader, at(0)).await.unwrap());
    let name = PullName { connection: connection("desk"), kind: RecordKind::Change };
    records.pull(&name, at(0)).await.unwrap();
    let page = |records| PulledPage { records, cursor: "c".to_owned(), more: false, at: at(1) };
    let changes = vec![
        change("approved", ChangePhase::Approved),
        ItsmRecord { actual_end: Some(at(150)), ..change("done early", ChangePhase::Implementing) },
        ItsmRecord { actual_start: Some(at(50)), ..change("begun early", ChangePhase::Implementing) },
        change("draft", ChangePhase::Draft),
        change("canceled", ChangePhase::Canceled),
        change("done", ChangePhase::Done),
        ItsmRecord { deleted: true, ..change("deleted", ChangePhase::Approved) },
        ItsmRecord { configuration_items: vec!["db-1".to_owned()], ..change("elsewhere", ChangePhase::Approved) },
        ItsmRecord { planned_end: None, ..change("endless", ChangePhase::Approved) },
    ];
    records.keep(&leader, &name, page(changes)).await.unwrap();
    let numbers = async |seconds: u64, items: &[&str], from: &str| {
        let items = items.iter().map(|item| (*item).to_owned()).collect();
        let asked = ChangesAt { connections: vec![connection(from)], items, now: at(seconds) };
        let mut found: Vec<_> =
            nearby.changes(&asked).await.unwrap().into_iter().map(|each| (each.number, each.until)).collect();
        found.sort();
        found
    };
    let named =
        |all: &[(&str, u64)]| all.iter().map(|(number, end)| ((*number).to_owned(), at(*end))).collect::<Vec<_>>();
    assert_eq!(numbers(99, &["web-7"], "desk").await, named(&[("begun early", 200)]));
    let all = named(&[("approved", 200), ("begun early", 200), ("done early", 150)]);
    assert_eq!(numbers(100, &["other", "WEB-7"], "desk").await, all);
    assert_eq!(numbers(150, &["web-7"], "desk").await, named(&[("approved", 200), ("begun early", 200)]));
    assert_eq!(numbers(200, &["web-7"], "desk").await, []);
    assert_eq!(numbers(150, &["web-7"], "elsewhere").await, []);
    let under_way = async |seconds: u64| {
        let mut ends: Vec<_> =
            nearby.changes_under_way(at(seconds)).await.unwrap().into_iter().map(|(_, until)| until).collect();
        ends.sort();
        ends
    };
    assert_eq!(under_way(99).await, [at(200)]);
    assert_eq!(under_way(100).await, [at(150), at(200), at(200), at(200)], "whatever they are to");
    assert_eq!(under_way(200).await, []);
    records.keep(&leader, &name, page(vec![change("approved", ChangePhase::Canceled)])).await.unwrap();
    assert_eq!(numbers(150, &["web-7"], "desk").await, named(&[("begun early", 200)]), "what is called off");
}

pub(crate) async fn a_window_is_there_until_it_ends(engine: &impl Engine) {
    let Store { windows, .. } = engine.store().await;
    let window = |name: &str, until| NewWindow {
        name: name.to_owned(),
        when: "true".to_owned(),
        from: at(100),
        until: at(until),
    };
    let long = windows.open_window(window("long", 300), at(0)).await.unwrap();
    let short = windows.open_window(window("short", 200), at(0)).await.unwrap();
    let ids =
        async |seconds| windows.windows(at(seconds)).await.unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(50).await, [short, long]);
    assert_eq!(ids(200).await, [long]);
    windows.end_window(long, at(250)).await.unwrap();
    assert_eq!(ids(249).await, [long]);
    assert!(ids(250).await.is_empty());
    let again = windows.end_window(long, at(250)).await;
    assert!(matches!(again, Err(LedgerError::NotFound(_))), "{again:?}");
}
