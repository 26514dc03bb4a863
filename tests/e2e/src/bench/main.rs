//! The figures that the docs name: printed, never asserted. Machines are noisy; what counts is a ratio within one run.

mod baseline;
mod disk;
mod load;
mod process;
mod tickets;

use anyhow::Context;
use clap::Parser;
use signalbox_e2e::{
    Gateway,
    config::{Config, secrets},
};
use signalbox_simulators::servicenow::{Options, Simulator};
use std::time::Duration;

/// Measures the gateway on this machine, from a load generator beside it.
#[derive(Parser)]
struct Bench {
    /// How long each load goes on, in seconds.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many tickets are made.
    #[arg(long, default_value_t = 5000)]
    tickets: u32,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let bench = Bench::parse();
    let span = Duration::from_secs(bench.seconds);
    println!("body: {} bytes, distinct alerts, each a new problem; {} s a load", load::body_length(), bench.seconds);

    let folder = tempfile::tempdir()?;
    println!("one fdatasync of a written page: median {:.2} ms", disk::sync_millis(folder.path())?);
    let bare = baseline::Bare::start().await?;
    println!("a bare HTTP server that answers 202:");
    let ceiling = load::run(bare.address, 16, span).await?;
    println!("  {ceiling}");

    let platform = Simulator::start(Options::default()).await?;
    let mut config = Config::new(folder.path(), &platform.http_url);
    config.connection = format!("paused = true\n{}", tickets::UNLIMITED);
    let path = folder.path().join("config.toml");
    config.write(&path)?;
    let gateway = Gateway::start(&path, folder.path(), &secrets()).await?;
    println!("memory at rest: {}", process::resident(gateway.pid())?);
    println!(
        "durable accepts (decoded, routed, a new ticket each, synced before the 202; nothing is sent to a platform):"
    );
    let address = gateway.ingest.trim_start_matches("http://").parse().context("the ingest address")?;
    for connections in [16, 256] {
        let before = process::processor_time(gateway.pid())?;
        let measured = load::run(address, connections, span).await?;
        let spent = process::processor_time(gateway.pid())?.saturating_sub(before);
        println!(
            "  {measured}; {:.0} µs of processor time each; {:.0} % of the bare server",
            spent.as_secs_f64() * 1e6 / measured.count(),
            100.0 * measured.rate() / ceiling.rate()
        );
    }
    println!("memory under load: {}", process::resident(gateway.pid())?);
    drop(gateway);

    tickets::run(bench.tickets).await
}
