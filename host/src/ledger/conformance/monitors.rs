//! What monitors are asked and told.

use super::Engine;
use super::fixtures::*;
use crate::domain::{Alert, Fact, PlatformTicket, SourceName, TicketState};
use crate::ledger::{
    Claimed, EndReason, Enquiry, Findings, Leader, LedgerError, Monitors, Placement, Report, Reported, Save, Standing,
    Store,
};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

fn sources() -> Vec<SourceName> {
    vec!["monitor".parse().unwrap()]
}

fn leader(task: &str) -> Leader {
    Leader { task: format!("{task}/watch"), owner: "a".to_owned(), until: at(100_000) }
}

async fn leading(store: &Store, task: &str) -> Leader {
    let leader = leader(task);
    assert!(store.records.lead(&leader, at(0)).await.unwrap());
    leader
}

/// What is due then.
async fn due(monitors: &Arc<dyn Monitors>, seconds: u64) -> Vec<Report> {
    monitors.reports(&leader("report"), &connection("watch"), &sources(), at(seconds), 100).await.unwrap()
}

async fn told(monitors: &Arc<dyn Monitors>, report: &Report, outcome: Reported, seconds: u64) {
    monitors.reported(&leader("report"), report.id, outcome, at(seconds)).await.unwrap();
}

async fn enquiries(monitors: &Arc<dyn Monitors>, seconds: u64) -> Vec<Enquiry> {
    monitors.enquiries(&leader("enrich"), &connection("watch"), &sources(), at(seconds), 100).await.unwrap()
}

async fn found(monitors: &Arc<dyn Monitors>, enquiry: &Enquiry, value: &str, hold: Option<u64>, seconds: u64) {
    let fact = Fact { name: "load".to_owned(), value: value.to_owned(), ..Fact::default() };
    let findings = Findings { monitor: "watch".to_owned(), facts: vec![fact], missing: vec!["logs".to_owned()] };
    monitors.found(&leader("enrich"), enquiry, findings, hold.map(Duration::from_secs), at(seconds)).await.unwrap();
}

/// What a worker saves that has seen the ticket in this state.
fn seen(claimed: &Claimed, state: TicketState, seconds: u64) -> Save {
    let ticket = PlatformTicket { state, ..PlatformTicket::new("1", "T1", claimed.lease.key.to_string()) };
    let life = json!({ "seen": { "ticket": ticket, "at": at(seconds), "stale": false } }).to_string();
    let entry = crate::domain::Entry { at: at(seconds), event: "seen".to_owned(), text: String::new() };
    Save { life, entries: vec![entry], ..confirm(claimed, seconds) }
}

/// Sends an alert of the problem `p`, and saves its ticket in this state.
async fn shown(store: &Store, alert: Alert, state: TicketState, seconds: u64) {
    send(&store.ledger, seconds, alert, &[to("p")]).await;
    let claimed = claim_one(&store.ledger, seconds).await;
    store.ledger.save(&claimed.lease, seen(&claimed, state, seconds)).await.unwrap();
}

fn words(reports: &[Report]) -> Vec<(&str, &str)> {
    reports.iter().map(|report| (report.alert.id.as_str(), report.ticket.state.as_str())).collect()
}

pub(crate) async fn a_ticket_is_shown_at_its_alerts_once_a_state(engine: &impl Engine) {
    let store = engine.store().await;
    leading(&store, "report").await;
    send(&store.ledger, 1, fired("cpu", 1), &[to("p")]).await;
    assert_eq!(words(&due(&store.monitors, 1).await), [], "it is nowhere yet");
    let claimed = claim_one(&store.ledger, 2).await;
    store.ledger.save(&claimed.lease, seen(&claimed, TicketState::Open, 2)).await.unwrap();
    let reports = due(&store.monitors, 3).await;
    assert_eq!(words(&reports), [("cpu/1", "open")]);
    assert_eq!((reports[0].key.clone(), reports[0].ticket.number.as_str()), (key("p", 1), "T1"));
    assert_eq!(words(&due(&engine.store().await.monitors, 4).await), [("cpu/1", "open")], "until it is told");
    told(&store.monitors, &reports[0], Reported::Shown, 4).await;
    assert_eq!(words(&due(&store.monitors, 5).await), []);

    shown(
        &store,
        crate::domain::Alert { severity: crate::domain::Severity::Critical, ..fired("cpu", 1) },
        TicketState::Open,
        6,
    )
    .await;
    assert_eq!(words(&due(&store.monitors, 7).await), [], "number and state are the same");
    shown(&store, resolved(&fired("cpu", 1), 8), TicketState::Resolved, 8).await;
    let reports = due(&store.monitors, 9).await;
    assert_eq!(words(&reports), [("cpu/1", "resolved")]);
    told(&store.monitors, &reports[0], Reported::Shown, 9).await;
    let state = store.monitors.monitor_tasks().await.unwrap().remove(0);
    assert_eq!((state.done, state.waiting, state.given_up, state.trouble.as_str()), (2, 0, 0, ""));
}

