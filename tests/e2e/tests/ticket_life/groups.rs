//! What one ticket stands for: a resource, a rule, a label, or a storm.

use super::*;
use serde_json::json;
use signalbox_e2e::scene::PATIENCE;

fn machine_id(name: &str) -> String {
    format!(
        "/subscriptions/5b1c2f6e-7f0a-4f3e-9d55-0a64c1f3e001/resourcegroups/rg-shop/providers/\
         microsoft.compute/virtualmachines/{name}"
    )
}

#[tokio::test]
async fn split_by_resource_makes_a_ticket_for_each_and_resolves_each() -> Tested {
    let scene = Scene::with(|config| config.route = "split = \"resource\"".to_owned()).await?;
    let episode = alert("cpu", "Sev2", 0);
    let about_two = |mut body: Value| {
        body["data"]["essentials"]["alertTargetIDs"] = json!([machine_id("web-01"), machine_id("web-02")]);
        body["data"]["essentials"]["configurationItems"] = json!(["web-01", "web-02"]);
        body
    };
    let told = scene.gateway.accept(&about_two(episode.fired())).await?;
    let tickets = told["accepted"][0]["tickets"].as_array().unwrap();
    assert_eq!(tickets.len(), 2, "{told}");
    let mut items = Vec::new();
    for ticket in tickets {
        let key = ticket["key"].as_str().unwrap();
        let row = scene.incident_when(key, "it has an incident", is_open).await?;
        let item = scene.platform.instance.rows("cmdb_ci", &format!("sys_id={}", field(&row, "cmdb_ci")));
        items.push(field(&item[0], "name").to_owned());
    }
    items.sort();
    assert_eq!(items, ["web-01", "web-02"], "each is about its own");
    scene.gateway.accept(&about_two(episode.resolved_after(5))).await?;
    for ticket in tickets {
        scene.incident_when(ticket["key"].as_str().unwrap(), "it is resolved", is_resolved).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_group_is_over_when_its_last_member_is() -> Tested {
    let scene = Scene::with(|config| config.route = "group_by = [\"rule\"]".to_owned()).await?;
    let on = |machine: &str, severity: &str, minute: u32| alert_on(machine, "disk-full", severity, minute);
    let members = [on("web-01", "Sev3", 0), on("web-02", "Sev1", 1), on("web-03", "Sev3", 2)];
    let key = send(&scene, &members[0].fired()).await?;
    for member in &members[1..] {
        assert_eq!(send(&scene, &member.fired()).await?, key, "one ticket stands for all");
    }
    scene.incident_when(&key, "the worst counts", |row| field(row, "priority") == "2").await?;
    let story = scene.ticket(&key).await?;
    assert_eq!((&story["ticket"]["firing"], &story["ticket"]["total"]), (&json!(3), &json!(3)));

    send(&scene, &members[1].resolved_after(5)).await?;
    scene.incident_when(&key, "the rest is less bad", |row| field(row, "priority") == "4").await?;
    send(&scene, &members[0].resolved_after(5)).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    assert!(is_open(&scene.incident(&key).unwrap()), "one still fires");
    send(&scene, &members[2].resolved_after(5)).await?;
    let row = scene.incident_when(&key, "all are over", is_resolved).await?;
    assert!(notes(&scene, &row).contains("All 3 alerts of this ticket are resolved"), "{}", notes(&scene, &row));

    send(&scene, &on("web-02", "Sev2", 30).fired()).await?;
    scene.incident_when(&key, "one that comes back brings back the ticket", is_open).await?;
    assert_eq!(incidents(&scene, &key).len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_differs_in_what_is_grouped_by_are_different_problems() -> Tested {
    let scene = Scene::with(|config| config.route = "group_by = [\"rule\", \"labels.custom.team\"]".to_owned()).await?;
    let of = |team: &str, machine: &str, minute: u32| {
        let mut body = alert_on(machine, "disk-full", "Sev2", minute).fired();
        body["data"]["customProperties"]["team"] = json!(team);
        body
    };
    let shop = send(&scene, &of("shop", "web-01", 0)).await?;
    assert_eq!(send(&scene, &of("shop", "web-02", 1)).await?, shop);
    assert_ne!(send(&scene, &of("billing", "web-03", 2)).await?, shop);
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(scene.platform.instance.keys("incident").len(), 2);
    Ok(())
}

#[tokio::test]
async fn an_alert_goes_to_every_route_that_takes_it_until_one_stops() -> Tested {
    let more = r#"
[[routes]]
name = "by-rule"
connection = "desk"
work_item = "incident"
group_by = ["rule"]
stop = true
[[routes]]
name = "never"
connection = "desk"
work_item = "incident"
group_by = ["title"]
"#;
    let scene = Scene::with(|config| config.more = more.to_owned()).await?;
    let told = scene.gateway.accept(&alert("cpu", "Sev2", 0).fired()).await?;
    assert_eq!(told["accepted"][0]["tickets"].as_array().map(Vec::len), Some(2), "{told}");
    scene.gateway.at_rest(PATIENCE).await?;
    assert_eq!(scene.platform.instance.keys("incident").len(), 2);
    Ok(())
}
