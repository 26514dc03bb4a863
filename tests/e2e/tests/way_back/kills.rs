//! `kill -9` at random moments while ten thousand records are read and shipped: every record is in the workspace, at least
//! once, with its final version last, and no cursor was ever ahead of what was delivered.
//!
//! `SIGNALBOX_TEST_SEED` repeats the choices of a run.

use super::*;
use anyhow::ensure;
use rand::{Rng, SeedableRng, rngs::StdRng};
use signalbox_simulators::{
    servicenow::Act,
    shared::{Effect, Fault},
};
use std::{collections::BTreeMap, env, time::Duration};

const RECORDS: usize = 10_000;
const KILLS: usize = 12;
/// A kill comes at most so long after the gateway is up.
const MOMENT: Duration = Duration::from_millis(1_500);
/// How long all may take after the last kill.
const LONG: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_record_is_shipped_however_often_the_gateway_is_killed() -> Tested {
    let seed = env::var("SIGNALBOX_TEST_SEED").map_or_else(|_| Ok(rand::random()), |seed| seed.parse())?;
    println!("SIGNALBOX_TEST_SEED={seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    let mut back = Back::start().await?;
    back.scene.gateway.kill().await?;
    let mut numbers = Vec::with_capacity(RECORDS);
    for number in 0..RECORDS {
        numbers.push(incident(&back.scene.platform, &format!("version 1 of {number}"))?);
    }
    back.cloud.fault(Fault::new(Effect::DropAfter).method("POST").table(WORK_ITEMS).every(7));
    let mut last = BTreeMap::new();
    let mut met = 0;
    for _ in 0..KILLS {
        back.scene.restart().await?;
        for _ in 0..50 {
            let number = &numbers[chance.random_range(0..numbers.len())];
            let title = format!("changed, {:08x}", chance.random::<u32>());
            let edit = Act::Edit { fields: fields(json!({ "short_description": title })) };
            back.scene.platform.instance.act(number, &edit)?;
            last.insert(number.clone(), title);
        }
        tokio::time::sleep(MOMENT.mul_f64(chance.random())).await;
        let before = back.cloud.instance.rows(WORK_ITEMS).len();
        back.scene.gateway.kill().await?;
        met += usize::from(before < RECORDS);
    }
    back.scene.restart().await?;
    let all_there = || async {
        let rows = back.cloud.instance.rows(WORK_ITEMS);
        let newest = newest_titles(&rows);
        let changed = last.iter().all(|(number, title)| newest.get(number.as_str()) == Some(&title.as_str()));
        (newest.len() >= RECORDS && changed).then_some(rows)
    };
    let rows = wait::until("all records in the workspace", LONG, all_there).await?;
    let newest = newest_titles(&rows);
    let missing: Vec<_> = numbers.iter().filter(|number| !newest.contains_key(number.as_str())).collect();
    ensure!(missing.is_empty(), "{} records are missing, {:?} first", missing.len(), missing.first());
    ensure!(met > 0, "every kill came after all was shipped");
    println!(
        "{} rows for {RECORDS} records, {} of them changed; {met} of {KILLS} kills came before the end",
        rows.len(),
        last.len()
    );

    // In order: of each record no version stands behind an older one under a higher sequence.
    let mut sequences: BTreeMap<&str, u64> = BTreeMap::new();
    for row in &rows {
        let (number, sequence) = (row["ServiceDeskId_s"].as_str().unwrap_or_default(), row["Sequence"].as_u64());
        let before = sequences.entry(number).or_default();
        ensure!(sequence >= Some(*before), "an older version of {number} came after a newer one");
        *before = sequence.unwrap_or_default();
    }
    Ok(())
}

/// The title that stands last, by number.
fn newest_titles(rows: &[Map<String, Value>]) -> BTreeMap<&str, &str> {
    rows.iter().filter_map(|row| Some((row["ServiceDeskId_s"].as_str()?, row["Title_s"].as_str()?))).collect()
}
