//! One problem through its whole life, and two neighbours.

use crate::{
    checks::Checks,
    show::{self, field},
    stage::Stage,
};
use anyhow::Context;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use signalbox_e2e::{
    alerts::{self, Metric},
    wait,
};
use signalbox_simulators::servicenow::{Act, Fields};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

/// Tells the story, and checks each of its turns.
pub async fn tell(stage: &Stage, checks: &mut Checks) -> anyhow::Result<()> {
    let began = Timestamp::now().checked_sub(50.minutes())?;
    let at = |minutes: i64| began.checked_add(minutes.minutes());

    show::step("A metric alert fires");
    let first = Metric::new("cpu-high", "web-01", 1, "Sev2", at(0)?);
    let receipt = stage.gateway.accept(&first.fired()).await?;
    let key = key_of(&receipt)?;
    let (row, story) = when(stage, &key, "the incident is there", |row| field(row, "state") == "1").await?;
    show::incident(stage, &row, &story);
    checks
        .expect("it became an incident that says what is wrong", field(&row, "short_description").contains("cpu-high"));
    checks
        .expect("its description holds the condition in words", field(&row, "description").contains("Percentage CPU"));
    checks.expect("a warning is of priority 3", field(&row, "priority") == "3");

    show::step("The same body comes again");
    let again = stage.gateway.accept(&first.fired()).await?;
    stage.gateway.at_rest(PATIENCE).await?;
    checks.expect("it gets the same answer", again == receipt);
    checks.expect("and there is still one incident", incidents(stage) == 1);

    show::step("It gets worse: a new alert of the same rule and target, with another severity");
    let second = Metric { severity: "Sev0".to_owned(), ..Metric::new("cpu-high", "web-01", 2, "Sev0", at(5)?) };
    let receipt = stage.gateway.accept(&second.fired()).await?;
    let (row, story) = when(stage, &key, "the priority is 1", |row| field(row, "priority") == "1").await?;
    show::incident(stage, &row, &story);
    checks.expect("the same ticket stands for it", key_of(&receipt)? == key && incidents(stage) == 1);

    show::step("The first alert's end comes late");
    let before = field(&row, "sys_mod_count").to_owned();
    stage.gateway.accept(&first.resolved_after(4)).await?;
    stage.gateway.at_rest(PATIENCE).await?;
    let row = incident(stage, &key)?;
    checks.expect("it changes nothing", field(&row, "state") == "1" && field(&row, "sys_mod_count") == before);

    show::step("The problem is over");
    stage.gateway.accept(&second.resolved_after(6)).await?;
    let (row, story) = when(stage, &key, "the incident is resolved", |row| field(row, "state") == "6").await?;
    show::incident(stage, &row, &story);
    checks.expect(
        "it is resolved with code and notes",
        !field(&row, "close_code").is_empty() && !field(&row, "close_notes").is_empty(),
    );

    show::step("It fires again");
    let third = Metric::new("cpu-high", "web-01", 3, "Sev2", at(15)?);
    stage.gateway.accept(&third.fired()).await?;
    let (row, story) = when(stage, &key, "the incident is reopened", |row| field(row, "state") == "2").await?;
    show::incident(stage, &row, &story);
    checks.expect("the same incident is reopened", field(&row, "reopen_count") == "1" && incidents(stage) == 1);
    stage.gateway.at_rest(PATIENCE).await?;

    show::step("A person closes it by hand, and it fires once more");
    stage.platform.instance.act(field(&row, "number"), &Act::Close).context("a person can't close it")?;
    let fourth = Metric::new("cpu-high", "web-01", 4, "Sev1", at(30)?);
    stage.gateway.accept(&fourth.fired()).await?;
    let renewed = wait::until("a new incident is there", PATIENCE, || async { newest(stage, &key) }).await?;
    stage.gateway.at_rest(PATIENCE).await?;
    let (_, story) = story_of(stage, field(&renewed, "correlation_id")).await?;
    show::incident(stage, &renewed, &story);
    let old = incident(stage, &key)?;
    let names_the_old =
        renewed.values().any(|value| value.contains(field(&old, "number")) || value.contains(field(&old, "sys_id")))
            || stage
                .platform
                .instance
                .journal(field(&renewed, "sys_id"), "work_notes")
                .iter()
                .any(|note| note.contains(field(&old, "number")));
    checks.expect("the closed incident stays closed", field(&old, "state") == "7");
    checks.expect("the new incident names the old", names_the_old);
    checks.expect("and has a key of its own", field(&renewed, "correlation_id") != key);

    show::step("Its neighbours: a log alert and an activity log alert");
    let log = key_of(&stage.gateway.accept(&alerts::log("heartbeat-lost", 1, at(31)?)).await?)?;
    let activity = key_of(&stage.gateway.accept(&alerts::activity("machine-stopped", 1, at(32)?)).await?)?;
    for (key, expected) in [(&log, "heartbeat-lost"), (&activity, "machine-stopped")] {
        let (row, story) = when(stage, key, "its incident is there", |_| true).await?;
        show::incident(stage, &row, &story);
        checks.expect(&format!("{expected} has an incident"), field(&row, "short_description").contains(expected));
    }

    stage.gateway.at_rest(PATIENCE).await?;
    let keys = stage.platform.instance.keys("incident");
    checks.expect("every key is on the platform once", keys.len() == 4 && keys.values().all(|count| *count == 1));
    let status = stage.gateway.get("/v1/status").await?;
    checks.expect("nothing is parked, nothing waits", status["ledger"]["parked"] == 0 && status["ledger"]["due"] == 0);
    Ok(())
}

fn key_of(receipt: &Value) -> anyhow::Result<String> {
    let key = receipt.pointer("/accepted/0/tickets/0/key").and_then(Value::as_str);
    key.map(str::to_owned).with_context(|| format!("the answer names no ticket: {receipt}"))
}

fn incidents(stage: &Stage) -> usize {
    stage.platform.instance.keys("incident").values().sum()
}

fn incident(stage: &Stage, key: &str) -> anyhow::Result<Fields> {
    let rows = stage.platform.instance.rows("incident", &format!("correlation_id={key}"));
    rows.into_iter().next().with_context(|| format!("there is no incident {key}"))
}

/// The incident of the same problem that came after this one.
fn newest(stage: &Stage, old: &str) -> Option<Fields> {
    let problem = old.split('-').next().unwrap_or(old);
    let rows = stage.platform.instance.rows("incident", &format!("correlation_idSTARTSWITH{problem}"));
    rows.into_iter().find(|row| field(row, "correlation_id") != old)
}

async fn story_of(stage: &Stage, key: &str) -> anyhow::Result<(Fields, Value)> {
    Ok((incident(stage, key)?, stage.gateway.get(&format!("/v1/tickets/{key}")).await?))
}

/// The incident and the gateway's story of it, once it is as it should be and the gateway knows.
async fn when(stage: &Stage, key: &str, what: &str, is: impl Fn(&Fields) -> bool) -> anyhow::Result<(Fields, Value)> {
    let is = &is;
    wait::until(what, PATIENCE, || async move {
        let (row, story) = story_of(stage, key).await.ok()?;
        let settled = story["ticket"]["wanted"] == story["ticket"]["confirmed"];
        (settled && is(&row)).then_some((row, story))
    })
    .await
}
