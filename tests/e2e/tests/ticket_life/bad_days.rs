//! Platforms fail in every way there is; a problem has one ticket all the same.

use super::*;
use signalbox_e2e::{scene::PATIENCE, wait};
use signalbox_simulators::shared::fault::{Effect, Fault};
use std::time::{Duration, Instant};

/// Fires and resolves under a fault that hits creates and changes alike, and expects one incident, resolved.
async fn lives_through(fault: impl Fn() -> Fault) -> anyhow::Result<Scene> {
    let scene = Scene::start().await?;
    scene.platform.fault(fault().method("POST").table("incident"));
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    scene.incident_when(&key, "it is created", is_open).await?;
    scene.platform.fault(fault().method("PATCH").table("incident"));
    send(&scene, &first.resolved_after(5)).await?;
    let row = scene.incident_when(&key, "it is resolved", is_resolved).await?;
    // A note that may stand there already is looked for, once it must show, before it is posted.
    let told = || async { notes(&scene, &row).contains("Resolved at").then_some(()) };
    wait::until("people are told", PATIENCE, told).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(incidents(&scene, &key).len(), 1);
    assert_eq!(scene.platform.instance.keys("incident").len(), 1);
    let noted = notes(&scene, &row);
    assert_eq!(noted.matches("Resolved at").count(), 1, "people are told once: {noted}");
    for standing in scene.platform.apparatus.faults.list() {
        assert!(standing.hit > 0, "the fault did not happen: {standing:?}");
    }
    Ok(scene)
}

#[tokio::test]
async fn a_connection_that_ends_before_anything_is_done() -> Tested {
    lives_through(|| Fault::new(Effect::DropBefore).times(2)).await.map(drop)
}

#[tokio::test]
async fn a_connection_that_ends_after_it_is_done() -> Tested {
    lives_through(|| Fault::new(Effect::DropAfter).times(2)).await.map(drop)
}

#[tokio::test]
async fn an_internal_error_that_did_nothing() -> Tested {
    lives_through(|| Fault::new(Effect::Status { code: 500, committed: false }).times(2)).await.map(drop)
}

#[tokio::test]
async fn an_internal_error_that_did_it() -> Tested {
    lives_through(|| Fault::new(Effect::Status { code: 500, committed: true }).times(1)).await.map(drop)
}

#[tokio::test]
async fn a_gateway_before_it_that_is_down() -> Tested {
    lives_through(|| Fault::new(Effect::Status { code: 503, committed: false }).times(2)).await.map(drop)
}

#[tokio::test]
async fn an_answer_that_is_cut() -> Tested {
    lives_through(|| Fault::new(Effect::Truncate).times(1)).await.map(drop)
}

#[tokio::test]
async fn too_fast_waits_as_long_as_it_is_told_to() -> Tested {
    let scene = Scene::start().await?;
    scene.platform.fault(Fault::new(Effect::Throttle { retry_after: 3 }).method("POST").times(1));
    let began = Instant::now();
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    scene.incident_when(&key, "it is created", is_open).await?;
    assert!(began.elapsed() >= Duration::from_secs(3), "{:?}", began.elapsed());
    assert_eq!(scene.ticket(&key).await?["ticket"]["standing"], "live", "nobody has to look at it");
    Ok(())
}

#[tokio::test]
async fn answers_that_take_longer_than_what_was_seen_is_good_for() -> Tested {
    let scene = Scene::start().await?;
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    scene.incident_when(&key, "it is created", is_open).await?;
    scene.platform.fault(Fault::new(Effect::Delay { seconds: 11.0 }).method("GET").table("incident"));
    // What was seen when it was made is old by then.
    tokio::time::sleep(Duration::from_secs(11)).await;
    send(&scene, &first.resolved_after(5)).await?;
    scene.incident_when(&key, "it is resolved", is_resolved).await?;
    Ok(())
}

