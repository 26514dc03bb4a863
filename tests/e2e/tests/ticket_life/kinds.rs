//! The other kinds of work item: events, which are told and forgotten, and the platform's own alerts.

use super::*;
use signalbox_e2e::{config::Config, scene::PATIENCE};
use signalbox_simulators::shared::fault::{Effect, Fault};

async fn of_kind(kind: &str) -> anyhow::Result<Scene> {
    let text = |config: &mut Config| config.work_item = kind.to_owned();
    Scene::with(text).await
}

/// The platform's alert with this message key.
fn platform_alert(scene: &Scene, key: &str) -> Option<Fields> {
    scene.platform.instance.rows("em_alert", &format!("message_key={key}")).into_iter().next()
}

#[tokio::test]
async fn an_event_is_told_at_every_turn_and_the_platform_makes_its_alert() -> Tested {
    let scene = of_kind("event").await?;
    let first = alert("cpu", "Sev2", 0);
    let key = send(&scene, &first.fired()).await?;
    let problem = key.split('-').next().unwrap().to_owned();
    let states = |scene: &Scene| {
        platform_alert(scene, &problem).map(|row| (field(&row, "state").to_owned(), field(&row, "severity").to_owned()))
    };
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(states(&scene), Some(("Open".into(), "4".into())));
    send(&scene, &alert("cpu", "Sev0", 5).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(states(&scene), Some(("Open".into(), "1".into())), "it got worse");
    send(&scene, &alert("cpu", "Sev0", 5).resolved_after(3)).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(states(&scene).map(|states| states.0), Some("Closed".into()), "it is over");
    send(&scene, &alert("cpu", "Sev2", 20).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(states(&scene).map(|states| states.0), Some("Reopen".into()), "and back");
    assert_eq!(scene.platform.instance.rows("em_event", "").len(), 4);
    let asked = scene.platform.apparatus.journal.entries();
    assert!(asked.iter().all(|entry| entry.method == "POST"), "events are never read: {asked:?}");
    assert!(scene.platform.instance.keys("incident").is_empty());
    Ok(())
}

#[tokio::test]
async fn an_event_whose_answer_is_lost_is_told_again_and_is_one_alert() -> Tested {
    let scene = of_kind("event").await?;
    scene.platform.fault(Fault::new(Effect::DropAfter).method("POST").times(2));
    let key = send(&scene, &alert("cpu", "Sev2", 0).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let problem = key.split('-').next().unwrap();
    assert_eq!(scene.platform.instance.rows("em_alert", &format!("message_key={problem}")).len(), 1);
    assert_eq!(scene.ticket(&key).await?["ticket"]["standing"], "live");
    Ok(())
}

#[tokio::test]
async fn an_alert_of_the_platform_lives_like_an_incident() -> Tested {
    let scene = of_kind("alert").await?;
    let first = alert("cpu", "Sev2", 0);
    scene.platform.fault(Fault::new(Effect::DropAfter).method("POST").table("em_alert").times(1));
    let key = send(&scene, &first.fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let row = platform_alert(&scene, &key).unwrap();
    assert_eq!((field(&row, "state"), field(&row, "severity")), ("Open", "4"));
    assert!(field(&row, "description").contains("cpu"));
    send(&scene, &alert("cpu", "Sev0", 5).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(field(&platform_alert(&scene, &key).unwrap(), "severity"), "1");
    send(&scene, &alert("cpu", "Sev0", 5).resolved_after(3)).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(field(&platform_alert(&scene, &key).unwrap(), "state"), "Closed");
    send(&scene, &alert("cpu", "Sev2", 20).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(field(&platform_alert(&scene, &key).unwrap(), "state"), "Reopen");
    assert_eq!(scene.platform.instance.rows("em_alert", "").len(), 1);
    Ok(())
}
