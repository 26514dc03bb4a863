//! Every limit that the configuration can set is run into, by whoever it is there for: senders, plugins, a platform.
//!
//! | limit | where it is run into |
//! |---|---|
//! | `[ingest] max_body`, `max_inflated` | `answers/size.rs` |
//! | `[ingest] max_connections`, `header_timeout`, `body_timeout` | `answers/slow.rs` |
//! | `[ingest] max_requests` | `answers/busy.rs` |
//! | `[ingest] drain_timeout` | `answers/shutdown.rs` |
//! | `[ledger] max_size`, `keep`, `redact` | `retention.rs` |
//! | a source's `deadline` and `memory` | `answers/kept.rs` |
//! | all others | here |
//!
//! What each does to a single plugin call or a single request is told by `plugin_*.rs` and `outbound/` among the host's tests;
//! here each must be known to arrive there from the configuration.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

use anyhow::Context;
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};
use signalbox_e2e::{
    Scene,
    alerts::Metric,
    config::{OTHER_TOKEN, TOKEN},
    scene::{PATIENCE, key_of},
};
use signalbox_simulators::shared::{
    fault::{Effect, Fault},
    journal::Entry,
};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

type Tested = anyhow::Result<()>;

/// A metric alert that fired now, an instance of its own.
fn metric(rule: &str) -> Metric {
    static INSTANCES: AtomicU32 = AtomicU32::new(0);
    Metric::new(rule, "web-01", INSTANCES.fetch_add(1, Ordering::Relaxed), "Sev2", Timestamp::now())
}

/// A source with the plugin that misbehaves on demand, and these limits.
fn rough(limits: &str) -> String {
    format!(
        "[sources.rough]\nplugin = \"misbehaving\"\nauth = {{ bearer = [{{ env = \"OTHER_TOKEN\" }}] }}\nlimits = {limits}"
    )
}

async fn misbehave(scene: &Scene, how: &str) -> anyhow::Result<(StatusCode, Value)> {
    let answer = scene.gateway.to("rough").bearer_auth(OTHER_TOKEN).body(how.to_owned()).send().await?;
    let status = answer.status();
    Ok((status, serde_json::from_str(&answer.text().await?)?))
}

/// Why the body of an answer is undecoded.
async fn reason(scene: &Scene, told: &Value) -> anyhow::Result<String> {
    let id = told["undecoded"].as_str().unwrap_or_else(|| panic!("it is decoded: {told}"));
    let shown = scene.gateway.get(&format!("/v1/alerts/show?id={id}")).await?;
    Ok(shown["bodies"][0]["reason"].as_str().unwrap_or_default().to_owned())
}

/// How the connection is to be limited.
async fn limited(limits: &str) -> anyhow::Result<Scene> {
    Scene::with(|config| config.connection = format!("settle = \"1s\"\nlimits = {limits}")).await
}

/// Fires so many alerts of rules of their own at once, and answers their tickets' keys.
async fn fire(scene: &Scene, count: usize) -> anyhow::Result<Vec<String>> {
    let mut keys = Vec::new();
    for number in 0..count {
        keys.push(key_of(&scene.gateway.accept(&metric(&format!("rule-{number}")).fired()).await?)?);
    }
    Ok(keys)
}

fn is_parked(story: &Value) -> bool {
    story["ticket"]["standing"]["parked"].is_object()
}

fn journal(scene: &Scene) -> Vec<Entry> {
    scene.platform.apparatus.journal.entries()
}

#[tokio::test]
async fn quarantine_keeps_the_newest_of_each_source() -> Tested {
    let scene = Scene::with(|config| {
        config.ingest = "quarantine = 2".to_owned();
        config.more = rough("{}");
    })
    .await?;
    assert_eq!(misbehave(&scene, "malformed").await?.0, StatusCode::BAD_REQUEST);
    for body in ["one", "two", "three", "four"] {
        let answer = scene.gateway.to("azure").bearer_auth(TOKEN).body(body).send().await?;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    }
    let listed = scene.gateway.get("/v1/alerts?quarantined=true").await?;
    let mut kept = Vec::new();
    for row in listed["bodies"].as_array().unwrap() {
        let shown = scene.gateway.get(&format!("/v1/alerts/show?id={}", row["id"].as_str().unwrap())).await?;
        kept.push(shown["bodies"][0]["body"].as_str().unwrap().to_owned());
    }
    assert_eq!(kept, ["four", "three", "malformed"], "the oldest leave, another source's stay");
    Ok(())
}