#[tokio::test]
async fn a_page_for_people_is_nobodys_api_and_tickets_wait_until_it_is_gone() -> Tested {
    let scene = Scene::start().await?;
    let id = scene.platform.fault(Fault::new(Effect::Page).method("POST"));
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let waits = |story: &Value| story["timeline"].as_array().unwrap().iter().any(|entry| entry["event"] == "waits");
    let story = scene.ticket_when(&key, "it waits", waits).await?;
    assert_eq!(story["ticket"]["standing"], "live", "{story:#}");
    assert!(story["attempts"][0]["exchange"].as_str().unwrap().contains("<html"), "{story:#}");
    scene.platform.apparatus.faults.remove(id);
    scene.incident_when(&key, "it is created when the instance is awake", is_open).await?;
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn an_answer_that_is_lost_while_the_search_lags_is_not_taken_for_nothing() -> Tested {
    let scene = Scene::with(|config| config.connection = config.connection.replace("\"1s\"", "\"3s\"")).await?;
    scene.platform.instance.set_search_lag(Duration::from_secs(2));
    scene.platform.fault(Fault::new(Effect::DropAfter).method("POST").table("incident").every(2));
    let mut keys = Vec::new();
    for minute in 0..10 {
        keys.push(send(&scene, &alert(&format!("rule-{minute}"), "Sev2", minute).fired()).await?);
    }
    for key in &keys {
        scene.incident_when(key, "it has an incident", is_open).await?;
    }
    scene.gateway.at_rest(PATIENCE).await?;
    let found = scene.platform.instance.keys("incident");
    assert_eq!(found.len(), 10);
    assert!(found.values().all(|count| *count == 1), "none twice: {found:?}");
    Ok(())
}

#[tokio::test]
async fn a_write_that_lands_after_everybody_gave_up_ends_with_one_ticket() -> Tested {
    let scene = Scene::with(|config| {
        config.connection =
            "settle = \"3s\"\nlimits = { request_timeout = \"500ms\", per_second = 2000, burst = 2000 }".to_owned();
    })
    .await?;
    scene.platform.fault(Fault::new(Effect::CommitLate { seconds: 1.5 }).method("POST").table("incident").times(1));
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    scene.incident_when(&key, "it is there", is_open).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(incidents(&scene, &key).len(), 1, "the late one is found, and no other made");
    Ok(())
}

#[tokio::test]
async fn refused_credentials_stop_the_connection_and_not_its_tickets() -> Tested {
    let mut scene = Scene::start().await?;
    let before = send(&scene, &alert("before", "Sev2", 0).fired()).await?;
    scene.incident_when(&before, "the incident is there", is_open).await?;
    scene.platform.fault(Fault::new(Effect::RefuseCredentials));
    let mut keys = Vec::new();
    for minute in 0..5 {
        keys.push(send(&scene, &alert(&format!("rule-{minute}"), "Sev2", minute).fired()).await?);
    }
    let desk = |status: &Value| status["connections"][0].clone();
    let status = scene.status_when("the connection is stopped", |status| desk(status)["state"] == "stopped").await?;
    assert!(desk(&status)["reason"].as_str().unwrap().contains("Required to provide Auth information"), "{status}");
    assert_eq!(status["ledger"]["parked"], 0, "its tickets wait, none is parked");
    assert!(scene.log().contains("credentials are refused"), "it alarms");
    let asked = scene.platform.apparatus.journal.entries().len();
    keys.push(send(&scene, &alert("while-stopped", "Sev2", 9).fired()).await?);
    scene.edit(|config| config.ingest = "max_requests = 100".to_owned()).await?;
    scene
        .status_when("it was tried again and is stopped again", |status| {
            desk(status)["state"] == "stopped" && scene.platform.apparatus.journal.entries().len() > asked
        })
        .await?;

    scene.platform.apparatus.faults.clear();
    scene.edit(|config| config.ingest = "max_requests = 101".to_owned()).await?;
    for key in &keys {
        scene.incident_when(key, "it goes on by itself", is_open).await?;
    }
    scene.status_when("the connection works", |status| desk(status)["state"] == "working").await?;
    assert!(scene.platform.instance.keys("incident").values().all(|count| *count == 1));
    Ok(())
}

#[tokio::test]
async fn an_outage_opens_the_breaker_and_is_over_when_the_platform_is_back() -> Tested {
    let scene = Scene::start().await?;
    scene.platform.apparatus.set_reachable(false);
    let mut keys = Vec::new();
    for minute in 0..30 {
        keys.push(send(&scene, &alert(&format!("rule-{minute}"), "Sev2", minute).fired()).await?);
    }
    scene.status_when("it is known", |status| status["connections"][0]["state"] == "breaker-open").await?;
    scene.platform.apparatus.set_reachable(true);
    // The breaker rests for half a minute, and tickets that were turned away have pauses of their own.
    scene.gateway.at_rest(PATIENCE * 3).await?;
    for key in &keys {
        assert!(is_open(&scene.incident(key).unwrap()), "{key} is created when the platform is back");
    }
    assert!(scene.platform.instance.keys("incident").values().all(|count| *count == 1));
    Ok(())
}
