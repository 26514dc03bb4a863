//! What flaps, and what comes all at once.

use super::*;
use serde_json::json;
use signalbox_e2e::scene::PATIENCE;
use std::time::Duration;

#[tokio::test]
async fn what_is_over_within_its_hold_makes_no_ticket() -> Tested {
    let route = "hold = \"2s\"\nresolved_first = \"skip\"".to_owned();
    let scene = Scene::with(|config| config.route = route).await?;
    let (flaps, stays) = (alert("flaps", "Sev2", 0), alert("stays", "Sev2", 0));
    let flapping = send(&scene, &flaps.fired()).await?;
    let staying = send(&scene, &stays.fired()).await?;
    send(&scene, &flaps.resolved_after(1)).await?;
    scene.incident_when(&staying, "what stays has its incident", is_open).await?;
    let ended = |story: &Value| story["ticket"]["standing"] == json!({ "ended": "resolved" });
    let story = scene.ticket_when(&flapping, "what flapped has ended", ended).await?;
    assert_eq!(story["attempts"], json!([]), "without a call");
    assert!(incidents(&scene, &flapping).is_empty());
    Ok(())
}

#[tokio::test]
async fn a_hundred_changes_while_the_platform_is_down_are_one_update() -> Tested {
    let scene = Scene::start().await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    scene.incident_when(&key, "the incident is there", is_open).await?;
    scene.platform.apparatus.set_reachable(false);
    for flap in 1..=50 {
        let again = alert("cpu", "Sev2", 2 * flap);
        send(&scene, &again.fired()).await?;
        send(&scene, &again.resolved_after(1)).await?;
    }
    send(&scene, &alert("cpu", "Sev1", 200).fired()).await?;
    scene.platform.apparatus.journal.clear();
    scene.platform.apparatus.set_reachable(true);
    scene.incident_when(&key, "it is as the newest says", |row| is_open(row) && field(row, "priority") == "2").await?;
    let writes = scene.platform.apparatus.journal.entries();
    let writes = writes.iter().filter(|entry| entry.method != "GET" && entry.status == Some(200)).count();
    assert!(writes <= 2, "{writes} writes for what is one change");
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_storm_makes_some_tickets_and_one_that_lists_the_rest() -> Tested {
    let scene = Scene::with(|config| config.route = "max_new = \"3 per 10m\"".to_owned()).await?;
    let alerts: Vec<Metric> = (0..10).map(|minute| alert(&format!("rule-{minute}"), "Sev2", minute)).collect();
    let mut keys = Vec::new();
    for each in &alerts {
        keys.push(send(&scene, &each.fired()).await?);
    }
    let storm = keys[3].clone();
    assert!(keys[3..].iter().all(|key| *key == storm), "{keys:?}");
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(scene.platform.instance.keys("incident").len(), 4);
    let story = scene.ticket(&storm).await?;
    assert_eq!((&story["ticket"]["firing"], &story["ticket"]["total"]), (&json!(7), &json!(7)));
    let row = scene.incident(&storm).unwrap();
    let told = format!("{}\n{}", field(&row, "description"), notes(&scene, &row));
    assert!(told.contains("7 alerts") || told.contains("7 of 7"), "it says how many: {told}");

    for each in &alerts[3..] {
        send(&scene, &each.resolved_after(5)).await?;
    }
    scene.incident_when(&storm, "the storm is over when all of it is", is_resolved).await?;
    assert!(is_open(&scene.incident(&keys[0]).unwrap()), "the others have ends of their own");
    let later = send(&scene, &alert("rule-later", "Sev2", 20).fired()).await?;
    assert_eq!(later, storm, "within its window the storm goes on");
    tokio::time::timeout(Duration::from_secs(60), scene.gateway.at_rest(PATIENCE)).await??;
    Ok(())
}
