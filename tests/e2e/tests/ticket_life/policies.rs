//! Where more than one thing would be right, the route decides.

use super::*;
use signalbox_e2e::{alerts, scene::PATIENCE};
use signalbox_simulators::servicenow::Act;

async fn scene(route: &str) -> anyhow::Result<Scene> {
    Scene::with(|config| config.route = route.to_owned()).await
}

/// A ticket whose problem was over, under this policy, after a person did something.
async fn over(scene: &Scene, act: Option<&Act>) -> anyhow::Result<String> {
    let first = alert("cpu", "Sev2", 0);
    let key = send(scene, &first.fired()).await?;
    scene.incident_when(&key, "the incident is there", is_open).await?;
    send(scene, &first.resolved_after(5)).await?;
    let row = scene.incident_when(&key, "it is resolved", is_resolved).await?;
    if let Some(act) = act {
        scene.platform.instance.act(field(&row, "number"), act)?;
    }
    Ok(key)
}

#[tokio::test]
async fn resolve_never_tells_people_and_leaves_the_end_to_them() -> Tested {
    let scene = scene("resolve = \"never\"").await?;
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    send(&scene, &first.resolved_after(5)).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let row = scene.incident(&key).unwrap();
    assert!(is_open(&row));
    assert!(notes(&scene, &row).contains("Resolved at"), "{}", notes(&scene, &row));
    send(&scene, &alert("cpu", "Sev2", 10).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(incidents(&scene, &key).len(), 1, "it is the same ticket as long as it is open");
    Ok(())
}

#[tokio::test]
async fn what_never_says_that_it_is_over_is_resolved_after_a_while_if_the_route_says_so() -> Tested {
    let patient = scene("resolve_after = \"2s\"").await?;
    let key = send(&patient, &alerts::activity("machine-stopped", 1, Timestamp::now())).await?;
    let row = patient.incident_when(&key, "it is resolved after two seconds", is_resolved).await?;
    assert!(notes(&patient, &row).contains("without word from the monitor"), "{}", notes(&patient, &row));
    let resolving = send(&patient, &alert("cpu", "Sev2", 0).fired()).await?;
    let staying = patient.incident_when(&resolving, "what does say so waits for it", |_| true).await?;
    assert!(is_open(&staying));
    Ok(())
}

#[tokio::test]
async fn a_problem_that_comes_back_reopens_what_is_resolved() -> Tested {
    let scene = scene("").await?;
    let key = over(&scene, None).await?;
    send(&scene, &alert("cpu", "Sev2", 20).fired()).await?;
    let row = scene.incident_when(&key, "it is reopened", is_open).await?;
    assert_eq!((field(&row, "reopen_count"), field(&row, "state")), ("1", "2"));
    assert!(notes(&scene, &row).contains("Fired again"), "{}", notes(&scene, &row));
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn reopen_update_leaves_it_resolved_and_tells_people() -> Tested {
    let scene = scene("reopen = { resolved = \"update\" }").await?;
    let key = over(&scene, None).await?;
    send(&scene, &alert("cpu", "Sev0", 20).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let row = scene.incident(&key).unwrap();
    assert!(is_resolved(&row));
    assert!(notes(&scene, &row).contains("Firing since"), "{}", notes(&scene, &row));
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn reopen_renew_makes_another_that_names_the_old() -> Tested {
    for (route, act) in
        [("reopen = { resolved = \"renew\" }", None), ("", Some(Act::Close)), ("reopen = { within = \"0s\" }", None)]
    {
        let scene = scene(route).await?;
        let key = over(&scene, act.as_ref()).await?;
        send(&scene, &alert("cpu", "Sev2", 20).fired()).await?;
        let rest = scene.gateway.at_rest(PATIENCE).await?;
        let rows = incidents(&scene, &key);
        assert_eq!(rows.len(), 2, "{route} {act:?}: {rest:#?}");
        let (old, new) = (&rows[0], &rows[1]);
        assert!(!is_open(old) && is_open(new), "{route} {act:?}");
        assert_ne!(field(old, "correlation_id"), field(new, "correlation_id"), "a key is used once");
        let names = format!("{} {}", field(new, "description"), notes(&scene, new));
        assert!(names.contains(field(old, "number")), "{route} {act:?}: {names}");
    }
    Ok(())
}

#[tokio::test]
async fn what_was_closed_may_be_told_instead() -> Tested {
    let scene = scene("reopen = { closed = \"update\" }").await?;
    let key = over(&scene, Some(&Act::Close)).await?;
    send(&scene, &alert("cpu", "Sev2", 20).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(incidents(&scene, &key).len(), 1);
    assert_eq!(field(&scene.incident(&key).unwrap(), "state"), "7");
    Ok(())
}

#[tokio::test]
async fn what_the_mapping_does_not_want_ends_with_its_reason() -> Tested {
    let mapping = "unwanted = { when = 'alert.rule == \"noise\"', why = \"nobody reads {{ alert.rule }}\" }";
    let scene = Scene::with(|config| config.mapping = mapping.to_owned()).await?;
    let noise = send(&scene, &alert("noise", "Sev4", 0).fired()).await?;
    let signal = send(&scene, &alert("signal", "Sev4", 0).fired()).await?;
    scene.incident_when(&signal, "the other has its incident", is_open).await?;
    let ended = |story: &Value| story["ticket"]["standing"] == serde_json::json!({ "ended": "unwanted" });
    let story = scene.ticket_when(&noise, "the unwanted has ended", ended).await?;
    assert!(story["timeline"].to_string().contains("nobody reads noise"), "{story:#}");
    assert!(incidents(&scene, &noise).is_empty());
    Ok(())
}
