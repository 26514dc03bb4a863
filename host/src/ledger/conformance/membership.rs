//! Which tickets an alert stands in.

use super::Engine;
use super::fixtures::*;
use crate::domain::{Alert, Condition, Severity, WorkItemKind};
use crate::ledger::{AlertSelection, EndReason, Placement, Save, Standing, Submission};
use std::time::Duration;

pub(crate) async fn a_firing_makes_a_ticket_that_is_due(engine: &impl Engine) {
    let ledger = engine.open().await;
    let placed = send(&ledger, 2, fired("cpu", 1), &[to("p")]).await;
    assert_eq!(placed.len(), 1);
    assert_eq!((&placed[0].key, placed[0].kind), (&key("p", 1), WorkItemKind::Incident));
    let row = &tickets(&ledger).await[0];
    assert_eq!((row.wanted, row.confirmed, row.firing, row.total), (1, 0, 1, 1));
    assert_eq!((row.due_at, row.follows.as_ref()), (Some(at(2)), None));
    assert_eq!(claim(&ledger, 2).await.len(), 1);
}

pub(crate) async fn members_go_to_their_ticket_whatever_the_routes_say(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alert = fired("cpu", 1);
    send(&ledger, 1, alert.clone(), &[to("p")]).await;
    let elsewhere = send(&ledger, 3, Alert { id: "2".into(), ..fired("cpu", 2) }, &[to("q")]).await;
    assert_eq!(elsewhere[0].key, key("p", 1));
    let nowhere = send(&ledger, 4, resolved(&fired("cpu", 2), 4), &[]).await;
    assert_eq!(nowhere[0].key, key("p", 1));
    let rows = tickets(&ledger).await;
    assert_eq!((rows.len(), rows[0].wanted, rows[0].firing), (1, 3, 0));
    assert_eq!(ledger.counts().await.unwrap().unrouted, 0);
}

pub(crate) async fn another_connection_gets_a_ticket_of_its_own(engine: &impl Engine) {
    let ledger = engine.open().await;
    let elsewhere = Placement { connection: connection("board"), ..to("q") };
    let as_event = Placement { kind: WorkItemKind::Event, ..to("r") };
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let second = Alert { id: "2".into(), ..fired("cpu", 2) };
    let placed = send(&ledger, 2, second, &[to("p"), elsewhere, as_event]).await;
    let keys: Vec<_> = placed.into_iter().map(|ticket| ticket.key).collect();
    assert_eq!(keys, [key("p", 1), key("q", 1), key("r", 1)]);
    // Each learns of the end, also where no route matches any more.
    let ended = send(&ledger, 3, resolved(&fired("cpu", 2), 3), &[]).await;
    assert_eq!(ended.len(), 3);
    assert!(tickets(&ledger).await.iter().all(|row| row.firing == 0));
}

pub(crate) async fn of_one_problem_the_first_placement_counts(engine: &impl Engine) {
    let ledger = engine.open().await;
    let second = Placement { route: "second".parse().unwrap(), ..to("p") };
    let placed = send(&ledger, 1, fired("cpu", 1), &[to("p"), second]).await;
    assert_eq!(placed.len(), 1);
    assert_eq!(tickets(&ledger).await[0].route.as_str(), "production");
}

pub(crate) async fn two_problems_of_one_connection_get_a_ticket_each(engine: &impl Engine) {
    let ledger = engine.open().await;
    let placed = send(&ledger, 1, fired("cpu", 1), &[to("p"), to("q")]).await;
    assert_eq!(placed.len(), 2);
    let second = Alert { id: "2".into(), ..fired("cpu", 2) };
    assert_eq!(send(&ledger, 2, second, &[to("p"), to("q")]).await, placed);
    assert!(tickets(&ledger).await.iter().all(|row| row.wanted == 2));
}

pub(crate) async fn a_group_lists_its_keys(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("one", 1), &[to("p")]).await;
    send(&ledger, 2, Alert { severity: Severity::Critical, ..fired("two", 2) }, &[to("p")]).await;
    let row = &tickets(&ledger).await[0];
    assert_eq!((row.firing, row.total, row.wanted, row.severity), (2, 2, 2, Severity::Critical));
    let end = Alert { severity: Severity::Critical, ..resolved(&fired("two", 2), 3) };
    send(&ledger, 3, end, &[to("p")]).await;
    let row = &tickets(&ledger).await[0];
    assert_eq!((row.firing, row.total, row.severity), (1, 2, Severity::Error), "the worst of those that fire");
    let expected = [("one".into(), Condition::Fired), ("two".into(), Condition::Resolved)];
    assert_eq!(conditions(&members(&ledger, &key("p", 1)).await), expected);
}

pub(crate) async fn a_change_of_severity_is_told(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let worse = Alert { id: "2".into(), severity: Severity::Critical, fired_at: at(1), ..fired("cpu", 2) };
    send(&ledger, 2, worse.clone(), &[to("p")]).await;
    send(&ledger, 3, resolved(&worse, 3), &[to("p")]).await;
    send(&ledger, 4, fired("cpu", 4), &[to("p")]).await;
    let story = ledger.ticket(&key("p", 1)).await.unwrap();
    let told: Vec<_> = story.timeline.iter().map(|entry| (entry.event.as_str(), entry.text.as_str())).collect();
    assert_eq!(
        told,
        [
            ("fired", "fired as error: load on cpu"),
            ("severity-changed", "from error to critical: load on cpu"),
            ("resolved", "resolved: load on cpu"),
            ("fired", "fired as error: load on cpu"),
        ]
    );
}

