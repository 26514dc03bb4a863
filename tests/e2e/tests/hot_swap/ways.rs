//! However the configuration is edited, and whatever is under way meanwhile.

use super::{Tested, metric};
use signalbox_e2e::{
    Gateway, Scene,
    config::{self, Config, TOKEN},
    plugins,
    raw::Connection,
    scene::{PATIENCE, field, key_of},
    wait,
};
use signalbox_simulators::servicenow::{Options, Simulator};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

#[tokio::test]
async fn an_edit_is_taken_however_an_editor_writes_it() -> Tested {
    let mut scene = Scene::start().await?;
    let quarantine =
        |scene: &Scene, keep: u32| Config { ingest: format!("quarantine = {keep}"), ..scene.config.clone() };
    let in_force = async |scene: &Scene, generation: u64, how: &str| {
        scene.status_when(how, |status| status["generation"] == generation).await.map(drop)
    };
    // In place, in two steps: half a file is no configuration, and the rest comes at once.
    let text = quarantine(&scene, 11).text();
    let (begin, end) = text.split_at(text.len() / 2);
    std::fs::write(scene.path(), begin)?;
    std::fs::write(scene.path(), format!("{begin}{end}"))?;
    in_force(&scene, 2, "an edit in place is taken").await?;
    // Beside it, and renamed over it.
    quarantine(&scene, 12).write(&scene.path())?;
    in_force(&scene, 3, "a renamed file is taken").await?;
    // Taken away, and written anew.
    std::fs::remove_file(scene.path())?;
    std::fs::write(scene.path(), quarantine(&scene, 13).text())?;
    in_force(&scene, 4, "a new file is taken").await?;
    // Touched, and written with the same text: nothing changed.
    std::fs::write(scene.path(), quarantine(&scene, 13).text())?;
    scene.edit(|config| config.ingest = "quarantine = 14".to_owned()).await?;
    assert_eq!(scene.generation().await?, 5, "a touch makes no generation");
    Ok(())
}

#[tokio::test]
async fn a_folder_behind_a_link_is_taken_as_an_orchestrator_swaps_it() -> Tested {
    let folder = tempfile::tempdir()?;
    let platform = Simulator::start(Options::default()).await?;
    let mut config = Config::new(folder.path(), &platform.http_url);
    let mounted = folder.path().join("mounted");
    for (version, keep) in [("..v1", 11), ("..v2", 12)] {
        std::fs::create_dir_all(mounted.join(version))?;
        config.ingest = format!("quarantine = {keep}");
        std::fs::write(mounted.join(version).join("config.toml"), config.text())?;
    }
    std::os::unix::fs::symlink("..v1", mounted.join("..data"))?;
    std::os::unix::fs::symlink("..data/config.toml", mounted.join("config.toml"))?;
    let gateway = Gateway::start(&mounted.join("config.toml"), folder.path(), &config::secrets()).await?;
    std::os::unix::fs::symlink("..v2", mounted.join("..fresh"))?;
    std::fs::rename(mounted.join("..fresh"), mounted.join("..data"))?;
    wait::until("the other version is in force", PATIENCE, || async {
        (gateway.get("/v1/status").await.ok()?["generation"] == 2).then_some(())
    })
    .await
}

#[tokio::test]
async fn a_folder_of_files_is_one_configuration() -> Tested {
    let folder = tempfile::tempdir()?;
    let platform = Simulator::start(Options::default()).await?;
    let config = Config::new(folder.path(), &platform.http_url);
    let files = folder.path().join("signalbox.d");
    std::fs::create_dir_all(&files)?;
    let text = config.text();
    let (rest, routes) = text.split_at(text.find("[[routes]]").unwrap());
    std::fs::write(files.join("10-all.toml"), rest)?;
    std::fs::write(files.join("20-routes.toml"), routes)?;
    std::fs::write(files.join("notes.txt"), "not a part of it")?;
    let gateway = Gateway::start(&files, folder.path(), &config::secrets()).await?;
    let another = routes.replace("\"all\"", "\"another\"").replace("\"incident\"", "\"alert\"");
    std::fs::write(files.join("30-more.toml"), another)?;
    wait::until("a file more is in force", PATIENCE, || async {
        (gateway.get("/v1/status").await.ok()?["generation"] == 2).then_some(())
    })
    .await?;
    let told = gateway.accept(&metric("cpu", "Sev2").fired()).await?;
    assert_eq!(told["accepted"][0]["tickets"].as_array().map(Vec::len), Some(2), "{told}");
    Ok(())
}

