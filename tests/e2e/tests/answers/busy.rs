//! 503 with `Retry-After`: nothing was kept, and the sender will send it again.

use super::{Tested, head, metric};
use reqwest::StatusCode;
use serde_json::json;
use signalbox_e2e::{
    Gateway, Scene,
    alerts::Metric,
    config,
    gateway::program,
    raw::Connection,
    scene::{PATIENCE, field, key_of},
    wait,
};
use tokio::process::Command;

#[tokio::test]
async fn too_many_requests_under_way_are_told_to_come_again() -> Tested {
    let scene = Scene::with(|config| config.ingest = "max_requests = 1".to_owned()).await?;
    let body = metric("slow-sender").fired().to_string();
    let mut inside = Connection::open(&scene.gateway.ingest).await?;
    inside.send(head(&format!("Content-Length: {}\r\nExpect: 100-continue", body.len()))).await?;
    assert_eq!(inside.answer().await?.status, 100, "it is under way");
    let answer = scene.gateway.post(&metric("cpu-high").fired()).await?;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let seconds: u64 = answer.headers()["retry-after"].to_str()?.parse()?;
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert!(answer.text().await?.contains("too many requests are under way"));
    inside.send(&body).await?;
    assert_eq!(inside.answer().await?.status, 202);
    scene.gateway.accept(&metric("cpu-high").fired()).await?;
    Ok(())
}

#[tokio::test]
async fn a_gateway_that_stops_takes_nothing_new() -> Tested {
    let mut scene = Scene::start().await?;
    // Three connections, so that the gateway has something to wait for: one with a request under way, two that have begun
    // to send one.
    let body = metric("cpu-high").fired().to_string();
    let mut inside = Connection::open(&scene.gateway.ingest).await?;
    inside.send(head(&format!("Content-Length: {}\r\nExpect: 100-continue", body.len()))).await?;
    assert_eq!(inside.answer().await?.status, 100);
    let late = head(&format!("Content-Length: {}", body.len()));
    let mut late_comer = Connection::open(&scene.gateway.ingest).await?;
    late_comer.send(&late[..20]).await?;
    scene.gateway.signal("TERM").await?;
    not_ready(&scene).await?;
    // In one piece: it may be answered, and its connection closed, as soon as its head has come.
    late_comer.send(format!("{}{body}", &late[20..])).await?;
    let answer = late_comer.answer().await?;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
    inside.send(&body).await?;
    assert_eq!(inside.answer().await?.status, 202, "what was under way is finished");
    assert!(scene.gateway.ended(PATIENCE).await?.success());
    Ok(())
}

async fn not_ready(scene: &Scene) -> Tested {
    wait::until("the gateway is not ready any more", PATIENCE, || async {
        let answer = reqwest::get(format!("{}/readyz", scene.gateway.admin)).await.ok()?;
        (answer.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(())
    })
    .await
}

/// The disk is full for one process: a file may not grow beyond a few megabytes, and the signal for that is not taken.
async fn on_a_small_disk(scene: &mut Scene) -> Tested {
    scene.gateway.kill().await?;
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -S -f 6000; exec \"$0\" \"$@\""]).arg(program()?);
    scene.gateway = Gateway::start_by(&mut command, &scene.path(), scene.folder(), &config::secrets()).await?;
    Ok(())
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_over_when_there_is_room_again() -> Tested {
    // A worker that could not put down what it did leaves its ticket to whoever holds it next.
    let mut scene = Scene::with(|config| {
        config.gateway = "lease = \"6s\"".to_owned();
        config.connection = "settle = \"1s\"\nlimits = { request_timeout = \"2s\" }".to_owned();
    })
    .await?;
    on_a_small_disk(&mut scene).await?;
    let mut accepted = Vec::new();
    let mut refused = None;
    for number in 0..100 {
        let alert = Metric { rule: format!("rule-{number}"), ..metric("") };
        let mut body = alert.fired();
        body["data"]["customProperties"]["padding"] = json!(format!("{number}").repeat(200_000));
        let answer = scene.gateway.post(&body).await?;
        match answer.status() {
            StatusCode::ACCEPTED => accepted.push(key_of(&serde_json::from_str(&answer.text().await?)?)?),
            StatusCode::SERVICE_UNAVAILABLE => {
                assert!(answer.headers().contains_key("retry-after"));
                refused = Some(body);
                break;
            }
            status => panic!("body {number} is answered with {status}"),
        }
    }
    let refused = refused.unwrap_or_else(|| panic!("the disk was never full"));
    assert!(accepted.len() > 2, "some were kept before: {}", accepted.len());

    let pid = scene.gateway.pid().to_string();
    let status = Command::new("prlimit").args(["--fsize=unlimited", "--pid", &pid]).status().await?;
    assert!(status.success());
    let told = wait::until("there is room again", PATIENCE, || async { scene.gateway.accept(&refused).await.ok() });
    accepted.push(key_of(&told.await?)?);
    for key in &accepted {
        let row = scene.incident_when(key, "what was accepted has its incident", |_| true).await?;
        assert!(field(&row, "short_description").contains("rule-"));
    }
    let keys = scene.platform.instance.keys("incident");
    assert_eq!(keys.len(), accepted.len(), "what was refused left nothing behind");
    assert!(keys.values().all(|count| *count == 1), "{keys:?}");
    Ok(())
}

#[tokio::test]
async fn a_ledger_that_was_deleted_takes_nothing() -> Tested {
    let scene = Scene::start().await?;
    scene.gateway.accept(&metric("before").fired()).await?;
    std::fs::remove_file(&scene.config.ledger)?;
    let answer = scene.gateway.post(&metric("after").fired()).await?;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "what goes into a deleted file is lost");
    assert!(answer.headers().contains_key("retry-after"));
    Ok(())
}
