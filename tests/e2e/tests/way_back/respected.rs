//! What people do on the platform is seen when it is read back, without a new alert, and the plan respects it.

use super::*;
use signalbox_e2e::{alerts::Metric, scene::key_of};
use signalbox_simulators::servicenow::Act;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_that_people_close_or_delete_ends_without_a_new_alert() -> Tested {
    let back = Back::start().await?;
    let fired =
        |rule: &str| Ok::<_, anyhow::Error>(Metric::new(rule, "web-01", 1, "Sev1", "2026-03-02T08:00:00Z".parse()?));
    let mut keys = Vec::new();
    for rule in ["closed", "key-taken", "reassigned"] {
        keys.push(key_of(&back.scene.gateway.accept(&fired(rule)?.fired()).await?)?);
    }
    back.scene.gateway.at_rest(PATIENCE).await?;
    let instance = &back.scene.platform.instance;
    instance.act(&keys[0], &Act::Close)?;
    instance.act(&keys[2], &Act::Reassign { group: Some("Network".to_owned()), person: None })?;
    instance.act(&keys[1], &Act::TakeOutKey)?;
    for (key, reason) in [(&keys[0], "closed"), (&keys[1], "key-removed")] {
        let ended = || async {
            let ticket = back.scene.ticket(key).await.ok()?;
            (ticket["ticket"]["standing"]["ended"] == reason).then_some(())
        };
        wait::until(&format!("the end of the ticket that people {reason}"), PATIENCE, ended).await?;
    }
    let seen = || async {
        let ticket = back.scene.ticket(&keys[2]).await.ok()?;
        (ticket["life"]["seen"]["ticket"]["assignment"] == "Network").then_some(ticket)
    };
    let ticket = wait::until("the new assignment", PATIENCE, seen).await?;
    assert_eq!(ticket["ticket"]["standing"], "live");
    assert_eq!(ticket["attempts"].as_array().map(Vec::len), Some(1), "nothing was written: {ticket}");
    Ok(())
}
