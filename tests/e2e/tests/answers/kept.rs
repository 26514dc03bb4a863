//! Bodies that are no alerts yet: kept whole, shown, decoded again after a fix, or dropped.

use super::{Tested, metric};
use reqwest::StatusCode;
use serde_json::{Value, json};
use signalbox_e2e::{
    Scene, command,
    config::{OTHER_TOKEN, TOKEN},
    scene::key_of,
};

const ROUGH: &str = r#"
[sources.rough]
plugin = "misbehaving"
auth = { bearer = [{ env = "OTHER_TOKEN" }] }
limits = { deadline = "500ms" }
"#;

async fn alerts(scene: &Scene, arguments: &[&str]) -> anyhow::Result<command::Said> {
    let admin = scene.gateway.admin.trim_start_matches("http://").to_owned();
    let arguments = [&["alerts"], arguments, &["--output", "json", "--admin", &admin]].concat();
    command::run(scene.folder(), &arguments).await
}

async fn bodies(scene: &Scene, list: &str) -> anyhow::Result<Vec<Value>> {
    let listed = alerts(scene, &["list", list]).await?.json()?;
    Ok(listed["bodies"].as_array().cloned().unwrap_or_default())
}

#[tokio::test]
async fn a_plugin_that_fails_does_not_lose_the_body() -> Tested {
    let scene = Scene::with(|config| config.more = ROUGH.to_owned()).await?;
    for (body, why) in
        [("trap", "the plugin stopped itself"), ("panic", "this plugin panics on demand"), ("loop", "within 500ms")]
    {
        let answer = scene.gateway.to("rough").bearer_auth(OTHER_TOKEN).body(body).send().await?;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{body}");
        let told: Value = serde_json::from_str(&answer.text().await?)?;
        let id = told["undecoded"].as_str().unwrap();
        let listed = bodies(&scene, "--undecoded").await?;
        let row = listed.iter().find(|row| row["id"] == id).unwrap();
        assert_eq!((&row["source"], &row["status"]), (&json!("rough"), &json!("undecoded")));
        assert!(row["reason"].as_str().unwrap().contains(why), "{body}: {row}");
        let shown = alerts(&scene, &["show", id]).await?.json()?;
        assert_eq!(shown["bodies"][0]["body"], json!(body), "it is kept whole");
        let again = alerts(&scene, &["again", id]).await?;
        assert_eq!(again.code, 1, "the plugin fails as before: {again:?}");
        assert!(again.out.contains(why), "{again:?}");
    }
    assert_eq!(bodies(&scene, "--undecoded").await?.len(), 3, "they stay until they are decoded or dropped");
    let id = bodies(&scene, "--undecoded").await?[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(alerts(&scene, &["drop", &id]).await?.code, 0);
    assert_eq!(bodies(&scene, "--undecoded").await?.len(), 2);
    let answer = scene.gateway.to("rough").bearer_auth(OTHER_TOKEN).body("a good one").send().await?;
    let told: Value = serde_json::from_str(&answer.text().await?)?;
    scene
        .incident_when(&key_of(&told)?, "the next alert goes through", |row| row["short_description"] == "a good one")
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_body_that_was_too_much_for_its_plugin_becomes_a_ticket_after_the_fix() -> Tested {
    let mut scene = Scene::with(|config| config.source = "limits = { memory = \"5MiB\" }".to_owned()).await?;
    let mut body = metric("cpu-high").fired();
    body["data"]["customProperties"]["padding"] = json!("x".repeat(800_000));
    let answer = scene.gateway.post(&body).await?;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    let told: Value = serde_json::from_str(&answer.text().await?)?;
    let id = told["undecoded"].as_str().unwrap_or_else(|| panic!("it is decoded: {told}"));
    let reason = bodies(&scene, "--undecoded").await?[0]["reason"].as_str().unwrap_or_default().to_owned();
    assert!(reason.contains("memory"), "{reason}");
    scene.gateway.accept(&metric("other-rule").fired()).await?;

    scene.edit(|config| config.source = String::new()).await?;
    let again = alerts(&scene, &["again", id]).await?;
    assert_eq!(again.code, 0, "{again:?}");
    let key = key_of(&again.json()?)?;
    scene.incident_when(&key, "the incident is there", |row| row["short_description"].contains("cpu-high")).await?;
    assert_eq!(bodies(&scene, "--undecoded").await?, Vec::<Value>::new());
    Ok(())
}

#[tokio::test]
async fn a_refused_body_becomes_a_ticket_after_its_source_learned_to_read_it() -> Tested {
    let mut scene = Scene::start().await?;
    let body = json!({ "what": "the tide is too low", "where": "quay-4", "state": "ALARM" }).to_string();
    let answer = scene.gateway.to("azure").bearer_auth(TOKEN).body(body).send().await?;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    let told: Value = serde_json::from_str(&answer.text().await?)?;
    let id = told["error"]["quarantined"].as_str().unwrap();
    assert_eq!(bodies(&scene, "--quarantined").await?[0]["id"], id);

    let custom = r#"{ rule = "/what", resource = "/where", condition = "/state", resolved = ["OK"] }"#;
    scene.edit(|config| config.source = format!("settings = {{ custom = {custom} }}")).await?;
    let again = alerts(&scene, &["again", id]).await?;
    assert_eq!(again.code, 0, "{again:?}");
    let key = key_of(&again.json()?)?;
    scene.incident_when(&key, "the incident is there", |row| row["short_description"].contains("tide")).await?;
    assert_eq!(bodies(&scene, "--quarantined").await?, Vec::<Value>::new());
    Ok(())
}
