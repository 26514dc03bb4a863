//! Tickets that are there when the configuration changes.

use super::{Tested, metric};
use serde_json::{Value, json};
use signalbox_e2e::{
    Scene, command,
    config::Config,
    scene::{PATIENCE, field, key_of},
    wait,
};
use signalbox_simulators::servicenow::{Options, Running, Simulator, USER};

/// A second connection, `spare`, and the route `all` led there.
fn led_to_spare(config: &mut Config, spare: &Running) {
    config.more = format!(
        r#"
[connections.spare]
adapter = "servicenow"
url = "{}"
networks = ["127.0.0.0/8"]
auth = {{ basic = {{ username = "{USER}", password = {{ env = "DESK_PASSWORD" }} }} }}
[[routes]]
name = "spare"
connection = "spare"
mapping = "standard"
work_item = "incident"
"#,
        spare.http_url
    );
    config.route = "when = 'false'".to_owned();
}

fn state(status: &Value, connection: &str) -> Value {
    let connections = status["connections"].as_array().cloned().unwrap_or_default();
    connections.iter().find(|each| each["name"] == connection).map_or(Value::Null, |each| each["state"].clone())
}

#[tokio::test]
async fn a_ticket_stays_where_it_is_when_its_alerts_match_another_route() -> Tested {
    let mut scene = Scene::start().await?;
    let first = metric("cpu", "Sev2");
    let key = key_of(&scene.gateway.accept(&first.fired()).await?)?;
    scene.incident_when(&key, "the incident is there", |_| true).await?;
    let other = r#"
[[routes]]
name = "by-rule"
connection = "desk"
work_item = "incident"
group_by = ["rule"]
"#;
    scene
        .edit(|config| {
            config.route = "when = 'false'".to_owned();
            config.more = other.to_owned();
        })
        .await?;
    let worse = metric("cpu", "Sev0");
    let told = scene.gateway.accept(&worse.fired()).await?;
    assert_eq!(key_of(&told)?, key);
    assert_eq!(told["accepted"][0]["tickets"].as_array().map(Vec::len), Some(1), "and no second one: {told}");
    scene.incident_when(&key, "it hears that it got worse", |row| field(row, "priority") == "1").await?;
    scene.gateway.accept(&worse.resolved_after(1)).await?;
    scene.incident_when(&key, "and that it is over", |row| field(row, "state") == "6").await?;
    let fresh = key_of(&scene.gateway.accept(&metric("new", "Sev2").fired()).await?)?;
    let story = scene.ticket(&fresh).await?;
    assert_eq!(story["ticket"]["route"], "by-rule", "new problems go by the new routes");
    Ok(())
}

