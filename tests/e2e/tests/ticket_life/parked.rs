//! What cannot converge waits for a person, with everything that the person needs.

use super::*;
use serde_json::json;
use signalbox_e2e::{command, scene::PATIENCE, wait};

async fn tickets(scene: &Scene, arguments: &[&str]) -> anyhow::Result<command::Said> {
    let admin = scene.gateway.admin.trim_start_matches("http://").to_owned();
    let arguments = [&["tickets"], arguments, &["--output", "json", "--admin", &admin]].concat();
    command::run(scene.folder(), &arguments).await
}

fn is_parked(story: &Value) -> bool {
    story["ticket"]["standing"]["parked"].is_object()
}

#[tokio::test]
async fn what_the_platform_refuses_is_mended_and_retried() -> Tested {
    let mut scene = Scene::with(|config| config.mapping = "assignment = \"No Such Group\"".to_owned()).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let story = scene.ticket_when(&key, "it is parked", is_parked).await?;
    let parked = &story["ticket"]["standing"]["parked"];
    assert_eq!((&parked["reason"], &parked["blame"]), (&json!("rejected"), &json!("operator")), "{parked}");
    let message = parked["message"].as_str().unwrap();
    assert!(message.contains("No Such Group") && message.contains("assignment_group"), "{parked}");
    let listed = tickets(&scene, &["list", "--parked"]).await?.json()?;
    assert_eq!((listed.as_array().map(Vec::len), &listed[0]["key"]), (Some(1), &json!(key)));
    assert!(incidents(&scene, &key).is_empty());

    scene.edit(|config| config.mapping = "assignment = \"Network\"".to_owned()).await?;
    let said = tickets(&scene, &["retry", &key]).await?;
    assert_eq!((said.code, said.json()?), (0, json!({ "retried": key })));
    let row = scene.incident_when(&key, "it is created", is_open).await?;
    assert!(!field(&row, "assignment_group").is_empty());
    assert_eq!(tickets(&scene, &["list", "--parked"]).await?.json()?, json!([]));
    Ok(())
}

#[tokio::test]
async fn what_is_parked_shows_the_last_request_and_its_answer_without_credentials() -> Tested {
    // Resolved from the beginning: the platform wants a reason for that.
    let scene = Scene::with(|config| config.mapping = "fields = { state = \"6\" }".to_owned()).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let story = scene.ticket_when(&key, "it is parked", is_parked).await?;
    let parked = &story["ticket"]["standing"]["parked"];
    assert!(parked["message"].as_str().unwrap().contains("The following fields are mandatory"), "{parked}");
    let exchange = story["attempts"][0]["exchange"].as_str().unwrap();
    assert!(exchange.starts_with("POST /api/now/table/incident"), "{exchange}");
    assert!(exchange.contains("\n403\n") && exchange.contains("Data Policy Exception"), "{exchange}");
    let told = story.to_string().to_lowercase();
    assert!(!told.contains("authorization") && !told.contains("signal-4711"), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_parked_ticket_hears_its_alerts_and_is_not_tried_by_itself_for_nothing() -> Tested {
    let mut scene = Scene::with(|config| config.mapping = "assignment = \"No Such Group\"".to_owned()).await?;
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    scene.ticket_when(&key, "it is parked", is_parked).await?;
    assert_eq!(send(&scene, &first.resolved_after(5)).await?, key);
    assert_eq!(send(&scene, &alert("cpu", "Sev0", 10).fired()).await?, key);
    scene.edit(|config| config.mapping = String::new()).await?;
    tickets(&scene, &["retry", &key]).await?;
    scene.incident_when(&key, "it is as the newest says", |row| is_open(row) && field(row, "priority") == "1").await?;
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_ticket_that_is_dropped_is_over_and_the_next_firing_has_another() -> Tested {
    let mut scene = Scene::with(|config| config.mapping = "assignment = \"No Such Group\"".to_owned()).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    scene.ticket_when(&key, "it is parked", is_parked).await?;
    let said = tickets(&scene, &["drop", &key, "--why", "a drill"]).await?;
    assert_eq!((said.code, said.json()?), (0, json!({ "dropped": key })));
    let story = scene.ticket(&key).await?;
    assert_eq!(story["ticket"]["standing"], json!({ "ended": "dropped" }));
    assert!(story["timeline"].to_string().contains("a drill"), "{story:#}");
    assert_eq!(tickets(&scene, &["retry", &key]).await?.code, 1, "what has ended can't be retried");
    assert_eq!(tickets(&scene, &["drop", &key]).await?.code, 1, "nor dropped again");
    scene.edit(|config| config.mapping = String::new()).await?;
    let next = send(&scene, &alert("cpu", "Sev2", 20).fired()).await?;
    assert_ne!(next, key);
    scene.incident_when(&next, "it has an incident", is_open).await?;
    assert_eq!(scene.platform.instance.keys("incident").len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_template_that_fails_on_an_alert_parks_only_its_ticket_and_names_the_field() -> Tested {
    let mapping = "description = \"{{ alert.description / 2 if alert.rule == 'odd' else 'even' }}\"".to_owned();
    let mut scene = Scene::with(|config| config.mapping = mapping).await?;
    let odd = send(&scene, &alert("odd", "Sev2", 0).fired()).await?;
    let even = send(&scene, &alert("even", "Sev2", 0).fired()).await?;
    let row = scene.incident_when(&even, "the other goes through", is_open).await?;
    assert_eq!(field(&row, "description"), "even");
    let story = scene.ticket_when(&odd, "it is parked", is_parked).await?;
    let parked = &story["ticket"]["standing"]["parked"];
    assert_eq!((&parked["reason"], &parked["code"]), (&json!("mapping"), &json!("description")), "{parked}");
    scene.edit(|config| config.mapping = String::new()).await?;
    tickets(&scene, &["retry", &odd]).await?;
    scene.incident_when(&odd, "it is created", is_open).await?;
    Ok(())
}

#[tokio::test]
async fn a_ticket_without_a_route_is_parked_until_there_is_one() -> Tested {
    let mut scene = Scene::start().await?;
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    scene.incident_when(&key, "the incident is there", is_open).await?;
    scene.edit(|config| config.route = "when = 'false'".to_owned()).await?;
    send(&scene, &alert("cpu", "Sev0", 10).fired()).await?;
    scene
        .incident_when(&key, "its own route goes on with it, whatever it takes now", |row| {
            field(row, "priority") == "1"
        })
        .await?;

    scene.edit(|config| config.work_item = "alert".to_owned()).await?;
    send(&scene, &alert("cpu", "Sev2", 20).fired()).await?;
    let story = scene.ticket_when(&key, "it is parked", is_parked).await?;
    assert_eq!(story["ticket"]["standing"]["parked"]["reason"], "no-route");
    scene
        .edit(|config| {
            config.work_item = "incident".to_owned();
            config.route = String::new();
        })
        .await?;
    assert_eq!(tickets(&scene, &["retry", &key]).await?.code, 0);
    scene.incident_when(&key, "it goes on", |row| field(row, "priority") == "3").await?;
    wait::until("nothing is parked", PATIENCE, || async {
        (scene.gateway.get("/v1/status").await.ok()?["ledger"]["parked"] == 0).then_some(())
    })
    .await
}
