//! Ending: what was accepted is finished, and nothing waits for ever.

use super::{Tested, head, metric};
use signalbox_e2e::{
    Scene,
    raw::Connection,
    scene::{PATIENCE, key_of},
    wait,
};
use signalbox_simulators::shared::fault::{Effect, Fault};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_request_under_way_gets_its_answer_and_its_ticket() -> Tested {
    let mut scene = Scene::start().await?;
    let body = metric("cpu-high").fired().to_string();
    let mut inside = Connection::open(&scene.gateway.ingest).await?;
    inside.send(head(&format!("Content-Length: {}\r\nExpect: 100-continue", body.len()))).await?;
    assert_eq!(inside.answer().await?.status, 100);
    let mut idle = Connection::open(&scene.gateway.ingest).await?;
    idle.send("GET / HTTP/1.1\r\nHost: gateway\r\n\r\n").await?;
    assert_eq!(idle.answer().await?.status, 404);
    scene.gateway.signal("TERM").await?;
    wait::until("nobody is let in any more", PATIENCE, || async {
        Connection::open(&scene.gateway.ingest).await.is_err().then_some(())
    })
    .await?;
    assert!(idle.is_closed_in_silence().await?, "an idle connection is let go");
    inside.send(&body).await?;
    let answer = inside.answer().await?;
    assert_eq!(answer.status, 202, "{answer:?}");
    let key = key_of(&serde_json::from_str(&answer.body)?)?;
    assert!(scene.gateway.ended(PATIENCE).await?.success());
    scene.restart().await?;
    scene.incident_when(&key, "its incident is there", |_| true).await?;
    Ok(())
}

#[tokio::test]
async fn a_ticket_under_way_is_finished_before_the_end() -> Tested {
    let mut scene = Scene::start().await?;
    scene.platform.fault(Fault::new(Effect::HoldAnswer { seconds: 1.0 }).method("POST").table("incident"));
    let key = key_of(&scene.gateway.accept(&metric("cpu-high").fired()).await?)?;
    wait::until("the create is under way", PATIENCE, || async { scene.incident(&key) }).await?;
    scene.gateway.signal("TERM").await?;
    assert!(scene.gateway.ended(PATIENCE).await?.success());
    scene.platform.apparatus.faults.clear();
    scene.platform.apparatus.journal.clear();
    scene.restart().await?;
    let story = scene.ticket(&key).await?;
    assert_eq!(story["attempts"][0]["outcome"], "confirmed", "{story:#}");
    assert_eq!(story["ticket"]["confirmed"], story["ticket"]["wanted"]);
    Ok(())
}

#[tokio::test]
async fn a_request_that_never_ends_is_not_waited_for_longer_than_the_drain_timeout() -> Tested {
    let mut scene = Scene::with(|config| config.ingest = "drain_timeout = \"500ms\"".to_owned()).await?;
    let mut stuck = Connection::open(&scene.gateway.ingest).await?;
    stuck.send(head("Content-Length: 1000\r\nExpect: 100-continue")).await?;
    assert_eq!(stuck.answer().await?.status, 100);
    let began = Instant::now();
    scene.gateway.signal("TERM").await?;
    assert!(scene.gateway.ended(PATIENCE).await?.success());
    assert!(began.elapsed() >= Duration::from_millis(500), "it has its time");
    assert!(began.elapsed() < Duration::from_secs(15), "and no more: {:?}", began.elapsed());
    Ok(())
}