#[tokio::test]
async fn a_connection_with_open_tickets_leaves_only_as_retired() -> Tested {
    let spare = Simulator::start(Options::default()).await?;
    let mut scene = Scene::start().await?;
    let first = metric("cpu", "Sev2");
    let key = key_of(&scene.gateway.accept(&first.fired()).await?)?;
    scene.incident_when(&key, "the incident is there", |_| true).await?;

    // Gone without a word: refused.
    scene.config.more = String::new();
    let mut without = scene.config.clone();
    led_to_spare(&mut without, &spare);
    let text = without.text();
    let (begin, end) = (text.find("[connections.desk]").unwrap(), text.find("[mappings.standard]").unwrap());
    let (route, rest) = (text.find("[[routes]]").unwrap(), text.find("[connections.spare]").unwrap());
    let gone = format!("{}{}{}", &text[..begin], &text[end..route], &text[rest..]);
    let errors = scene.refused_text(&gone).await?;
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("`desk` is missing and has open tickets (1)") && errors[0].contains("retired = true"),
        "{errors:?}"
    );

    // Retired: taken, and its tickets wait.
    let retired = format!(
        "{}[connections.desk]\nadapter = \"servicenow\"\nurl = \"{}\"\nretired = true\n{}{}",
        &text[..begin],
        scene.platform.http_url,
        &text[end..route],
        &text[rest..]
    );
    scene.taken_text(&retired).await?;
    let status = scene.gateway.get("/v1/status").await?;
    assert_eq!((state(&status, "desk"), state(&status, "spare")), (json!("retired"), json!("working")));
    scene.platform.apparatus.journal.clear();
    scene.gateway.accept(&first.resolved_after(1)).await?;
    let fresh = key_of(&scene.gateway.accept(&metric("new", "Sev2").fired()).await?)?;
    wait::until("new problems go to the other", PATIENCE, || async {
        (spare.instance.count("incident", &fresh) == 1).then_some(())
    })
    .await?;
    assert_eq!(field(&scene.incident(&key).unwrap(), "state"), "1", "the old ticket waits");
    assert!(scene.platform.apparatus.journal.entries().is_empty(), "nobody calls there");

    // Back again: it goes on.
    scene.edit(|config| led_to_spare(config, &spare)).await?;
    scene.incident_when(&key, "it hears what it missed", |row| field(row, "state") == "6").await?;

    // Its tickets have ended: it may go.
    scene.gateway.tell(&format!("/v1/tickets/{key}/drop")).await?;
    scene.taken_text(&gone).await?;
    assert_eq!(state(&scene.gateway.get("/v1/status").await?, "desk"), Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_ledger_is_not_that_of_another_gateway() -> Tested {
    let mut scene = Scene::start().await?;
    scene.gateway.signal("TERM").await?;
    scene.gateway.ended(PATIENCE).await?;
    let text = scene.config.text();
    std::fs::write(scene.path(), text.replacen("name = \"test\"", "name = \"other\"", 1))?;
    let said = command::run(scene.folder(), &["serve"]).await?;
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("that of the gateway `test`") && said.err.contains("`other`"), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn a_restart_refuses_to_leave_open_tickets_behind_as_a_reload_does() -> Tested {
    let spare = Simulator::start(Options::default()).await?;
    let mut scene = Scene::start().await?;
    let key = key_of(&scene.gateway.accept(&metric("cpu", "Sev2").fired()).await?)?;
    scene.incident_when(&key, "the incident is there", |_| true).await?;
    scene.gateway.signal("TERM").await?;
    scene.gateway.ended(PATIENCE).await?;
    let mut renamed = scene.config.clone();
    renamed.platform = spare.http_url.clone();
    let text = renamed.text().replace("[connections.desk]", "[connections.spare]");
    std::fs::write(scene.path(), text.replace("connection = \"desk\"", "connection = \"spare\""))?;
    let said = command::run(scene.folder(), &["serve"]).await?;
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("`desk` is missing and has open tickets (1)"), "{said:?}");
    Ok(())
}

#[tokio::test]
async fn a_paused_connection_waits_and_goes_on() -> Tested {
    let mut scene = Scene::start().await?;
    let first = metric("before", "Sev2");
    let before = key_of(&scene.gateway.accept(&first.fired()).await?)?;
    scene.incident_when(&before, "the incident is there", |_| true).await?;
    let at_work = scene.config.connection.clone();
    scene.edit(|config| config.connection = format!("paused = true\n{at_work}")).await?;
    scene.platform.apparatus.journal.clear();
    let mut keys = Vec::new();
    for rule in ["one", "two", "three"] {
        keys.push(key_of(&scene.gateway.accept(&metric(rule, "Sev2").fired()).await?)?);
    }
    let critical = key_of(&scene.gateway.accept(&metric("critical", "Sev0").fired()).await?)?;
    scene.gateway.accept(&first.resolved_after(1)).await?;
    let status = scene.status_when("they wait", |status| status["ledger"]["due"] == 5).await?;
    assert_eq!(state(&status, "desk"), "paused");
    assert_eq!(status["ledger"]["parked"], 0);
    assert!(scene.platform.apparatus.journal.entries().is_empty(), "nobody calls there");

    let one_by_one = "settle = \"1s\"\nlimits = { concurrency = 1 }".to_owned();
    scene.edit(|config| config.connection = one_by_one).await?;
    scene.incident_when(&before, "it goes on", |row| field(row, "state") == "6").await?;
    for key in keys.iter().chain([&critical]) {
        scene.incident_when(key, "it is created", |_| true).await?;
    }
    let number = |key: &str| field(&scene.incident(key).unwrap(), "number").to_owned();
    assert!(keys.iter().all(|key| number(&critical) < number(key)), "the worst first");
    assert!(number(&keys[0]) < number(&keys[1]) && number(&keys[1]) < number(&keys[2]), "then the oldest");
    Ok(())
}

#[tokio::test]
async fn a_swap_alone_touches_no_ticket() -> Tested {
    let mut scene = Scene::start().await?;
    let key = key_of(&scene.gateway.accept(&metric("cpu", "Sev2").fired()).await?)?;
    scene.incident_when(&key, "the incident is there", |_| true).await?;
    scene.platform.apparatus.journal.clear();
    scene
        .edit(|config| config.mapping = "title = { value = \"new\", on = [\"create\", \"update\"] }".to_owned())
        .await?;
    let later = key_of(&scene.gateway.accept(&metric("later", "Sev2").fired()).await?)?;
    scene.incident_when(&later, "a new one is mapped anew", |row| field(row, "short_description") == "new").await?;
    let asked = scene.platform.apparatus.journal.entries();
    assert!(
        asked.iter().all(|entry| !entry.path.contains(field(&scene.incident(&key).unwrap(), "sys_id"))),
        "{asked:?}"
    );
    assert_ne!(field(&scene.incident(&key).unwrap(), "short_description"), "new");
    Ok(())
}