pub(crate) async fn what_can_t_be_told_now_is_due_later_and_what_never_can_is_said(engine: &impl Engine) {
    let store = engine.store().await;
    leading(&store, "report").await;
    shown(&store, fired("cpu", 1), TicketState::Open, 1).await;
    let reports = due(&store.monitors, 2).await;
    told(&store.monitors, &reports[0], Reported::Later { at: at(60), why: "down".to_owned() }, 2).await;
    assert_eq!(words(&due(&store.monitors, 59).await), []);
    let state = store.monitors.monitor_tasks().await.unwrap().remove(0);
    assert_eq!((state.waiting, state.trouble.as_str()), (1, "down"));
    let reports = due(&store.monitors, 60).await;
    assert_eq!((reports[0].failures, reports[0].since), (1, at(2)));
    told(&store.monitors, &reports[0], Reported::GivenUp { why: "no such alert".to_owned() }, 60).await;
    assert_eq!(words(&due(&store.monitors, 100_000).await), []);
    let story = store.ledger.ticket(&key("p", 1)).await.unwrap();
    let last = story.timeline.last().unwrap();
    assert_eq!(last.event, "not-reported");
    assert!(last.text.contains("cpu/1") && last.text.contains("no such alert"), "{last:?}");
    assert_eq!(store.monitors.monitor_tasks().await.unwrap()[0].given_up, 1);
}

pub(crate) async fn an_alert_that_joins_is_shown_and_one_that_is_over_is_told_of_the_end(engine: &impl Engine) {
    let store = engine.store().await;
    leading(&store, "report").await;
    shown(&store, fired("cpu", 1), TicketState::Open, 1).await;
    for report in due(&store.monitors, 2).await {
        told(&store.monitors, &report, Reported::Shown, 2).await;
    }
    // A new episode of the same key: another alert.
    shown(&store, fired("cpu", 10), TicketState::Open, 10).await;
    let reports = due(&store.monitors, 11).await;
    assert_eq!(words(&reports), [("cpu/10", "open")]);
    told(&store.monitors, &reports[0], Reported::Shown, 11).await;
    shown(&store, resolved(&fired("cpu", 10), 20), TicketState::Closed, 20).await;
    let mut reports = words(&due(&store.monitors, 21).await)
        .into_iter()
        .map(|(id, state)| format!("{id} {state}"))
        .collect::<Vec<_>>();
    reports.sort();
    assert_eq!(reports, ["cpu/1 closed", "cpu/10 closed"]);
}

pub(crate) async fn other_sources_alerts_are_not_told_of(engine: &impl Engine) {
    let store = engine.store().await;
    leading(&store, "report").await;
    leading(&store, "enrich").await;
    shown(&store, fired("cpu", 1), TicketState::Open, 1).await;
    let (watch, others) = (connection("watch"), vec!["another".parse().unwrap()]);
    let reports = store.monitors.reports(&leader("report"), &watch, &others, at(2), 10).await.unwrap();
    let enquiries = store.monitors.enquiries(&leader("enrich"), &watch, &others, at(2), 10).await.unwrap();
    assert_eq!((reports.len(), enquiries.len()), (0, 0));
    assert!(store.monitors.firing_since(&watch, &others, at(9)).await.unwrap().is_empty());
}

