//! A gateway that stands still while the platform holds back the answer to its create, and another one on the same ledger:
//! the other goes on at once with what is new, takes the ticket over when the lease has run out, and finds what the first one
//! made. When the first wakes up it is late, knows it, and changes nothing.

#![expect(clippy::indexing_slicing, reason = "an index into JSON answers null where there is nothing")]

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;
use signalbox_e2e::{
    Gateway, Scene,
    alerts::Metric,
    config,
    config::Config,
    scene::{PATIENCE, key_of},
    wait,
};
use signalbox_simulators::{
    servicenow::Running,
    shared::{Effect, Fault},
};
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[tokio::test]
async fn an_answer_that_waits_for_a_stopped_gateway_is_void() -> anyhow::Result<()> {
    one_incident_whoever_makes_it(Effect::HoldAnswer { seconds: 1.0 }).await
}

#[tokio::test]
async fn an_answer_that_comes_after_all_is_over_is_void() -> anyhow::Result<()> {
    one_incident_whoever_makes_it(Effect::HoldAnswer { seconds: 60.0 }).await
}

#[tokio::test]
async fn what_the_platform_does_while_the_gateway_is_stopped_is_found() -> anyhow::Result<()> {
    one_incident_whoever_makes_it(Effect::Delay { seconds: 1.5 }).await
}

#[tokio::test]
async fn a_create_that_was_not_sent_in_time_is_never_sent() -> anyhow::Result<()> {
    let scene = scene("9s", "per_second = 1, burst = 1, request_timeout = \"2s\", deadline = \"5s\"").await?;
    let (first, platform) = (&scene.gateway, &scene.platform);
    platform.fault(Fault::default().method("POST").table("incident").times(0));
    let mut keys = Vec::new();
    for n in 1..=4 {
        keys.push(key_of(&first.accept(&problem(n)?).await?)?);
    }
    // All but the first wait for their turn by now, the last one for three seconds.
    let last = keys.last().context("no key")?;
    wait::until("the create waits for its turn", PATIENCE, || async {
        (outcomes(&story_of(first, last).await.ok()?) == [""]).then_some(())
    })
    .await?;
    stop(&scene).await?;
    ensure!(platform.instance.count("incident", last) == 0, "the create did not wait");

    let (second, _folder) = beside(&scene, |config| config.connection = connection(QUICK)).await?;
    for key in &keys {
        confirmed(&second, key).await?;
    }
    ensure!(
        outcomes(&story_of(&second, last).await?) == ["outcome-unknown", "confirmed"],
        "the ticket was not taken over"
    );
    wakes_up_late(&scene, last).await?;
    agree(first, &second, &keys).await?;
    ensure!(creates(platform) == 4, "{} creates for four problems", creates(platform));
    each_once(platform, &keys)
}

async fn one_incident_whoever_makes_it(slow: Effect) -> anyhow::Result<()> {
    let scene = scene("6s", QUICK).await?;
    let (first, platform) = (&scene.gateway, &scene.platform);
    platform.fault(Fault::new(slow).method("POST").table("incident").times(1));
    let key = key_of(&first.accept(&problem(1)?).await?)?;
    wait::until("the create is under way", PATIENCE, || async { (creates(platform) == 1).then_some(()) }).await?;
    stop(&scene).await?;
    let stopped = Instant::now();

    let (second, _folder) = beside(&scene, |_| {}).await?;
    let other = key_of(&second.accept(&problem(2)?).await?)?;
    confirmed(&second, &other).await?;
    println!("went on {:?} after the first had stopped", stopped.elapsed());
    let story = confirmed(&second, &key).await?;
    println!("took over {:?} after the first had stopped", stopped.elapsed());
    ensure!(outcomes(&story) == ["outcome-unknown"], "the ticket was not taken over: {story:#}");

    wakes_up_late(&scene, &key).await?;
    let keys = [key, other];
    agree(first, &second, &keys).await?;
    let story = story_of(first, &keys[0]).await?;
    ensure!(outcomes(&story) == ["outcome-unknown"], "the late answer counted: {story:#}");
    ensure!(creates(platform) == 2, "{} creates for two problems", creates(platform));
    each_once(platform, &keys)
}

