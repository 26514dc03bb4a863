//! What was resolved while nobody was told.

use super::*;
use signalbox_simulators::azure::Condition;

const OFTEN: &str = "recheck = { after = \"10m\", every = \"1s\" }\nenrich = { wait = \"0s\" }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolved_that_was_swallowed_resolves_its_ticket() -> Tested {
    let watch = Watch::start(OFTEN).await?;
    let (over, fires, young) = (since("swallowed", 1, 60), since("still-there", 2, 60), since("young", 3, 1));
    let keys = [watch.fires(&over).await?, watch.fires(&fires).await?, watch.fires(&young).await?];
    for key in &keys {
        watch.scene.incident_when(key, "the ticket", |_| true).await?;
    }
    for alert in [&over, &young] {
        assert!(watch.cloud.instance.set_condition(&alert.instance, Condition::Resolved));
    }
    watch.scene.incident_when(&keys[0], "the resolved ticket", |row| field(row, "state") == "6").await?;
    let ticket = watch.scene.ticket(&keys[0]).await?;
    assert_eq!(ticket["members"][0]["condition"], "resolved", "{ticket:#}");
    // The one still fires, the other has not fired for long and is not asked about.
    for key in &keys[1..] {
        assert_eq!(watch.scene.ticket(key).await?["members"][0]["condition"], "fired", "{key}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forgotten_alert_changes_nothing_and_is_noted_once() -> Tested {
    let watch = Watch::start(OFTEN).await?;
    let alert = since("old", 4, 60);
    let key = watch.fires(&alert).await?;
    watch.scene.incident_when(&key, "the ticket", |_| true).await?;
    assert!(watch.cloud.instance.forget_alert(&alert.instance));
    let forgotten = |ticket: &Value| notes(ticket) == 1;
    watch.scene.ticket_when(&key, "the note", forgotten).await?;
    let done = watch.task_when("recheck", "a round", |task| task["done"].as_u64() > Some(0)).await?["done"].as_u64();
    watch.task_when("recheck", "two more rounds", |task| task["done"].as_u64() > done.map(|done| done + 1)).await?;
    let ticket = watch.scene.ticket(&key).await?;
    assert_eq!((notes(&ticket), &ticket["members"][0]["condition"]), (1, &"fired".into()), "{ticket:#}");
    Ok(())
}

fn notes(ticket: &Value) -> usize {
    let timeline = ticket["timeline"].as_array().cloned().unwrap_or_default();
    timeline.iter().filter(|entry| entry["event"] == "forgotten").count()
}
