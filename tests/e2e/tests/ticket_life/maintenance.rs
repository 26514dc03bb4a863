//! What fires in maintenance is told apart, or held back; windows are of the configuration, or change requests.

use super::*;
use serde_json::json;
use signalbox_e2e::{command, config::Config, scene::PATIENCE, wait};
use signalbox_simulators::servicenow::Act;

/// A window of the configuration around now, for the machine web-01.
fn window(config: &mut Config, until: &str) {
    config.more = format!(
        r#"
[[maintenance]]
name = "patches"
when = 'alert.resource.name == "web-01"'
from = "2026-01-01T00:00:00Z"
until = "{until}"
"#
    );
}

const LATER: &str = "2100-01-01T00:00:00Z";

fn events(story: &Value) -> Vec<&str> {
    story["timeline"].as_array().into_iter().flatten().filter_map(|entry| entry["event"].as_str()).collect()
}

async fn held(scene: &Scene, key: &str) -> anyhow::Result<Value> {
    scene.ticket_when(key, "it is held", |story| events(story).contains(&"held")).await
}

#[tokio::test]
async fn a_window_holds_what_fires_until_it_is_shortened() -> Tested {
    let mut scene = Scene::with(|config| {
        window(config, LATER);
        config.route = "maintenance = \"hold\"".to_owned();
    })
    .await?;
    let fires = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let elsewhere = send(&scene, &alert_on("web-02", "cpu-2", "Sev2", 0).fired()).await?;
    let story = held(&scene, &fires).await?;
    let said = story["timeline"].to_string();
    assert!(said.contains("Maintenance goes on until 2100-01-01T00:00:00Z: window `patches`."), "{said}");
    scene.incident_when(&elsewhere, "the window is not for it", is_open).await?;
    assert!(scene.incident(&fires).is_none());
    scene.edit(|config| window(config, "2026-01-02T00:00:00Z")).await?;
    scene.incident_when(&fires, "what still fires is not forgotten", is_open).await?;
    let story = scene.ticket_when(&fires, "it says so", |story| events(story).contains(&"maintenance-over")).await?;
    assert_eq!(events(&story).iter().filter(|event| **event == "held").count(), 1, "it is said once: {story}");
    Ok(())
}