/// Stops the gateway, and sees that others can write: a write of a millisecond may be under way whenever it is stopped, for a
/// lease, say, but none lasts for as long as a platform's answer.
async fn stop(scene: &Scene) -> anyhow::Result<()> {
    let ledger = Connection::open(scene.folder().join("signalbox.db"))?;
    ledger.busy_timeout(Duration::ZERO)?;
    for _ in 0..5 {
        scene.gateway.signal("STOP").await?;
        if ledger.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok() {
            return Ok(());
        }
        scene.gateway.signal("CONT").await?;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    bail!("a transaction is open whenever the gateway is stopped")
}

const QUICK: &str = "request_timeout = \"2s\", deadline = \"3s\"";

async fn scene(lease: &str, limits: &str) -> anyhow::Result<Scene> {
    Scene::with(|config| {
        config.gateway = format!("lease = \"{lease}\"");
        config.connection = connection(limits);
    })
    .await
}

fn connection(limits: &str) -> String {
    format!("settle = \"1s\"\nlimits = {{ {limits} }}")
}

fn problem(n: u32) -> anyhow::Result<Value> {
    let fired_at: Timestamp = "2026-03-02T08:00:00Z".parse().context("not a time")?;
    Ok(Metric::new("cpu-high", &format!("web-{n:02}"), n, "Sev2", fired_at).fired())
}

/// Another gateway with the same configuration, but for a change, on the same ledger.
async fn beside(scene: &Scene, change: impl FnOnce(&mut Config)) -> anyhow::Result<(Gateway, TempDir)> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("config.toml");
    let mut config = scene.config.clone();
    change(&mut config);
    config.write(&path)?;
    Ok((Gateway::start(&path, folder.path(), &config::secrets()).await?, folder))
}

/// Lets the first gateway go on, and waits until it has seen that its lease is gone, and somebody has looked for what it may
/// have done.
async fn wakes_up_late(scene: &Scene, key: &str) -> anyhow::Result<()> {
    let before = searches(&scene.platform, key);
    scene.gateway.signal("CONT").await?;
    wait::until("the first one knows that it is late", PATIENCE, || async {
        scene.log().contains("the answer to a create came after the lease was lost").then_some(())
    })
    .await?;
    wait::until("the ticket is looked at again", PATIENCE, || async {
        (searches(&scene.platform, key) > before).then_some(())
    })
    .await
}

/// Waits until both gateways tell the same of each ticket, and none is due.
async fn agree(first: &Gateway, second: &Gateway, keys: &[String]) -> anyhow::Result<()> {
    for key in keys {
        wait::until("both gateways say the same, and nothing is due", PATIENCE, || async {
            let (one, two) = (story_of(first, key).await.ok()?, story_of(second, key).await.ok()?);
            (one == two && one["ticket"]["due_at"].is_null()).then_some(())
        })
        .await?;
    }
    Ok(())
}

fn each_once(platform: &Running, keys: &[String]) -> anyhow::Result<()> {
    let incidents = platform.instance.keys("incident");
    let once = keys.iter().all(|key| incidents.get(key) == Some(&1));
    ensure!(once && incidents.len() == keys.len(), "incidents by key: {incidents:?}");
    Ok(())
}

/// The ticket's story, once the platform has what its alerts say.
async fn confirmed(gateway: &Gateway, key: &str) -> anyhow::Result<Value> {
    let story = wait::until("the ticket is converged", PATIENCE, || async {
        let story = story_of(gateway, key).await.ok()?;
        (story["ticket"]["wanted"] == story["ticket"]["confirmed"]).then_some(story)
    });
    match story.await {
        Ok(story) => Ok(story),
        Err(error) => Err(error.context(format!("{:#}", story_of(gateway, key).await?))),
    }
}

async fn story_of(gateway: &Gateway, key: &str) -> anyhow::Result<Value> {
    gateway.get(&format!("/v1/tickets/{key}")).await
}

/// What came of each attempt.
fn outcomes(story: &Value) -> Vec<&str> {
    let attempts = story["attempts"].as_array().map(Vec::as_slice).unwrap_or_default();
    attempts.iter().filter_map(|attempt| attempt["outcome"].as_str()).collect()
}

/// Creates that have reached the platform, answered or not.
fn creates(platform: &Running) -> u64 {
    platform.apparatus.faults.list().iter().map(|standing| standing.matched).sum()
}

/// How often this key was searched for.
fn searches(platform: &Running, key: &str) -> usize {
    let entries = platform.apparatus.journal.entries();
    entries.iter().filter(|entry| entry.method == "GET" && entry.path.contains(key)).count()
}
