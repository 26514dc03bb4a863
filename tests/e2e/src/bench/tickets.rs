//! Tickets a second: a burst of new problems, until the platform has an incident for each.

use crate::{load, process};
use anyhow::Context;
use signalbox_e2e::{
    Gateway,
    config::{Config, secrets},
    wait,
};
use signalbox_simulators::servicenow::{Options, Simulator};
use std::time::{Duration, Instant};

/// No pace: what is measured is the gateway.
pub const UNLIMITED: &str = "limits = { per_second = 100000, burst = 100000, concurrency = 32 }";

/// Makes so many tickets, and prints how fast.
pub async fn run(tickets: u32) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let platform = Simulator::start(Options::default()).await?;
    let mut config = Config::new(folder.path(), &platform.http_url);
    config.connection = UNLIMITED.to_owned();
    let path = folder.path().join("config.toml");
    config.write(&path)?;
    let gateway = Gateway::start(&path, folder.path(), &secrets()).await?;
    let address = gateway.ingest.trim_start_matches("http://").parse().context("the ingest address")?;
    let began = Instant::now();
    load::burst(address, tickets).await?;
    let accepted = began.elapsed();
    let wanted = usize::try_from(tickets)?;
    wait::until("the platform has all incidents", Duration::from_secs(600), || async {
        (platform.instance.keys("incident").len() >= wanted).then_some(())
    })
    .await?;
    let took = began.elapsed();
    println!(
        "tickets (alert in, mapped, incident created on a simulated platform on the same machine, ticket confirmed):"
    );
    println!(
        "  {tickets} tickets: {:.0} a second (the alerts were accepted within {:.1} s)",
        f64::from(tickets) / took.as_secs_f64(),
        accepted.as_secs_f64()
    );
    println!("memory afterwards: {}", process::resident(gateway.pid())?);
    Ok(())
}
