//! 202: on disk, with the alerts and the tickets that the body stands for.

use super::{Tested, metric};
use reqwest::StatusCode;
use serde_json::json;
use signalbox_e2e::{
    Scene,
    config::TOKEN,
    scene::{PATIENCE, key_of},
};

#[tokio::test]
async fn a_taken_body_names_its_alerts_and_their_tickets() -> Tested {
    let scene = Scene::start().await?;
    let alert = metric("cpu-high");
    let answer = scene.gateway.post(&alert.fired()).await?;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let told: serde_json::Value = serde_json::from_str(&answer.text().await?)?;
    let key = key_of(&told)?;
    let id = told["accepted"][0]["alert"].as_str().unwrap_or_default().to_owned();
    assert!(id.contains(&alert.instance), "{id}");
    let tickets = json!([{ "key": key, "connection": "desk", "kind": "incident" }]);
    assert_eq!(told, json!({ "accepted": [{ "alert": id, "tickets": tickets }] }));
    scene.incident_when(&key, "the incident is there", |_| true).await?;
    Ok(())
}

#[tokio::test]
async fn a_body_of_256_kb_passes() -> Tested {
    let scene = Scene::start().await?;
    let mut body = metric("cpu-high").fired();
    body["data"]["customProperties"]["padding"] = json!("x".repeat(256 * 1024));
    scene.gateway.accept(&body).await?;
    Ok(())
}

#[tokio::test]
async fn the_same_body_twice_gets_the_same_answer_and_changes_nothing() -> Tested {
    let scene = Scene::start().await?;
    let body = metric("cpu-high").fired();
    let first = scene.gateway.accept(&body).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let before = scene.ticket(&key_of(&first)?).await?;
    let together = futures(&scene, &body, 8).await?;
    assert_eq!(together, vec![first.clone(); 8]);
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(scene.ticket(&key_of(&first)?).await?, before, "the ticket has seen nothing of it");
    assert_eq!(scene.platform.instance.keys("incident").values().sum::<usize>(), 1);
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["alerts"], 1);
    Ok(())
}

#[tokio::test]
async fn the_same_body_at_once_becomes_one_alert() -> Tested {
    let scene = Scene::start().await?;
    let told = futures(&scene, &metric("cpu-high").fired(), 16).await?;
    assert!(told.iter().all(|each| *each == told[0]), "{told:?}");
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(scene.platform.instance.keys("incident").values().sum::<usize>(), 1);
    assert_eq!(scene.gateway.get("/v1/status").await?["ledger"]["alerts"], 1);
    Ok(())
}

/// The answers to one body, posted so often at the same time.
async fn futures(scene: &Scene, body: &serde_json::Value, times: usize) -> anyhow::Result<Vec<serde_json::Value>> {
    let mut told = Vec::new();
    let posts = (0..times).map(|_| {
        let request = scene.gateway.to("azure").bearer_auth(TOKEN).body(body.to_string());
        tokio::spawn(request.send())
    });
    for post in posts.collect::<Vec<_>>() {
        let answer = post.await??;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        told.push(serde_json::from_str(&answer.text().await?)?);
    }
    Ok(told)
}

#[tokio::test]
async fn an_alert_that_no_route_takes_is_kept_and_can_be_routed_again() -> Tested {
    let mut scene = Scene::with(|config| config.route = "when = 'alert.severity == \"critical\"'".to_owned()).await?;
    let told = scene.gateway.accept(&metric("cpu-high").fired()).await?;
    assert_eq!(told["accepted"][0]["tickets"], json!([]));
    let listed = scene.gateway.get("/v1/alerts?unrouted=true").await?;
    assert_eq!(listed["alerts"].as_array().map(Vec::len), Some(1));
    scene.edit(|config| config.route = String::new()).await?;
    let id = told["accepted"][0]["alert"].as_str().unwrap_or_default().replace('/', "%2F");
    let again = scene.gateway.tell(&format!("/v1/alerts/again?id={id}")).await?;
    let key = key_of(&again)?;
    scene.incident_when(&key, "the incident is there", |_| true).await?;
    let listed = scene.gateway.get("/v1/alerts?unrouted=true").await?;
    assert_eq!(listed["alerts"], json!([]), "it is routed now");
    Ok(())
}

#[tokio::test]
async fn every_credential_of_the_source_is_taken_and_a_body_without_a_type_is_tried() -> Tested {
    let scene = Scene::with(|config| {
        config.more = r#"
[sources.both]
plugin = "azure-webhook"
[sources.both.auth]
bearer = [{ env = "HOOK_TOKEN" }, { env = "OTHER_TOKEN" }]
basic = [{ username = "monitor", password = { env = "OTHER_TOKEN" } }]
"#
        .to_owned();
    })
    .await?;
    let (one, other) = (TOKEN, signalbox_e2e::config::OTHER_TOKEN);
    for (rule, request) in [
        ("first-token", scene.gateway.to("both").bearer_auth(one)),
        ("second-token", scene.gateway.to("both").bearer_auth(other)),
        ("basic", scene.gateway.to("both").basic_auth("monitor", Some(other))),
    ] {
        let answer = request.body(metric(rule).fired().to_string()).send().await?;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{rule}");
    }
    Ok(())
}
