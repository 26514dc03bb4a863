//! What people do on the platform is seen when it is read back, without a new alert, and the plan respects it.

use super::*;
use signalbox_e2e::{
    alerts::Metric,
    scene::{field, key_of},
};
use signalbox_simulators::servicenow::Act;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_to_a_ticket_is_seen_without_a_new_alert() -> Tested {
    let back = Back::start().await?;
    let mut keys = Vec::new();
    for (rule, number) in [("closed", 1), ("key-taken", 2), ("reassigned", 3)] {
        let metric = Metric::new(rule, "web-01", number, "Sev1", "2026-03-02T08:00:00Z".parse()?);
        keys.push(key_of(&back.scene.gateway.accept(&metric.fired()).await?)?);
    }
    back.scene.gateway.at_rest(PATIENCE).await?;
    let instance = &back.scene.platform.instance;
    instance.act(&keys[0], &Act::Close)?;
    instance.act(&keys[1], &Act::TakeOutKey)?;
    instance.act(&keys[2], &Act::Reassign { group: Some("Network".to_owned()), person: None })?;
    for (key, reason) in [(&keys[0], "closed"), (&keys[1], "key-removed")] {
        let ended = || async {
            let ticket = back.scene.ticket(key).await.ok()?;
            (ticket["ticket"]["standing"]["ended"] == reason).then_some(())
        };
        wait::until(&format!("the end of a ticket: {reason}"), PATIENCE, ended).await?;
    }
    let ticket = back.scene.ticket(&keys[2]).await?;
    assert_eq!(ticket["ticket"]["standing"], "live");
    assert_eq!(ticket["attempts"].as_array().map(Vec::len), Some(1), "nothing was written: {ticket}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_gateway_wrote_itself_is_not_looked_at_again() -> Tested {
    let back = Back::start().await?;
    let metric = Metric::new("cpu-high", "web-01", 4, "Sev1", "2026-03-02T08:00:00Z".parse()?);
    let key = key_of(&back.scene.gateway.accept(&metric.fired()).await?)?;
    let row = back.scene.incident_when(&key, "the ticket", |_| true).await?;
    back.scene.gateway.at_rest(PATIENCE).await?;
    let read = || async {
        let status = back.status().await.ok()?;
        let pulls = status["pulls"].as_array()?.clone();
        pulls.iter().any(|pull| pull["kind"] == "incident" && pull["read"].as_u64() >= Some(3)).then_some(())
    };
    wait::until("the ticket is read back", PATIENCE, read).await?;
    back.scene.gateway.at_rest(PATIENCE).await?;
    let entries = back.scene.platform.apparatus.journal.entries();
    let looks: Vec<_> = entries.iter().filter(|entry| entry.path.contains(field(&row, "sys_id"))).collect();
    assert!(looks.is_empty(), "{looks:?}");
    Ok(())
}
