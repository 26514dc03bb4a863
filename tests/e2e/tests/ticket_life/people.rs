//! People act on tickets behind the gateway's back: it sees that, respects it, and never fights over it.
//!
//! A ticket is read before a change unless it was seen within the last ten seconds; so these cases act on many tickets, wait
//! once, and go on with all of them.

use super::*;
use serde_json::json;
use signalbox_e2e::scene::PATIENCE;
use signalbox_simulators::servicenow::Act;
use std::time::Duration;

/// Longer than what was seen of a ticket is good enough to act on.
const NO_LONGER_FRESH: Duration = Duration::from_millis(10_500);

/// One ticket, what a person does to it, what the monitor says then, and how it must be at the end.
struct Case {
    rule: &'static str,
    act: Act,
    then: Then,
    /// How many incidents the problem has, and how they are, oldest first.
    ends: fn(&[Fields], &str),
}

enum Then {
    FiresWorse,
    IsOver,
}

/// What the last incident's `notes` say is given as text.
fn cases() -> Vec<Case> {
    let edit =
        |name: &str, value: &str| Act::Edit { fields: [(name.to_owned(), Value::from(value))].into_iter().collect() };
    vec![
        Case {
            rule: "closed",
            act: Act::Close,
            then: Then::FiresWorse,
            ends: |rows, _| {
                assert_eq!(states(rows), ["7", "1"], "a new ticket, the old stays closed");
                assert!(names(&rows[1], &rows[0]));
            },
        },
        Case {
            rule: "canceled",
            act: Act::Cancel,
            then: Then::FiresWorse,
            ends: |rows, _| assert_eq!(states(rows), ["8", "1"]),
        },
        Case {
            rule: "closed-and-over",
            act: Act::Close,
            then: Then::IsOver,
            ends: |rows, _| assert_eq!(states(rows), ["7"], "nothing is left to say"),
        },
        Case {
            rule: "resolved-by-hand",
            act: Act::Resolve,
            then: Then::FiresWorse,
            ends: |rows, _| assert_eq!(states(rows), ["2"], "reopened: the monitor says that it is not over"),
        },
        Case {
            rule: "resolved-by-hand-and-over",
            act: Act::Resolve,
            then: Then::IsOver,
            ends: |rows, _| {
                assert_eq!(states(rows), ["6"]);
                assert_eq!(field(&rows[0], "close_notes"), "Resolved by hand.", "a person's words stay");
            },
        },
        Case {
            rule: "deleted",
            act: Act::Delete,
            then: Then::FiresWorse,
            ends: |rows, _| assert_eq!(states(rows), ["1"], "the next firing has a new ticket"),
        },
        Case {
            rule: "deleted-and-over",
            act: Act::Delete,
            then: Then::IsOver,
            ends: |rows, _| assert!(rows.is_empty()),
        },
        Case {
            rule: "key-taken-out",
            act: Act::TakeOutKey,
            then: Then::FiresWorse,
            ends: |rows, _| assert_eq!(states(rows), ["1"], "the new one; the old is nobody's"),
        },
        Case {
            rule: "reassigned",
            act: Act::Reassign { group: Some("Network".into()), person: Some("Jun Sato".into()) },
            then: Then::FiresWorse,
            ends: |rows, _| {
                assert_eq!((states(rows), field(&rows[0], "priority")), (vec!["1"], "1"));
                assert!(!field(&rows[0], "assigned_to").is_empty(), "it stays with whom it was given to");
            },
        },
        Case {
            rule: "on-hold",
            act: Act::Edit {
                fields: [("state".to_owned(), json!("On Hold")), ("hold_reason".to_owned(), json!("Awaiting Vendor"))]
                    .into_iter()
                    .collect(),
            },
            then: Then::FiresWorse,
            ends: |rows, _| assert_eq!((states(rows), field(&rows[0], "priority")), (vec!["3"], "1")),
        },
        Case {
            rule: "other-priority",
            act: edit("urgency", "3 - Low"),
            then: Then::FiresWorse,
            ends: |rows, notes| {
                assert_eq!(field(&rows[0], "urgency"), "3", "a person's urgency stands");
                assert!(notes.contains("Left as set by hand from now on: severity"), "{notes}");
            },
        },
        Case {
            rule: "other-title",
            act: edit("short_description", "What it really is"),
            then: Then::IsOver,
            ends: |rows, _| {
                assert_eq!(states(rows), ["6"]);
                assert_eq!(field(&rows[0], "short_description"), "What it really is");
            },
        },
    ]
}

fn states(rows: &[Fields]) -> Vec<&str> {
    rows.iter().map(|row| field(row, "state")).collect()
}