pub(crate) async fn a_hold_keeps_a_ticket_from_workers_whatever_comes(engine: &impl Engine) {
    let ledger = engine.open().await;
    let held = Placement { hold: Duration::from_secs(30), ..to("p") };
    send(&ledger, 10, fired("cpu", 10), std::slice::from_ref(&held)).await;
    send(&ledger, 20, resolved(&fired("cpu", 10), 20), &[held]).await;
    assert_eq!(tickets(&ledger).await[0].due_at, Some(at(40)));
    assert_eq!(claim(&ledger, 39).await.len(), 0);
    assert_eq!(claim_one(&ledger, 40).await.wanted, 2);
}

pub(crate) async fn what_no_route_matches_is_unrouted(engine: &impl Engine) {
    let ledger = engine.open().await;
    assert_eq!(send(&ledger, 1, fired("cpu", 1), &[]).await, []);
    let unrouted = AlertSelection { unrouted: true, ..AlertSelection::default() };
    let rows = ledger.alerts(&unrouted).await.unwrap();
    assert_eq!((rows.len(), rows[0].alert.rule.as_str(), rows[0].received_at), (1, "load", at(1)));
    assert_eq!(ledger.counts().await.unwrap().unrouted, 1);
}

pub(crate) async fn again_routes_what_was_unrouted(engine: &impl Engine) {
    let ledger = engine.open().await;
    let first = body(1, vec![(fired("cpu", 1), vec![])]);
    ledger.accept(first.clone()).await.unwrap();
    let routed = Submission {
        verdict: body(0, vec![(fired("cpu", 1), vec![to("p")])]).verdict,
        again: Some(first.id.clone()),
        ..resent(&first, 5)
    };
    assert_eq!(tickets_of(ledger.accept(routed.clone()).await.unwrap())[0].key, key("p", 1));
    let counts = ledger.counts().await.unwrap();
    assert_eq!((counts.alerts, counts.unrouted, counts.live), (1, 0, 1));
    let repeated = Submission { id: resent(&first, 6).id, ..routed };
    assert_eq!(tickets_of(ledger.accept(repeated).await.unwrap())[0].key, key("p", 1));
    assert_eq!(tickets(&ledger).await[0].wanted, 1);
}

pub(crate) async fn split_tickets_are_for_one_resource_each(engine: &impl Engine) {
    let ledger = engine.open().await;
    let both = [split("one"), split("two")];
    send(&ledger, 1, on(fired("cpu", 1), &["one", "two"]), &both).await;
    let next = on(Alert { id: "2".into(), ..fired("cpu", 2) }, &["two", "three"]);
    let placed = send(&ledger, 2, next, &[split("two"), split("three")]).await;
    let keys: Vec<_> = placed.into_iter().map(|ticket| ticket.key).collect();
    assert_eq!(keys, [key("p-two", 1), key("p-three", 1)]);
    let wanted: Vec<_> = tickets(&ledger).await.into_iter().map(|row| row.wanted).collect();
    assert_eq!(wanted, [1, 2, 1]);
    let member = &members(&ledger, &key("p-three", 1)).await[0];
    assert_eq!(member.resource.as_ref().unwrap().id, "three");
}

pub(crate) async fn a_resolved_is_for_all_resources(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alert = on(fired("cpu", 1), &["one", "two"]);
    send(&ledger, 1, alert.clone(), &[split("one"), split("two")]).await;
    let ended = on(resolved(&alert, 2), &["one"]);
    assert_eq!(send(&ledger, 2, ended, &[split("one")]).await.len(), 2);
    assert!(tickets(&ledger).await.iter().all(|row| row.firing == 0));
}

pub(crate) async fn the_next_ticket_of_a_problem_names_the_last(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let claimed = claim_one(&ledger, 1).await;
    let end = Save { standing: Standing::Ended(EndReason::Closed), ..confirm(&claimed, 2) };
    ledger.save(&claimed.lease, end).await.unwrap();
    let placed = send(&ledger, 3, fired("cpu", 3), &[to("p")]).await;
    assert_eq!(placed[0].key, key("p", 2));
    let next = claim_one(&ledger, 3).await;
    assert_eq!((next.n, next.follows), (2, Some(key("p", 1))));
    assert_eq!(ledger.ticket(&key("p", 1)).await.unwrap().members.len(), 1, "the past is kept");
}

pub(crate) async fn texts_of_any_kind_are_kept_apart_and_come_back(engine: &impl Engine) {
    let ledger = engine.open().await;
    let odd = ["a\u{0}b", "a\u{0}c", "a", "\"'\\{}[]$.%_", "\u{202e}\u{1f525}\n\t\u{7f}", "null", "7", ""];
    for (n, name) in odd.iter().enumerate() {
        let alert = on(Alert { title: (*name).to_owned(), ..fired(name, 1) }, &[name]);
        let placement = Placement { resource: Some((*name).to_owned()), ..to(&format!("p{n}")) };
        for _ in 0..2 {
            let placed = send(&ledger, 1, alert.clone(), std::slice::from_ref(&placement)).await;
            assert_eq!(placed[0].key, key(&format!("p{n}"), 1), "{name:?}");
        }
        assert_eq!(send(&ledger, 2, resolved(&alert, 2), &[]).await.len(), 1, "{name:?}");
    }
    for (n, claimed) in claim(&ledger, 3).await.into_iter().enumerate() {
        assert_eq!(claimed.members[0].correlation_key.as_str(), odd[n]);
        assert_eq!((claimed.resource.as_deref(), claimed.newest.alert.title.as_str()), (Some(odd[n]), odd[n]));
        assert_eq!((claimed.wanted, claimed.total), (2, 1));
        assert!(claimed.timeline[0].text.ends_with(odd[n]), "{:?}", claimed.timeline[0].text);
    }
}