pub(crate) async fn who_does_not_lead_writes_nothing(engine: &impl Engine) {
    let store = engine.store().await;
    let (nobody, watch) = (leader("report"), connection("watch"));
    let refused = [
        store.monitors.reports(&nobody, &watch, &sources(), at(1), 1).await.map(drop),
        store.monitors.enquiries(&nobody, &watch, &sources(), at(1), 1).await.map(drop),
        store.monitors.reported(&nobody, 1, Reported::Shown, at(1)).await,
        store.monitors.rechecked(&nobody, &watch, 1, None, &[], at(1)).await,
    ];
    for refused in refused {
        assert!(matches!(refused, Err(LedgerError::NotLeader(_))), "{refused:?}");
    }
    assert_eq!(store.monitors.monitor_tasks().await.unwrap(), []);
}

pub(crate) async fn facts_are_asked_for_once_an_episode(engine: &impl Engine) {
    let store = engine.store().await;
    leading(&store, "enrich").await;
    let ids = |asked: Vec<Enquiry>| asked.into_iter().map(|each| each.alert.id.to_string()).collect::<Vec<_>>();
    send(&store.ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let asked = enquiries(&store.monitors, 1).await;
    assert_eq!((asked[0].key.clone(), asked[0].route.as_str()), (key("p", 1), "production"));
    assert_eq!(ids(enquiries(&engine.store().await.monitors, 2).await), ["cpu/1"], "until it is answered");
    found(&store.monitors, &asked[0], "7", None, 3).await;
    assert_eq!(ids(enquiries(&store.monitors, 4).await), [""; 0]);

    send(&store.ledger, 5, fired("disk", 5), &[to("p")]).await;
    assert_eq!(ids(enquiries(&store.monitors, 5).await), [""; 0], "another one joins, and the first still fires");
    send(&store.ledger, 6, resolved(&fired("cpu", 1), 6), &[to("p")]).await;
    send(&store.ledger, 7, fired("cpu", 7), &[to("p")]).await;
    assert_eq!(ids(enquiries(&store.monitors, 7).await), ["cpu/7"], "a new episode");
    send(&store.ledger, 8, fired("late", 8), &[to("q")]).await;
    assert_eq!(ids(enquiries(&store.monitors, 8 + 3600).await), ["cpu/7"], "not an hour later");
}

pub(crate) async fn facts_reach_the_next_claim_and_end_the_wait(engine: &impl Engine) {
    let store = engine.store().await;
    leading(&store, "enrich").await;
    let waits = Placement { hold: Duration::from_secs(10), ..to("p") };
    send(&store.ledger, 1, fired("cpu", 1), &[waits]).await;
    assert_eq!(claim(&store.ledger, 2).await.len(), 0);
    let asked = enquiries(&store.monitors, 2).await;
    found(&store.monitors, &asked[0], "7", Some(0), 3).await;
    let claimed = claim_one(&store.ledger, 3).await;
    let known = claimed.facts.clone().unwrap();
    assert_eq!((known.about.as_str(), known.findings.facts[0].value.as_str()), ("cpu/1", "7"));
    assert_eq!((known.findings.missing, claimed.wanted), (vec!["logs".to_owned()], 2));
    store.ledger.save(&claimed.lease, seen(&claimed, TicketState::Open, 4)).await.unwrap();
    assert_eq!(events(&store.ledger, &key("p", 1)).await, ["fired", "facts", "seen"]);

    // What comes late raises a ticket that is there.
    send(&store.ledger, 5, resolved(&fired("cpu", 1), 5), &[to("p")]).await;
    send(&store.ledger, 6, fired("cpu", 6), &[to("p")]).await;
    let claimed = claim_one(&store.ledger, 6).await;
    assert_eq!(claimed.facts.clone().unwrap().about, "cpu/1", "what is known of the last episode");
    store.ledger.save(&claimed.lease, seen(&claimed, TicketState::Open, 7)).await.unwrap();
    let asked = enquiries(&store.monitors, 8).await;
    found(&store.monitors, &asked[0], "8", Some(0), 9).await;
    let raised = claim_one(&store.ledger, 9).await;
    assert_eq!((raised.facts.unwrap().about.as_str(), raised.wanted), ("cpu/6", claimed.wanted + 1));

    // Of a ticket that has ended nobody wants to know.
    let ended = Save { standing: Standing::Ended(EndReason::Closed), ..confirm(&claimed, 10) };
    let lease = raised.lease;
    store.ledger.save(&lease, Save { known: raised.wanted, ..ended }).await.unwrap();
    found(&store.monitors, &asked[0], "9", Some(0), 11).await;
    assert_eq!(claim(&store.ledger, 12).await.len(), 0);
}

pub(crate) async fn a_hold_of_the_route_is_not_ended(engine: &impl Engine) {
    let store = engine.store().await;
    leading(&store, "enrich").await;
    let held = Placement { hold: Duration::from_secs(60), ..to("p") };
    send(&store.ledger, 1, fired("cpu", 1), &[held]).await;
    let asked = enquiries(&store.monitors, 2).await;
    found(&store.monitors, &asked[0], "7", None, 3).await;
    assert_eq!(claim(&store.ledger, 60).await.len(), 0);
    assert!(claim_one(&store.ledger, 61).await.facts.is_some());

    // Facts end what is waited for them, and no more.
    let waits_longer = Placement { hold: Duration::from_secs(60), ..to("q") };
    send(&store.ledger, 71, fired("disk", 71), &[waits_longer]).await;
    let asked = enquiries(&store.monitors, 72).await;
    found(&store.monitors, &asked[0], "8", Some(20), 73).await;
    assert_eq!(claim(&store.ledger, 90).await.len(), 0);
    assert!(claim_one(&store.ledger, 91).await.facts.is_some());
}

pub(crate) async fn what_has_fired_for_long_is_listed_until_it_was_asked_about(engine: &impl Engine) {
    let store = engine.store().await;
    let leader = leading(&store, "recheck").await;
    let watch = connection("watch");
    for (seconds, key, problem) in [(1, "cpu", "p"), (2, "disk", "q"), (3, "over", "r"), (50, "young", "s")] {
        send(&store.ledger, seconds, fired(key, seconds), &[to(problem)]).await;
    }
    send(&store.ledger, 51, resolved(&fired("over", 3), 51), &[to("r")]).await;
    let listed = |before: u64| {
        let (monitors, watch) = (store.monitors.clone(), watch.clone());
        async move {
            let rows = monitors.firing_since(&watch, &sources(), at(before)).await.unwrap();
            let firing = monitors.firing(&rows).await.unwrap();
            firing.into_iter().map(|each| (each.row, each.alert.id.to_string())).collect::<Vec<_>>()
        }
    };
    let all = listed(10).await;
    assert_eq!(all.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>(), ["cpu/1", "disk/2"]);
    store.monitors.rechecked(&leader, &watch, 1, Some(all[0].0), &[], at(60)).await.unwrap();
    assert_eq!(listed(10).await, all[1..], "a round that was cut goes on where it was");
    store.monitors.rechecked(&leader, &watch, 1, None, &[], at(61)).await.unwrap();
    assert_eq!(listed(10).await, all);
    let state = store.monitors.monitor_tasks().await.unwrap().remove(0);
    assert_eq!((state.done, state.done_at), (2, Some(at(61))));
}

pub(crate) async fn what_was_forgotten_is_said_once(engine: &impl Engine) {
    let store = engine.store().await;
    let leader = leading(&store, "recheck").await;
    let watch = connection("watch");
    send(&store.ledger, 1, fired("cpu", 1), &[to("p")]).await;
    let rows = store.monitors.firing_since(&watch, &sources(), at(2)).await.unwrap();
    let forgotten = store.monitors.firing(&rows).await.unwrap();
    for seconds in [3, 4] {
        store.monitors.rechecked(&leader, &watch, 1, None, &forgotten, at(seconds)).await.unwrap();
    }
    assert_eq!(events(&store.ledger, &key("p", 1)).await, ["fired", "forgotten"]);
    assert_eq!(members(&store.ledger, &key("p", 1)).await[0].condition, crate::domain::Condition::Fired);
}
