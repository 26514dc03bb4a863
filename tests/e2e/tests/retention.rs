//! What the ledger keeps, for how long, and how much of it, as the configuration says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};
use signalbox_e2e::{
    Scene,
    alerts::Metric,
    config::TOKEN,
    scene::{PATIENCE, field, key_of},
    wait,
};
use std::path::Path;

type Tested = anyhow::Result<()>;

const SECRET: &str = "cora.quill@tide.example";

fn metric(rule: &str, instance: u32) -> Value {
    Metric::new(rule, "web-01", instance, "Sev2", Timestamp::now()).fired()
}

/// Whether any file of the scene has these bytes: the ledger, its log, what is told.
fn holds(folder: &Path, text: &str) -> Option<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = files.filter(|path| path.is_file()).find(|path| {
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    });
    found.map(|path| path.display().to_string())
}

async fn is_ready(scene: &Scene) -> Option<()> {
    let told = scene.gateway.get("/readyz").await.ok()?;
    (told["ready"] == true).then_some(())
}

async fn metrics(scene: &Scene) -> anyhow::Result<String> {
    Ok(reqwest::get(format!("{}/metrics", scene.gateway.admin)).await?.text().await?)
}

/// The status of a body that is none of the source's, and when to come again.
async fn post_odd(scene: &Scene, body: String) -> anyhow::Result<(StatusCode, bool)> {
    let answer = scene.gateway.to("azure").bearer_auth(TOKEN).body(body).send().await?;
    Ok((answer.status(), answer.headers().contains_key("retry-after")))
}

#[tokio::test]
async fn what_is_to_be_redacted_is_nowhere_in_the_ledger() -> Tested {
    let scene = Scene::with(|config| {
        config.retention = "redact = [\"/data/essentials/description\", \"/data/customProperties/*\"]".to_owned();
        config.more = "[sources.rough]\nplugin = \"misbehaving\"\nlimits = { deadline = \"300ms\" }".to_owned();
    })
    .await?;
    let mut body = metric("cpu", 1);
    body["data"]["essentials"]["description"] = json!(format!("ask {SECRET}"));
    body["data"]["customProperties"] = json!({ "caller": SECRET, "team": { "lead": SECRET } });
    let told = scene.gateway.accept(&body).await?;
    assert_eq!(scene.gateway.accept(&body).await?, told, "what comes twice is known as it was posted");
    let row = scene.incident_when(&key_of(&told)?, "it is there", |_| true).await?;
    assert!(field(&row, "description").contains("[redacted]"), "{}", field(&row, "description"));
    let id = told["accepted"][0]["alert"].as_str().unwrap();
    let shown = scene.gateway.get(&format!("/v1/alerts/show?id={id}")).await?;
    assert!(shown["alerts"][0]["alert"]["payload"].as_str().unwrap().contains("[redacted]"), "{shown}");

    for odd in [format!("caller={SECRET}&n=1"), format!("caller={SECRET}&n=2"), format!("caller={SECRET}&n=1")] {
        assert_eq!(post_odd(&scene, odd).await?.0, StatusCode::BAD_REQUEST);
    }
    let listed = scene.gateway.get("/v1/alerts?quarantined=true").await?;
    let listed = listed["bodies"].as_array().unwrap();
    assert_eq!(listed.len(), 2, "they are told apart by what was posted: {listed:?}");
    assert!(listed[0]["reason"].as_str().unwrap().contains("not JSON"), "{}", listed[0]);

    let failed = scene.gateway.to("rough").body("loop").send().await?;
    let failed: Value = serde_json::from_str(&failed.text().await?)?;
    let shown = scene.gateway.get(&format!("/v1/alerts/show?id={}", failed["undecoded"].as_str().unwrap())).await?;
    assert!(shown["bodies"][0]["body"].as_str().unwrap().starts_with("the body is not kept"), "{shown}");

    assert_eq!(holds(scene.folder(), SECRET), None);
    assert!(holds(scene.folder(), "[redacted]").is_some(), "the files were read");
    Ok(())
}

#[tokio::test]
async fn a_redacted_alert_that_is_decoded_again_is_the_same_and_says_no_more() -> Tested {
    let mut scene = Scene::with(|config| {
        config.retention = "redact = [\"/data/essentials/description\"]".to_owned();
        config.route = "when = 'alert.rule == \"another\"'".to_owned();
    })
    .await?;
    let mut body = metric("cpu", 1);
    body["data"]["essentials"]["description"] = json!(format!("ask {SECRET}"));
    let told = scene.gateway.accept(&body).await?;
    assert_eq!(told["accepted"][0]["tickets"], json!([]), "nobody takes it yet");
    let id = told["accepted"][0]["alert"].as_str().unwrap().to_owned();
    let show = format!("/v1/alerts/show?id={id}");
    let before = scene.gateway.get(&show).await?["alerts"][0]["alert"].clone();

    scene.edit(|config| config.route = "when = 'alert.rule == \"cpu\"'".to_owned()).await?;
    let again = scene.gateway.tell(&format!("/v1/alerts/again?id={id}")).await?;
    let row = scene.incident_when(&key_of(&again)?, "it is there", |_| true).await?;
    assert!(field(&row, "description").contains("[redacted]"), "{}", field(&row, "description"));
    let after = scene.gateway.get(&show).await?["alerts"][0]["alert"].clone();
    assert_eq!(after, before, "key, times and text are as they were");
    assert!(after["correlation_key"].as_str().is_some_and(|key| !key.is_empty()), "{after}");
    assert_eq!(holds(scene.folder(), SECRET), None);
    Ok(())
}