#[tokio::test]
async fn limits_of_all_plugins_hold_where_a_source_sets_none_and_give_way_where_it_does() -> Tested {
    let scene = Scene::with(|config| {
        config.plugins = "limits = { deadline = \"300ms\", memory = \"16MiB\" }".to_owned();
        config.more = format!("{}\n{}", rough("{}"), rough("{ deadline = \"700ms\" }").replace("rough", "own"));
    })
    .await?;
    let (_, told) = misbehave(&scene, "loop").await?;
    assert!(reason(&scene, &told).await?.contains("within 300ms"));
    let (_, told) = misbehave(&scene, "eat many small blocks").await?;
    let why = reason(&scene, &told).await?;
    assert!(why.contains("memory"), "{why}");
    let own = scene.gateway.to("own").bearer_auth(OTHER_TOKEN).body("loop").send().await?;
    let told: Value = serde_json::from_str(&own.text().await?)?;
    assert!(reason(&scene, &told).await?.contains("within 700ms"));
    let (status, _) = misbehave(&scene, "a good one").await?;
    assert_eq!(status, StatusCode::ACCEPTED);
    Ok(())
}

#[tokio::test]
async fn concurrency_of_a_source_makes_senders_wait_and_then_come_again() -> Tested {
    let scene = Scene::with(|config| config.more = rough("{ concurrency = 1, deadline = \"1s\" }")).await?;
    let all = futures(&scene, "loop", 6).await?;
    let of = |wanted: StatusCode| all.iter().filter(|status| **status == wanted).count();
    let (kept, sent_back) = (of(StatusCode::ACCEPTED), of(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(kept + sent_back, 6, "{all:?}");
    assert!(kept >= 1 && sent_back >= 1, "one at a time, and nobody waits for ever: {all:?}");
    let undecoded = &scene.gateway.get("/v1/status").await?["ledger"]["undecoded"];
    assert_eq!(undecoded, 1, "the same body is kept once, and who was sent back left nothing");
    scene.gateway.accept(&metric("of-another-source").fired()).await?;
    Ok(())
}

/// The answers to so many posts at the same time.
async fn futures(scene: &Scene, body: &str, count: usize) -> anyhow::Result<Vec<StatusCode>> {
    let posts = (0..count).map(|_| scene.gateway.to("rough").bearer_auth(OTHER_TOKEN).body(body.to_owned()));
    let posts: Vec<_> = posts.map(|post| tokio::spawn(post.send())).collect();
    let mut answers = Vec::new();
    for post in posts {
        answers.push(post.await??.status());
    }
    Ok(answers)
}

#[tokio::test]
async fn log_bytes_of_a_source_cut_its_flood() -> Tested {
    let scene = Scene::with(|config| config.more = rough("{ log_bytes = \"2KiB\" }")).await?;
    let (status, _) = misbehave(&scene, "flood the log").await?;
    assert_eq!(status, StatusCode::ACCEPTED);
    let log = scene.log();
    let lines = log.matches("of a flood").count();
    assert!((1..=120).contains(&lines), "{lines} of 5000 lines, of 18 bytes each");
    assert!(log.contains(&format!("lines={}", 5_000 - lines)), "what is missing is counted");
    Ok(())
}

#[tokio::test]
async fn memory_of_a_mapping_parks_what_does_not_fit_until_it_is_raised() -> Tested {
    let limits = |memory: &str| format!("[mappings.standard.limits]\nmemory = \"{memory}\"");
    let mut scene = Scene::with(|config| config.more = limits("5MiB")).await?;
    let mut body = metric("big").fired();
    body["data"]["customProperties"]["padding"] = json!("x".repeat(900_000));
    let big = key_of(&scene.gateway.accept(&body).await?)?;
    let small = key_of(&scene.gateway.accept(&metric("small").fired()).await?)?;
    scene.incident_when(&small, "the other goes through", |_| true).await?;
    let story = scene.ticket_when(&big, "it is parked", is_parked).await?;
    let parked = &story["ticket"]["standing"]["parked"];
    assert_eq!((&parked["reason"], &parked["code"]), (&json!("plugin"), &json!("memory")), "{parked}");
    scene.edit(|config| config.more = limits("64MiB")).await?;
    scene.gateway.tell(&format!("/v1/tickets/{big}/retry")).await?;
    scene.incident_when(&big, "it is created", |_| true).await?;
    Ok(())
}

#[tokio::test]
async fn limits_that_cannot_be_kept_are_refused() -> Tested {
    let mut scene = Scene::start().await?;
    for (limits, says) in [
        ("{ memory = \"2GiB\" }", "memory"),
        ("{ memory = \"1KiB\" }", "memory"),
        ("{ deadline = \"0s\" }", "deadline"),
        ("{ deadline = \"4s\" }", "a sender waits 8 s"),
        ("{ concurrency = 0 }", "concurrency"),
        ("{ concurrency = 100000 }", "concurrency"),
    ] {
        let refused = scene.edit_refused(|config| config.source = format!("limits = {limits}")).await;
        let errors = refused.with_context(|| limits.to_owned())?;
        assert!(errors.iter().any(|error| error.contains(says)), "{limits}: {errors:?}");
    }
    for limits in ["{ per_second = 0 }", "{ burst = 0 }", "{ concurrency = 0 }"] {
        let errors = scene.edit_refused(|config| config.connection = format!("limits = {limits}")).await?;
        assert!(errors.iter().any(|error| error.contains("a whole number from 1 on")), "{limits}: {errors:?}");
    }
    Ok(())
}

#[tokio::test]
async fn per_second_and_burst_set_the_pace_of_everything_a_connection_asks() -> Tested {
    let scene = limited("{ per_second = 10, burst = 5 }").await?;
    fire(&scene, 12).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let asked = journal(&scene);
    // Each ticket takes two requests: its configuration item is looked up, then it is made.
    assert_eq!(asked.len(), 24);
    let moments: Vec<_> = asked.iter().map(|entry| entry.at).collect();
    let (first, last) = (moments.iter().min().unwrap(), moments.iter().max().unwrap());
    let took = last.duration_since(*first).as_secs_f64();
    assert!(took >= 1.7, "19 requests after a burst of 5, at ten a second: {took} s");
    let within = moments.iter().filter(|at| at.duration_since(*first).as_secs_f64() < 0.9).count();
    assert!(within <= 5 + 10, "{within} in the first second");
    Ok(())
}

#[tokio::test]
async fn concurrency_of_a_connection_bounds_what_is_under_way_there() -> Tested {
    let scene = limited("{ concurrency = 2, per_second = 1000, burst = 1000 }").await?;
    scene.platform.fault(Fault::new(Effect::Delay { seconds: 0.2 }));
    fire(&scene, 6).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let asked = journal(&scene);
    let at_work = |entry: &Entry| {
        let begins = entry.at.as_millisecond();
        begins..begins + i64::try_from(entry.milliseconds).unwrap()
    };
    let most =
        asked.iter().map(|one| asked.iter().filter(|other| at_work(other).contains(&one.at.as_millisecond())).count());
    assert_eq!(most.max(), Some(2), "both places are used, and no third");
    Ok(())
}

#[tokio::test]
async fn request_timeout_ends_a_request_and_the_outcome_is_looked_for() -> Tested {
    let scene = limited("{ request_timeout = \"500ms\", per_second = 1000, burst = 1000 }").await?;
    scene.platform.fault(Fault::new(Effect::HoldAnswer { seconds: 20.0 }).method("POST").table("incident").times(1));
    let key = key_of(&scene.gateway.accept(&metric("cpu").fired()).await?)?;
    scene.incident_when(&key, "it is there", |_| true).await?;
    let story = scene.ticket(&key).await?;
    assert_eq!(story["attempts"][0]["outcome"], "outcome-unknown", "{:#}", story["attempts"]);
    assert_eq!(scene.platform.instance.count("incident", &key), 1);
    Ok(())
}

#[tokio::test]
async fn deadline_of_a_connection_ends_the_adapters_call() -> Tested {
    let scene = limited("{ deadline = \"700ms\", request_timeout = \"15s\", per_second = 1000, burst = 1000 }").await?;
    scene.platform.fault(Fault::new(Effect::HoldAnswer { seconds: 20.0 }).method("POST").table("incident").times(1));
    let began = std::time::Instant::now();
    let key = key_of(&scene.gateway.accept(&metric("cpu").fired()).await?)?;
    scene.incident_when(&key, "it is there", |_| true).await?;
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    let story = scene.ticket(&key).await?;
    assert_eq!(story["attempts"][0]["outcome"], "outcome-unknown", "{:#}", story["attempts"]);
    assert_eq!(scene.platform.instance.count("incident", &key), 1);
    Ok(())
}

#[tokio::test]
async fn response_bytes_bound_an_answer_and_what_was_done_is_found_when_they_are_raised() -> Tested {
    let pace = "per_second = 1000, burst = 1000";
    let mut scene = limited(&format!("{{ response_bytes = \"2KiB\", {pace} }}")).await?;
    let key = key_of(&scene.gateway.accept(&metric("cpu").fired()).await?)?;
    let story = scene.ticket_when(&key, "it is parked", is_parked).await?;
    let parked = &story["ticket"]["standing"]["parked"];
    assert_eq!((&parked["code"], &parked["blame"]), (&json!("too-large"), &json!("operator")), "{parked}");
    assert!(parked["message"].as_str().unwrap().contains("2048 bytes"), "it says the limit: {parked}");
    assert_eq!(scene.platform.instance.count("incident", &key), 1, "it was made, only its answer could not be read");
    scene.edit(|config| config.connection = format!("settle = \"1s\"\nlimits = {{ {pace} }}")).await?;
    scene.gateway.tell(&format!("/v1/tickets/{key}/retry")).await?;
    scene.incident_when(&key, "it is confirmed", |_| true).await?;
    assert_eq!(scene.platform.instance.count("incident", &key), 1, "found, and not made again");
    Ok(())
}
