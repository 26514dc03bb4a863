//! Facts about an alert's resources, in its ticket.

use super::*;
use signalbox_simulators::{
    azure::Resource,
    shared::{Effect, Fault},
};

const REPAIR: &str = Resource::REPAIR;

impl Watch {
    /// The alert's machine, with what Azure knows of it.
    fn put_machine(&self, alert: &Metric) {
        self.put_resource(&alert.target(), alert);
    }

    fn put_resource(&self, id: &str, alert: &Metric) {
        let machine = Resource::machine_under_repair(id, alert.fired_at);
        self.cloud.instance.put(Contents { resources: vec![machine], ..Contents::default() });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_that_come_in_time_stand_in_the_description() -> Tested {
    // The time is only an upper bound: the ticket is made as soon as they are there.
    let watch = Watch::start("enrich = { wait = \"20s\", budget = \"20s\" }").await?;
    let alert = since("cpu-high", 1, 5);
    watch.put_machine(&alert);
    let key = watch.fires(&alert).await?;
    let row = watch.scene.incident_when(&key, "the ticket", |_| true).await?;
    let description = field(&row, "description");
    for part in ["Percentage CPU", "97.5", REPAIR, "Not available"] {
        assert!(description.contains(part), "{part} is not in {description}");
    }
    let ticket = watch.scene.ticket(&key).await?;
    assert_eq!(ticket["attempts"].as_array().map(Vec::len), Some(1), "{ticket:#}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facts_that_come_late_are_a_note_and_said_once() -> Tested {
    let mut watch = Watch::start("enrich = { wait = \"100ms\", budget = \"20s\" }").await?;
    let alert = since("cpu-high", 2, 5);
    watch.put_machine(&alert);
    watch.cloud.fault(Fault::new(Effect::Delay { seconds: 3.0 }).table("metrics").times(1));
    let key = watch.fires(&alert).await?;
    let told = || async { Some(watch.notes(&key)).filter(|notes| notes.contains(REPAIR)) };
    let notes = wait::until("the note", PATIENCE, told).await?;
    assert!(notes.contains("Facts from `azure`") && notes.contains("97.5") && notes.contains("Missing:"), "{notes}");
    assert_eq!(notes.matches("\n---\n").count(), 0, "nothing else is new: {notes}");
    let ticket = watch.scene.ticket(&key).await?;
    let actions: Vec<_> = ticket["attempts"].as_array().unwrap().iter().map(|each| each["action"].clone()).collect();
    assert_eq!(actions, ["create", "annotate"], "{ticket:#}");

    watch.scene.gateway.kill().await?;
    watch.scene.restart().await?;
    let again = since("cpu-high", 2, 4);
    watch.scene.gateway.accept(&Metric { severity: "Sev0".to_owned(), ..again }.fired()).await?;
    // Who was killed may hold the ticket for its lease.
    watch.scene.gateway.at_rest(2 * PATIENCE).await?;
    assert_eq!(watch.notes(&key).matches("Facts from `azure`").count(), 1, "{}", watch.notes(&key));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_does_not_come_costs_no_other_fact() -> Tested {
    let watch = Watch::start("enrich = { wait = \"15s\", budget = \"15s\" }").await?;
    let alert = since("cpu-high", 7, 5);
    let machines =
        ["web-01", "web-02", "web-03"].map(|name| Metric { machine: name.to_owned(), ..alert.clone() }.target());
    for machine in &machines {
        watch.put_resource(machine, &alert);
    }
    // The first of nine questions, of which the host sends eight at once.
    watch.cloud.fault(Fault::new(Effect::Delay { seconds: 600.0 }).table("metrics").path("web-01"));
    watch.put(&alert);
    let mut body = alert.fired();
    body["data"]["essentials"]["alertTargetIDs"] = serde_json::json!(machines);
    let key = key_of(&watch.scene.gateway.accept(&body).await?)?;
    let told = || async { Some(watch.told(&key)).filter(|told| told.contains("metrics of web-01: no answer within")) };
    let told = wait::until("the facts", PATIENCE, told).await?;
    for name in ["web-02", "web-03"] {
        assert!(told.contains(&format!("{name}: Percentage CPU")), "{told}");
    }
    for name in ["web-01", "web-02", "web-03"] {
        for fact in ["Availability", "Last 24 h"] {
            assert!(told.contains(&format!("{name}: {fact}")), "{name}: {fact} is not in {told}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_monitor_that_is_down_holds_up_no_ticket_and_the_ticket_says_what_is_missing() -> Tested {
    let watch = Watch::start("enrich = { wait = \"100ms\", budget = \"1s\" }").await?;
    // It hangs: no answer comes at all.
    watch.cloud.fault(Fault::new(Effect::Delay { seconds: 600.0 }));
    let alert = since("cpu-high", 3, 5);
    let key = watch.fires(&alert).await?;
    watch.scene.incident_when(&key, "the ticket", |_| true).await?;
    let told = || async { Some(watch.notes(&key)).filter(|notes| notes.contains("There are no facts from `azure`")) };
    wait::until("what is missing", PATIENCE, told).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_monitor_that_loops_or_traps_holds_up_no_ticket() -> Tested {
    let cloud = cloud::start().await?;
    let scene = Scene::with(|config| {
        config.source = "monitor = \"odd\"".to_owned();
        config.more = format!(
            "[connections.odd]\nmonitor = \"misbehaving-monitor\"\nurl = \"{}\"\nnetworks = [\"127.0.0.0/8\"]\n\
             enrich = {{ wait = \"100ms\", budget = \"500ms\" }}\n",
            cloud.http_url
        );
    })
    .await?;
    let watch = Watch { scene, cloud };
    let mut keys = Vec::new();
    for (rule, instance) in [("loop", 4), ("trap", 5), ("neither", 6)] {
        keys.push(watch.fires(&since(rule, instance, 5)).await?);
    }
    for key in &keys {
        watch.scene.incident_when(key, "the ticket", |_| true).await?;
    }
    for key in &keys[..2] {
        let told = || async { Some(watch.notes(key)).filter(|notes| notes.contains("There are no facts from `odd`")) };
        wait::until("what is missing", PATIENCE, told).await?;
        assert_eq!(watch.scene.ticket(key).await?["ticket"]["standing"], "live");
    }
    Ok(())
}
