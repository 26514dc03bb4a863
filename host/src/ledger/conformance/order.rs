//! Bodies that come late and out of order.

use super::Engine;
use super::fixtures::*;
use crate::domain::{Alert, Condition, Severity};
use crate::ledger::{EndReason, Save, Standing};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

pub(crate) async fn a_late_resolved_of_an_older_episode_ends_nothing(engine: &impl Engine) {
    let ledger = engine.open().await;
    let first = fired("cpu", 10);
    send(&ledger, 10, first.clone(), &[to("p")]).await;
    let second = Alert { id: "another".into(), severity: Severity::Critical, ..fired("cpu", 20) };
    send(&ledger, 20, second, &[to("p")]).await;
    let late = send(&ledger, 30, resolved(&first, 25), &[to("p")]).await;
    assert_eq!(late[0].key, key("p", 1));
    let row = &tickets(&ledger).await[0];
    assert_eq!((row.wanted, row.firing, row.severity), (2, 1, Severity::Critical));
}

pub(crate) async fn a_resolved_whose_fired_was_never_seen_makes_nothing(engine: &impl Engine) {
    let ledger = engine.open().await;
    let placed = send(&ledger, 5, resolved(&fired("cpu", 1), 5), &[to("p")]).await;
    assert_eq!(placed, []);
    assert_eq!(tickets(&ledger).await, []);
    let counts = ledger.counts().await.unwrap();
    assert_eq!((counts.alerts, counts.unrouted), (1, 0));
}

pub(crate) async fn a_firing_after_its_own_resolved_makes_a_resolved_ticket(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alert = fired("cpu", 1);
    send(&ledger, 5, resolved(&alert, 5), &[to("p")]).await;
    let placed = send(&ledger, 6, alert, &[to("p")]).await;
    assert_eq!(placed[0].key, key("p", 1));
    let claimed = claim_one(&ledger, 7).await;
    assert_eq!((claimed.firing, claimed.total), (0, 1));
    assert_eq!(claimed.newest.alert.condition, Condition::Resolved);
    assert_eq!(events(&ledger, &key("p", 1)).await, ["fired", "resolved"]);
}

pub(crate) async fn a_late_observation_of_an_episode_that_ended_with_its_ticket_makes_nothing(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alert = fired("cpu", 1);
    send(&ledger, 1, alert.clone(), &[to("p")]).await;
    send(&ledger, 5, resolved(&alert, 5), &[to("p")]).await;
    let claimed = claim_one(&ledger, 6).await;
    let end = Save { standing: Standing::Ended(EndReason::Resolved), ..confirm(&claimed, 7) };
    ledger.save(&claimed.lease, end).await.unwrap();

    let late = Alert { id: "late".into(), observed_at: at(3), ..alert.clone() };
    assert_eq!(send(&ledger, 8, late.clone(), &[to("p")]).await, []);
    let elsewhere = crate::ledger::Placement { connection: connection("other"), ..to("q") };
    let late = Alert { id: "later".into(), ..late };
    assert_eq!(send(&ledger, 9, late, &[elsewhere]).await[0].key, key("q", 1), "no ticket there dealt with it");
    let next = Alert { id: "next".into(), ..fired("cpu", 6) };
    assert_eq!(send(&ledger, 10, next, &[to("p")]).await.last().unwrap().key, key("p", 2));
}

pub(crate) async fn at_one_moment_resolved_is_last(engine: &impl Engine) {
    let ledger = engine.open().await;
    let alert = fired("cpu", 1);
    send(&ledger, 1, alert.clone(), &[to("p")]).await;
    send(&ledger, 2, resolved(&alert, 1), &[to("p")]).await;
    let worse = Alert { severity: Severity::Critical, ..alert };
    send(&ledger, 3, worse, &[to("p")]).await;
    let row = &tickets(&ledger).await[0];
    assert_eq!((row.firing, row.wanted), (0, 2));
}

pub(crate) async fn what_is_not_greater_raises_nothing(engine: &impl Engine) {
    let ledger = engine.open().await;
    send(&ledger, 1, fired("cpu", 10), &[to("p")]).await;
    let placed = send(&ledger, 2, Alert { id: "older".into(), ..fired("cpu", 5) }, &[to("p")]).await;
    assert_eq!(placed[0].key, key("p", 1), "it stands there all the same");
    assert_eq!(tickets(&ledger).await[0].wanted, 1);
    assert_eq!(events(&ledger, &key("p", 1)).await, ["fired"]);
}

pub(crate) async fn a_late_firing_shows_the_greatest_that_each_resource_has(engine: &impl Engine) {
    let ledger = engine.open().await;
    for (seconds, resource) in [(10, "one"), (20, "two"), (20, "three"), (30, "four"), (40, "four")] {
        let alert = on(fired("cpu", seconds), &[resource]);
        send(&ledger, 50, Alert { id: format!("{resource}/{seconds}").as_str().into(), ..alert }, &[]).await;
    }
    let places = ["one", "two", "three", "five"].map(split);
    let late = on(fired("cpu", 5), &["one", "two", "three", "five"]);
    assert_eq!(send(&ledger, 51, late, &places).await.len(), 4);
    for (resource, seconds) in [("one", 10), ("two", 20), ("three", 20), ("five", 5)] {
        let member = members(&ledger, &key(&format!("p-{resource}"), 1)).await.remove(0);
        assert_eq!(member.episode.fired_at, at(seconds), "{resource}");
    }
}

/// Any observations of one key: a few moments, so that many meet.
fn observations() -> impl Strategy<Value = Vec<Alert>> {
    let observation = (0..3_u64, 0..4_u64, any::<bool>(), 0..3_usize).prop_map(|(began, seen, ended, severity)| {
        let alert = Alert {
            id: format!("e{began}").as_str().into(),
            severity: Severity::ALL[severity],
            fired_at: at(began * 10),
            observed_at: at(began * 10 + seen),
            ..fired("key", 0)
        };
        if ended { Alert { condition: Condition::Resolved, ..alert } } else { alert }
    });
    proptest::collection::vec(observation, 1..7)
}

pub(crate) async fn any_order_and_doubling_ends_in_the_same_members(engine: &impl Engine) {
    let ledger = engine.open().await;
    let mut runner = TestRunner::new(Config::default());
    for case in 0..40 {
        let observations = observations().new_tree(&mut runner).unwrap().current();
        let doubled = [observations.clone(), observations.clone()].concat();
        let shuffled = Just(doubled).prop_shuffle().new_tree(&mut runner).unwrap().current();
        let in_order = run_of(&ledger, &format!("{case}-in-order"), observations).await;
        let otherwise = run_of(&ledger, &format!("{case}-otherwise"), shuffled.clone()).await;
        assert_eq!(in_order, otherwise, "{shuffled:#?}");
    }
}

/// Sends these observations as a key's of its own, and says what its ticket shows.
async fn run_of(
    ledger: &std::sync::Arc<dyn crate::ledger::Ledger>,
    name: &str,
    observations: Vec<Alert>,
) -> Option<(Condition, Severity, crate::domain::Episode)> {
    for alert in observations {
        let alert = Alert { id: format!("{name}/{}", alert.id).as_str().into(), correlation_key: name.into(), ..alert };
        send(ledger, 100, alert, &[to(name)]).await;
    }
    let story = ledger.ticket(&key(name, 1)).await.ok()?;
    assert!(ledger.ticket(&key(name, 2)).await.is_err());
    let member = story.members.first()?;
    Some((member.condition, member.severity, member.episode))
}