#[tokio::test]
async fn what_is_over_before_the_window_ends_makes_no_ticket() -> Tested {
    let scene = Scene::with(|config| {
        window(config, LATER);
        config.route = "maintenance = \"hold\"".to_owned();
    })
    .await?;
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    held(&scene, &key).await?;
    send(&scene, &first.resolved_after(5)).await?;
    scene.ticket_when(&key, "it ends", |story| story["ticket"]["standing"]["ended"] == "resolved").await?;
    assert_eq!(incidents(&scene, &key).len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_ticket_says_once_that_maintenance_goes_on() -> Tested {
    let scene = Scene::with(|config| window(config, LATER)).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    scene.incident_when(&key, "it is there", is_open).await?;
    send(&scene, &alert("cpu", "Sev1", 5).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let row = scene.incident_when(&key, "it is told of", is_open).await?;
    let notes = notes(&scene, &row);
    assert_eq!(notes.matches("window `patches`").count(), 1, "{notes}");
    Ok(())
}

#[tokio::test]
async fn an_open_ticket_is_told_once_of_each_maintenance_that_begins() -> Tested {
    let mut scene = reads("").await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let row = scene.incident_when(&key, "it is there", is_open).await?;
    let elsewhere = send(&scene, &alert_on("web-02", "cpu-2", "Sev2", 0).fired()).await?;
    let elsewhere = scene.incident_when(&elsewhere, "it is there, too", is_open).await?;

    let path = "/v1/maintenance?name=disks&until=2099-01-01T00:00:00Z&when=alert.resource.name%20%3D%3D%20%22web-01%22";
    scene.gateway.tell(path).await?;
    told(&scene, &row, "window `disks`").await?;
    let number = change(&scene, "-2")?;
    told(&scene, &row, &format!("change {number} (http")).await?;
    scene.edit(|config| window(config, "2100-06-01T00:00:00Z")).await?;
    told(&scene, &row, "window `patches`").await?;

    scene.gateway.kill().await?;
    scene.restart().await?;
    send(&scene, &alert("cpu", "Sev1", 5).fired()).await?;
    // Who was killed may hold the ticket for its lease.
    scene.gateway.at_rest(2 * PATIENCE).await?;
    let row = scene.incident_when(&key, "it is worse", |row| is_open(row) && field(row, "urgency") == "1").await?;
    let notes_now = notes(&scene, &row);
    assert_eq!(notes_now.matches("Maintenance goes on").count(), 3, "each is told once: {notes_now}");
    assert!(!notes(&scene, &elsewhere).contains("Maintenance"), "none is for it: {}", notes(&scene, &elsewhere));
    Ok(())
}

/// Waits until a note in a ticket says this.
async fn told(scene: &Scene, row: &Fields, words: &str) -> Tested {
    wait::until(words, PATIENCE, || async { notes(scene, row).contains(words).then_some(()) }).await
}

/// A person plans a change to web-01 around now.
fn change(scene: &Scene, state: &str) -> anyhow::Result<String> {
    let fields = json!({
        "short_description": "new disks", "type": "Normal", "cmdb_ci": "web-01", "state": state,
        "start_date": "2026-01-01 00:00:00", "end_date": "2100-01-01 00:00:00",
    });
    let Value::Object(fields) = fields else { anyhow::bail!("no fields") };
    Ok(scene.platform.instance.create("change_request", &fields)?.number)
}

async fn reads(route: &str) -> anyhow::Result<Scene> {
    Scene::with(|config| {
        config.connection = format!("{}\npull = {{ every = \"1s\" }}", config.connection);
        config.route = route.to_owned();
    })
    .await
}

/// Waits until so many changes were read.
async fn read(scene: &Scene, count: u64) -> anyhow::Result<()> {
    let read = || async {
        let status = scene.gateway.get("/v1/sync").await.ok()?;
        let pulls = status["pulls"].as_array()?;
        pulls.iter().any(|pull| pull["kind"] == "change" && pull["read"].as_u64() >= Some(count)).then_some(())
    };
    wait::until("the changes are read", PATIENCE, read).await
}

#[tokio::test]
async fn a_change_on_the_machine_holds_what_fires_until_it_is_called_off() -> Tested {
    let scene = reads("maintenance = \"hold\"").await?;
    let number = change(&scene, "-1")?;
    read(&scene, 1).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let said = held(&scene, &key).await?["timeline"].to_string();
    assert!(said.contains(&format!("change {number} (http")), "{said}");
    scene.platform.instance.act(&number, &Act::Cancel)?;
    scene.incident_when(&key, "nothing holds it any more", is_open).await?;
    Ok(())
}

#[tokio::test]
async fn a_change_is_named_in_the_ticket_and_a_draft_is_not() -> Tested {
    let scene = reads("").await?;
    let draft = change(&scene, "-5")?;
    read(&scene, 1).await?;
    let before = send(&scene, &alert("disk", "Sev2", 0).fired()).await?;
    let before = scene.incident_when(&before, "it is there", is_open).await?;
    assert!(!notes(&scene, &before).contains("Maintenance"), "{draft} does nothing: {}", notes(&scene, &before));
    let number = change(&scene, "-2")?;
    read(&scene, 2).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 5).fired()).await?;
    let row = scene.incident_when(&key, "it is there", is_open).await?;
    assert!(notes(&scene, &row).contains(&format!("change {number} (http")), "{}", notes(&scene, &row));
    Ok(())
}

#[tokio::test]
async fn a_window_that_people_open_outlives_a_restart_and_ends_when_they_say() -> Tested {
    let mut scene = Scene::with(|config| config.route = "maintenance = \"hold\"".to_owned()).await?;
    let path = "/v1/maintenance?name=disks&until=2100-01-01T00:00:00Z&when=alert.resource.name%20%3D%3D%20%22web-01%22";
    let opened = scene.gateway.tell(path).await?;
    scene.gateway.kill().await?;
    scene.restart().await?;
    let listed = scene.gateway.get("/v1/maintenance").await?;
    assert_eq!(listed, json!([opened]));
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    let said = held(&scene, &key).await?["timeline"].to_string();
    assert!(said.contains("window `disks`"), "{said}");
    let elsewhere = send(&scene, &alert_on("web-02", "cpu-2", "Sev2", 0).fired()).await?;
    scene.incident_when(&elsewhere, "the window is not for it", is_open).await?;
    let admin = scene.gateway.admin.trim_start_matches("http://").to_owned();
    let run = |arguments: &'static [&'static str]| {
        let all = [arguments, &["--admin", admin.as_str()]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let folder = scene.folder();
        async move { command::run(folder, &all.iter().map(String::as_str).collect::<Vec<_>>()).await }
    };
    let listing = run(&["maintenance", "list"]).await?;
    assert!(listing.out.contains("disks"), "{listing:?}");
    let said = run(&["maintenance", "begin", "more", "--when", "false", "--for", "2h"]).await?;
    assert_eq!((said.code, said.out.as_str()), (0, "window 2 is kept\n"), "{said:?}");
    let ended = run(&["maintenance", "end", "1"]).await?;
    assert_eq!(ended.code, 0, "{ended:?}");
    scene.incident_when(&key, "nothing holds it any more", is_open).await?;
    let again = run(&["maintenance", "end", "1"]).await?;
    assert!(again.code != 0 && again.err.contains("a window 1 that is not over"), "{again:?}");
    for bad in
        ["name=x&until=2000-01-01T00:00:00Z", "name=x&until=soon", "name=x&until=2100-01-01T00:00:00Z&when=alert."]
    {
        let said = scene.gateway.tell(&format!("/v1/maintenance?{bad}")).await?;
        assert!(said["error"]["code"].is_string(), "{bad}: {said}");
    }
    Ok(())
}

#[tokio::test]
async fn changes_of_a_connection_do_nothing_where_it_says_so() -> Tested {
    let mut scene = reads("maintenance = \"hold\"").await?;
    change(&scene, "-1")?;
    read(&scene, 1).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    held(&scene, &key).await?;
    scene.edit(|config| config.connection = config.connection.replace("1s\" }", "1s\", maintenance = false }")).await?;
    scene.incident_when(&key, "the change counts no more", is_open).await?;
    Ok(())
}