#[tokio::test]
async fn a_hangup_takes_plugins_and_secrets_as_they_are_now() -> Tested {
    let folder = tempfile::tempdir()?;
    for name in ["azure-webhook", "field-map", "servicenow"] {
        let file = format!("{name}.wasm");
        std::fs::copy(plugins().join(&file), folder.path().join(&file))?;
    }
    let secret = folder.path().join("token");
    std::fs::write(&secret, "first-token")?;
    let scene = Scene::with(|config| {
        config.plugin_folder = folder.path().to_owned();
        config.more =
            format!("[sources.filed]\nplugin = \"azure-webhook\"\nauth = {{ bearer = [{{ file = {secret:?} }}] }}");
    })
    .await?;
    let post = async |token: &str| {
        let request = scene.gateway.to("filed").bearer_auth(token).body(metric("cpu", "Sev2").fired().to_string());
        anyhow::Ok(request.send().await?.status().as_u16())
    };
    assert_eq!((post("first-token").await?, post("second-token").await?), (202, 401));
    std::fs::write(&secret, "second-token")?;
    scene.gateway.signal("HUP").await?;
    scene.status_when("it is read again", |status| status["generation"] == 2).await?;
    assert_eq!((post("first-token").await?, post("second-token").await?), (401, 202));

    std::fs::write(folder.path().join("field-map.wasm"), "no component")?;
    scene.gateway.signal("HUP").await?;
    let status = scene.status_when("it is refused", |status| !status["refused"].is_null()).await?;
    assert!(status["refused"]["errors"].to_string().contains("field-map"), "{status}");
    let key = key_of(&scene.gateway.accept(&metric("meanwhile", "Sev2").fired()).await?)?;
    scene
        .incident_when(&key, "the plugin as it was goes on", |row| {
            field(row, "short_description").contains("meanwhile")
        })
        .await?;
    std::fs::copy(plugins().join("field-map.wasm"), folder.path().join("field-map.wasm"))?;
    scene.gateway.signal("HUP").await?;
    scene.status_when("it is taken", |status| status["generation"] == 3 && status["refused"].is_null()).await?;
    Ok(())
}

#[tokio::test]
async fn a_request_ends_on_the_generation_that_it_began_with() -> Tested {
    let mut scene = Scene::with(|config| {
        config.more =
            "[sources.leaving]\nplugin = \"azure-webhook\"\nauth = { bearer = [{ env = \"HOOK_TOKEN\" }] }".to_owned();
    })
    .await?;
    let body = metric("cpu", "Sev2").fired().to_string();
    let mut inside = Connection::open(&scene.gateway.ingest).await?;
    let head = format!(
        "POST /v1/alerts/leaving HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {TOKEN}\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    inside.send(head).await?;
    assert_eq!(inside.answer().await?.status, 100);
    scene.edit(|config| config.more = String::new()).await?;
    let late = scene.gateway.to("leaving").bearer_auth(TOKEN).body(body.clone()).send().await?;
    assert_eq!(late.status(), 404, "the source is gone");
    inside.send(&body).await?;
    let answer = inside.answer().await?;
    assert_eq!(answer.status, 202, "but not for who was inside: {answer:?}");
    let key = key_of(&serde_json::from_str(&answer.body)?)?;
    scene.incident_when(&key, "its incident is there", |_| true).await?;
    Ok(())
}

#[tokio::test]
async fn edits_that_come_fast_end_with_the_last() -> Tested {
    let scene = Scene::start().await?;
    let mut config = scene.config.clone();
    for edit in 0..30 {
        config.mapping = format!("title = \"title {edit}\"");
        config.write(&scene.path())?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let asked = AtomicU32::new(0);
    wait::until("the last edit is in force", PATIENCE, || async {
        let rule = format!("rule-{}", asked.fetch_add(1, Ordering::Relaxed));
        let told = scene.gateway.accept(&metric(&rule, "Sev2").fired()).await.ok()?;
        let row = scene.incident_when(&key_of(&told).ok()?, "it is there", |_| true).await.ok()?;
        (field(&row, "short_description") == "title 29").then_some(())
    })
    .await
}
