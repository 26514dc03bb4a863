//! `kill -9`, again and again, in the middle of a burst, with a platform that drops connections after it has done what was
//! asked: every alert that was accepted has one ticket, and no alert has two.
//!
//! The burst comes in as many parts as there are kills, each as soon as the gateway is up. A kill comes a random moment after a
//! random number of acceptances, and every other one at once, so that, however fast the machine, they meet alerts on their way in
//! and tickets on their way out. `SIGNALBOX_TEST_SEED` repeats the choices of a run.

mod sender;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sender::Sender;
use serde_json::Value;
use signalbox_e2e::{Scene, alerts::Metric};
use signalbox_simulators::{
    servicenow::Running,
    shared::{Effect, Fault, journal::Entry},
};
use std::{
    collections::BTreeSet,
    env,
    time::{Duration, Instant},
};

const ALERTS: usize = 500;
const KILLS: usize = 25;
/// A kill comes at most so long after the acceptance that it waits for: tickets are being made by then.
const MOMENT: Duration = Duration::from_millis(80);
/// Every other kill comes sooner, while alerts are still on their way in.
const INSTANT: Duration = Duration::from_millis(3);
/// How long all tickets may take after the last kill.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long the platform takes, in seconds: long enough to be caught at it.
const SLOW: f64 = 0.04;

/// How many kills cut requests off: a sender's to the gateway, the gateway's to the platform.
#[derive(Debug, Default)]
struct Cut {
    posts: usize,
    creates: usize,
    either: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_accepted_alert_becomes_one_ticket_however_often_the_gateway_is_killed() -> anyhow::Result<()> {
    let seed = env::var("SIGNALBOX_TEST_SEED").map_or_else(|_| Ok(rand::random()), |seed| seed.parse())?;
    println!("SIGNALBOX_TEST_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let mut scene = Scene::with(|config| {
        config.gateway = "lease = \"6s\"".to_owned();
        let limits = "per_second = 2000, burst = 2000, request_timeout = \"2s\", deadline = \"3s\"";
        config.connection = format!("settle = \"1s\"\nlimits = {{ {limits} }}");
    })
    .await?;
    let dropping = scene.platform.fault(creates(Effect::DropAfter).every(10));
    scene.platform.fault(creates(Effect::Delay { seconds: SLOW }).every(2));
    scene.platform.fault(creates(Effect::HoldAnswer { seconds: SLOW }));

    let begin = Instant::now();
    let bodies = burst()?;
    let sender = Sender::start()?;
    sender.aim(Some(&scene.gateway.ingest));
    let mut cut = Cut::default();
    let mut slowest_start = Duration::ZERO;
    for (number, part) in bodies.chunks(ALERTS / KILLS).enumerate() {
        sender.send(part)?;
        let (most, moment) = if number % 2 == 0 { (part.len() / 2, INSTANT) } else { (part.len(), MOMENT) };
        sender.accepted(chance.random_range(0..=most), PATIENCE).await?;
        tokio::time::sleep(moment.mul_f64(chance.random())).await;
        let before = (sender.tally().cut, cut_creates(&scene.platform));
        sender.aim(None);
        scene.gateway.kill().await?;
        let restarted = Instant::now();
        scene.restart().await?;
        slowest_start = slowest_start.max(restarted.elapsed());
        let (post, create) = (sender.tally().cut > before.0, cut_creates(&scene.platform) > before.1);
        cut.posts += usize::from(post);
        cut.creates += usize::from(create);
        cut.either += usize::from(post || create);
        sender.aim(Some(&scene.gateway.ingest));
    }
    let tally = sender.done().await?;
    let tickets = scene.gateway.at_rest(PATIENCE).await?;
    let took = begin.elapsed();
    println!("{KILLS} kills, of which {cut:?}; {tally:?}; slowest start {slowest_start:?}; all in {took:?}");

    let dropped = hits(&scene.platform, dropping);
    let on_platform = scene.platform.instance.keys("incident");
    let twice: Vec<_> = on_platform.iter().filter(|(_, count)| **count != 1).collect();
    ensure!(twice.is_empty(), "more than one incident has the key: {twice:?}");
    ensure!(on_platform.len() == ALERTS, "{} incidents for {ALERTS} problems", on_platform.len());
    let keys = |ticket: &Value| ticket["key"].as_str().map(str::to_owned);
    let in_ledger: BTreeSet<_> = tickets.iter().filter_map(keys).collect();
    ensure!(in_ledger.iter().eq(on_platform.keys()), "gateway and platform don't speak of the same tickets");
    ensure!(tickets.iter().all(|ticket| ticket["standing"] == "live"), "a ticket does not live");
    ensure!(tally.accepted == ALERTS, "{tally:?}");
    ensure!(dropped >= ALERTS / 20, "only {dropped} connections were dropped after the commit");
    ensure!(cut.posts > 0 && cut.creates > 0, "the kills met nothing: {cut:?}");
    Ok(())
}

/// As many problems as alerts.
fn burst() -> anyhow::Result<Vec<Value>> {
    let fired_at: Timestamp = "2026-03-02T08:00:00Z".parse().context("not a time")?;
    let metric =
        |n: usize| Ok(Metric::new("cpu-high", &format!("web-{n:03}"), u32::try_from(n)?, "Sev2", fired_at).fired());
    (0..ALERTS).map(metric).collect()
}

fn creates(effect: Effect) -> Fault {
    Fault::new(effect).method("POST").table("incident")
}

/// How often a fault has happened.
fn hits(platform: &Running, fault: u64) -> usize {
    let standing = platform.apparatus.faults.list().into_iter().find(|standing| standing.id == fault);
    standing.and_then(|standing| usize::try_from(standing.hit).ok()).unwrap_or_default()
}

/// Creates whose client went away before they were answered, other than by the platform's doing.
fn cut_creates(platform: &Running) -> usize {
    let cut = |entry: &Entry| {
        let dropped = entry.fault.as_ref().is_some_and(|fault| fault.contains("drop_after"));
        entry.method == "POST" && entry.table == "incident" && entry.status.is_none() && !dropped
    };
    platform.apparatus.journal.entries().iter().filter(|entry| cut(entry)).count()
}