fn names(new: &Fields, old: &Fields) -> bool {
    new.values().any(|value| value.contains(field(old, "number")))
}

#[tokio::test]
async fn what_people_do_is_seen_and_respected() -> Tested {
    // A title that would be sent with every change, were it not for people.
    let mapping = "title = { value = \"{{ alert.rule }}\", on = [\"create\", \"update\", \"resolve\"] }".to_owned();
    let scene = Scene::with(|config| config.mapping = mapping).await?;
    let mut begun = Vec::new();
    for case in cases() {
        let first = alert(case.rule, "Sev2", 0);
        let key = send(&scene, &first.fired()).await?;
        begun.push((case, first, key));
    }
    for (case, _, key) in &begun {
        let row = scene.incident_when(key, "the incident is there", is_open).await?;
        scene.platform.instance.act(field(&row, "number"), &case.act)?;
    }
    tokio::time::sleep(NO_LONGER_FRESH).await;
    for (case, first, _) in &begun {
        match case.then {
            Then::FiresWorse => scene.gateway.accept(&alert(case.rule, "Sev0", 20).fired()).await?,
            Then::IsOver => scene.gateway.accept(&first.resolved_after(5)).await?,
        };
    }
    scene.gateway.at_rest(PATIENCE).await?;
    let tickets = scene.gateway.get("/v1/tickets?ended=true&limit=1000").await?;
    for (case, _, key) in &begun {
        let rows = incidents(&scene, key);
        let notes = rows.last().map(|row| notes(&scene, row)).unwrap_or_default();
        println!("{}: {:?}", case.rule, states(&rows));
        (case.ends)(&rows, &notes);
        let problem = key.split('-').next().unwrap();
        let live = tickets.as_array().unwrap().iter().filter(|ticket| {
            ticket["standing"] == "live" && ticket["key"].as_str().is_some_and(|key| key.starts_with(problem))
        });
        assert!(live.count() <= 1, "{}: at most one ticket stands for a problem", case.rule);
    }
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["parked"], 0);
    Ok(())
}

#[tokio::test]
async fn what_was_merged_gets_no_more_and_the_next_firing_has_a_ticket_of_its_own() -> Tested {
    let scene = Scene::start().await?;
    let master = scene
        .platform
        .instance
        .create("incident", json!({ "short_description": "The real one" }).as_object().unwrap())?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let row = scene.incident_when(&key, "the incident is there", is_open).await?;
    scene.platform.instance.act(field(&row, "number"), &Act::Merge { into: master.number.clone() })?;
    send(&scene, &alert("cpu", "Sev1", 10).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let rows = incidents(&scene, &key);
    assert_eq!(states(&rows), ["7", "1"]);
    let master = scene.platform.instance.rows("incident", &format!("number={}", master.number));
    assert_eq!(notes(&scene, &master[0]), "", "what it was merged into is not ours to write to");
    Ok(())
}

#[tokio::test]
async fn resolve_untouched_resolves_only_what_nobody_touched() -> Tested {
    let scene = Scene::with(|config| config.route = "resolve = \"untouched\"".to_owned()).await?;
    let (touched, untouched) = (alert("touched", "Sev2", 0), alert("untouched", "Sev2", 0));
    let first = send(&scene, &touched.fired()).await?;
    let second = send(&scene, &untouched.fired()).await?;
    let row = scene.incident_when(&first, "the incident is there", is_open).await?;
    scene.incident_when(&second, "the other, too", is_open).await?;
    scene.platform.instance.act(field(&row, "number"), &Act::Note { text: "I am looking at it.".into() })?;
    scene.platform.instance.act(field(&row, "number"), &Act::State { state: "2".into() })?;
    tokio::time::sleep(NO_LONGER_FRESH).await;
    send(&scene, &touched.resolved_after(5)).await?;
    send(&scene, &untouched.resolved_after(5)).await?;
    scene.incident_when(&second, "what nobody touched is resolved", is_resolved).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let row = scene.incident(&first).unwrap();
    assert_eq!(field(&row, "state"), "2");
    assert!(notes(&scene, &row).contains("Resolved at"), "people are told: {}", notes(&scene, &row));
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_a_person_closed_a_moment_ago_is_not_fought_over() -> Tested {
    let scene = Scene::start().await?;
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    let row = scene.incident_when(&key, "the incident is there", is_open).await?;
    // Within the ten seconds: the gateway learns it from the platform's refusal.
    scene.platform.instance.act(field(&row, "number"), &Act::Close)?;
    send(&scene, &first.resolved_after(5)).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(states(&incidents(&scene, &key)), ["7"]);
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["parked"], 0);
    Ok(())
}
