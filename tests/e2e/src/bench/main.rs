//! The figures that the docs name: printed, never asserted. Machines are noisy; what counts is a ratio within one run.

mod accepts;
mod disk;
mod floor;
mod load;
mod process;
mod server;
mod tickets;

use clap::Parser;
use floor::Floor;
use server::Server;
use signalbox_e2e::{
    Gateway,
    config::{Config, secrets},
};
use signalbox_simulators::servicenow::{Options, Simulator};
use std::{path::PathBuf, time::Duration};

/// Measures the gateway on this machine, from a load generator beside it.
#[derive(Parser)]
struct Bench {
    /// How long each load goes on, in seconds.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How often the floor and the gateway take turns; what is printed is the middle round of each.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How many tickets are made.
    #[arg(long, default_value_t = 5000)]
    tickets: u32,
    /// Serve the floor alone, with its rows in this folder, and print its address: for another load generator.
    #[arg(long, value_name = "FOLDER")]
    floor: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let bench = Bench::parse();
    if let Some(folder) = &bench.floor {
        return floor::serve(folder).await;
    }
    let span = Duration::from_secs(bench.seconds);
    println!("body: {} bytes, distinct alerts, each a new problem; {} s a load", load::body_length(), bench.seconds);

    let folder = tempfile::tempdir()?;
    println!("one fdatasync of a written page: median {:.2} ms", disk::sync_millis(folder.path())?);
    let bare = Server::bare().await?;
    println!("a bare HTTP server that answers 202: {}", load::run(bare.address, 16, span).await?);
    drop(bare);

    let platform = Simulator::start(Options::default()).await?;
    let mut config = Config::new(folder.path(), &platform.http_url);
    config.connection = format!("paused = true\n{}", tickets::UNLIMITED);
    let path = folder.path().join("config.toml");
    config.write(&path)?;
    let gateway = Gateway::start(&path, folder.path(), &secrets()).await?;
    let floor = Floor::start(folder.path()).await?;
    println!("memory at rest: {}", process::resident(gateway.pid())?);
    accepts::compare(&gateway, &floor, bench.rounds, span).await?;
    println!("memory under load: {}", process::resident(gateway.pid())?);
    drop((gateway, floor));

    tickets::run(bench.tickets).await
}
