//! A ticket at its alert.

use super::*;
use signalbox_simulators::{
    servicenow::Act,
    shared::{Effect, Fault},
};

/// No facts are waited for.
const NO_WAIT: &str = "enrich = { wait = \"0s\" }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_shows_its_ticket_and_is_closed_with_it() -> Tested {
    let watch = Watch::start(NO_WAIT).await?;
    let alert = since("cpu-high", 1, 1);
    let key = watch.fires(&alert).await?;
    let kept = watch.stands(&alert, State::Acknowledged).await?;
    let row = watch.scene.incident(&key).unwrap();
    let (number, sys_id) = (field(&row, "number"), field(&row, "sys_id"));
    let [comment] = comments(&kept).try_into().unwrap();
    assert!(comment.contains(number) && comment.contains("http") && comment.contains(sys_id), "{comment}");

    // Nobody tells the gateway: it reads that people have closed it.
    watch.scene.platform.instance.act(&key, &Act::Close)?;
    let kept = watch.stands(&alert, State::Closed).await?;
    let comments = comments(&kept);
    assert_eq!(comments.len(), 2, "{comments:?}");
    assert!(comments[1].contains(number) && comments[1].contains("Closed"), "{comments:?}");

    let status = watch.task_when("report", "both reports", |task| task["done"] == 2).await?;
    assert_eq!((&status["waiting"], &status["given_up"], &status["trouble"]), (&0.into(), &0.into(), &"".into()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resolved_alert_closes_its_ticket_and_itself() -> Tested {
    let watch = Watch::start(NO_WAIT).await?;
    let alert = since("cpu-high", 2, 30);
    let key = watch.fires(&alert).await?;
    watch.stands(&alert, State::Acknowledged).await?;
    watch.scene.gateway.accept(&alert.resolved_after(5)).await?;
    watch.scene.incident_when(&key, "the resolved ticket", |row| field(row, "state") == "6").await?;
    assert_eq!(comments(&watch.stands(&alert, State::Closed).await?).len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comment_is_posted_once_though_answers_are_lost_and_the_gateway_is_killed() -> Tested {
    let mut watch = Watch::start(NO_WAIT).await?;
    watch.cloud.fault(Fault::new(Effect::DropAfter).method("POST").path("changestate").times(2));
    let alert = since("cpu-high", 3, 1);
    watch.fires(&alert).await?;
    watch.stands(&alert, State::Acknowledged).await?;
    // Its answer was lost: the gateway does not know that it is told.
    watch.scene.gateway.kill().await?;
    watch.scene.restart().await?;
    // Who was killed leads for half a minute more.
    let told = || async {
        let status = watch.scene.gateway.get("/v1/sync").await.ok()?;
        let report = status["monitors"].as_array()?.iter().find(|each| each["task"] == "report")?.clone();
        (report["done"] == 1 && report["waiting"] == 0).then_some(())
    };
    wait::until("the report", 3 * PATIENCE, told).await?;
    let kept = watch.stands(&alert, State::Acknowledged).await?;
    assert_eq!(comments(&kept).len(), 1, "{:?}", kept.history);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_azure_can_t_take_now_is_told_later() -> Tested {
    let watch = Watch::start(NO_WAIT).await?;
    for effect in [Effect::Throttle { retry_after: 1 }, Effect::Status { code: 503, committed: false }] {
        watch.cloud.fault(Fault::new(effect).path("AlertsManagement").times(2));
    }
    let alert = since("cpu-high", 4, 1);
    let key = watch.fires(&alert).await?;
    watch.scene.incident_when(&key, "the ticket", |_| true).await?;
    assert_eq!(comments(&watch.stands(&alert, State::Acknowledged).await?).len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_is_not_azures_is_never_requested() -> Tested {
    let watch = Watch::start("recheck = { after = \"0s\", every = \"1s\" }").await?;
    let foreign = "/subscriptions/66666666-0000-4000-8000-000000000000/providers/Microsoft.AlertsManagement/alerts/a";
    let climbing =
        "/subscriptions/5b1c2f6e-7f0a-4f3e-9d55-0a64c1f3e001/../../evil/providers/Microsoft.AlertsManagement/alerts/a";
    let mut keys = Vec::new();
    for (instance, id) in [foreign, climbing].into_iter().enumerate() {
        let alert = since(&format!("odd-{instance}"), 5, 1);
        let mut body = alert.fired();
        body["data"]["essentials"]["alertId"] = id.into();
        body["data"]["essentials"]["alertTargetIDs"] = serde_json::json!([format!("{id}/../evil")]);
        keys.push(key_of(&watch.scene.gateway.accept(&body).await?)?);
    }
    for key in &keys {
        let refused = |ticket: &Value| events(ticket).contains(&"not-reported".to_owned());
        watch.scene.ticket_when(key, "a report that was given up", refused).await?;
        let forgotten = |ticket: &Value| events(ticket).contains(&"forgotten".to_owned());
        watch.scene.ticket_when(key, "a question without an answer", forgotten).await?;
    }
    let asked = watch.asked();
    assert!(!asked.iter().any(|path| path.contains("66666666") || path.contains("evil")), "{asked:?}");
    Ok(())
}

fn events(ticket: &Value) -> Vec<String> {
    let timeline = ticket["timeline"].as_array().cloned().unwrap_or_default();
    timeline.iter().filter_map(|entry| entry["event"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_credentials_are_shown_and_a_paused_monitor_is_told_nothing() -> Tested {
    let mut watch = Watch::start(NO_WAIT).await?;
    watch.cloud.fault(Fault::new(Effect::RefuseCredentials).table("token"));
    let alert = since("cpu-high", 6, 1);
    let key = watch.fires(&alert).await?;
    watch.scene.incident_when(&key, "the ticket", |_| true).await?;
    let stopped = |status: &Value| {
        let connections = status["connections"].as_array().cloned().unwrap_or_default();
        connections.iter().any(|each| each["name"] == "azure" && each["state"] == "stopped")
    };
    watch.scene.status_when("the refused credentials", stopped).await?;

    let troubled = |task: &Value| task["waiting"] == 1 && task["trouble"] != "";
    watch.task_when("report", "a report that waits", troubled).await?;

    let monitor = cloud::monitor(&watch.cloud, "paused = true");
    watch.scene.edit(|config| config.more = monitor).await?;
    watch.task_when("report", "no round any more", |task| task["round"].is_null() && task["waiting"] == 1).await?;
    Ok(())
}