#[tokio::test]
async fn max_size_sends_alerts_back_while_tickets_go_on_and_room_makes_it_take_them_again() -> Tested {
    let mut scene = Scene::with(|config| {
        config.retention = "max_size = \"32MiB\"".to_owned();
        config.connection.push_str("\npaused = true");
    })
    .await?;
    let key = key_of(&scene.gateway.accept(&metric("cpu", 1)).await?)?;
    let mut kept = 0;
    loop {
        let (status, again) = post_odd(&scene, format!("{kept}{}", "x".repeat(900_000))).await?;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(again, "it says when to come again");
            break;
        }
        assert_eq!(status, StatusCode::BAD_REQUEST);
        kept += 1;
        assert!(kept < 60, "32 MiB hold fewer");
    }
    assert!(kept > 20, "seven eighths of 32 MiB are for alerts: {kept}");
    assert_eq!(scene.gateway.post(&metric("disk", 2)).await?.status(), StatusCode::SERVICE_UNAVAILABLE);
    let ready = scene.gateway.get("/readyz").await?;
    assert_eq!((&ready["ready"], &ready["reason"]), (&json!(false), &json!("the ledger is full")));
    assert_eq!(scene.gateway.get("/v1/status").await?["room"]["full"], true);
    let scene_ref = &scene;
    wait::until("the gauge says so", PATIENCE, || async move {
        metrics(scene_ref).await.ok().filter(|text| text.contains("signalbox_ledger_full 1"))
    })
    .await?;
    assert_eq!(scene.log().matches("the ledger is full: it is near").count(), 1, "it is told once");

    scene.edit(|config| config.connection = config.connection.replace("\npaused = true", "")).await?;
    scene.incident_when(&key, "workers have room", |_| true).await?;

    let listed = scene.gateway.get("/v1/alerts?quarantined=true").await?;
    for row in listed["bodies"].as_array().unwrap().iter().take(5) {
        scene.gateway.tell(&format!("/v1/alerts/drop?id={}", row["id"].as_str().unwrap())).await?;
    }
    let scene_ref = &scene;
    wait::until("what was dropped makes room", PATIENCE, || is_ready(scene_ref)).await?;
    key_of(&scene.gateway.accept(&metric("disk", 2)).await?)?;
    assert!(scene.log().contains("the ledger has room again"));
    let files = std::fs::metadata(scene.folder().join("signalbox.db"))?;
    assert!(files.len() <= 32 << 20, "{} bytes", files.len());
    Ok(())
}

#[tokio::test]
async fn keep_says_what_goes_and_what_has_not_ended_stays() -> Tested {
    let mut scene = Scene::start().await?;
    let over = scene.gateway.accept(&metric("over", 1)).await?;
    let live = scene.gateway.accept(&metric("live", 2)).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    scene.gateway.tell(&format!("/v1/tickets/{}/drop", key_of(&over)?)).await?;
    let two_days = "2 * 86400000000000";
    let ledger = rusqlite::Connection::open(scene.folder().join("signalbox.db"))?;
    ledger.busy_timeout(PATIENCE)?;
    ledger.execute_batch(&format!(
        "BEGIN IMMEDIATE;
         UPDATE bodies SET received_at = received_at - {two_days};
         UPDATE alerts SET received_at = received_at - {two_days};
         UPDATE tickets SET created_at = created_at - {two_days};
         UPDATE timeline SET at = at - {two_days};
         COMMIT;"
    ))?;
    let young = scene.gateway.accept(&metric("young", 3)).await?;
    scene
        .edit(|config| config.retention = "keep = { bodies = \"1d\", alerts = \"1d\", tickets = \"1d\" }".to_owned())
        .await?;
    let (scene, gone) = (&scene, format!("/v1/tickets/{}", key_of(&over)?));
    wait::until("the ended ticket goes", PATIENCE, || async {
        scene.gateway.get(&gone).await.ok().filter(|told| told["error"]["code"] == "not-found")
    })
    .await?;
    let alert = |told: &Value| format!("/v1/alerts/show?id={}", told["accepted"][0]["alert"].as_str().unwrap());
    wait::until("its alert goes", PATIENCE, || async {
        scene.gateway.get(&alert(&over)).await.ok().filter(|told| told["error"]["code"] == "not-found")
    })
    .await?;
    assert_eq!(scene.gateway.get(&alert(&live)).await?["alerts"][0]["alert"]["payload"], "", "its body has gone");
    let kept = scene.ticket(&key_of(&live)?).await?;
    assert_eq!(kept["members"].as_array().unwrap().len(), 1, "{kept}");
    let payload = &scene.gateway.get(&alert(&young)).await?["alerts"][0]["alert"]["payload"];
    assert!(payload.as_str().unwrap().contains("young"), "what is young is whole");
    assert!(metrics(scene).await?.contains("signalbox_ledger_deleted_total{what=\"tickets\"} 1"));
    Ok(())
}
