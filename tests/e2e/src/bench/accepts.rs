//! Durable accepts a second, of the gateway and of the floor by turns: a noisy machine troubles both alike.

use crate::{
    floor::Floor,
    load::{self, Measured},
    process,
};
use anyhow::Context;
use signalbox_e2e::Gateway;
use std::{fmt, net::SocketAddr, time::Duration};

/// What one load measured.
struct Round {
    measured: Measured,
    /// Of the process that was asked.
    processor_time: Duration,
}

/// Prints the middle round of each, with few connections and with many.
pub async fn compare(gateway: &Gateway, floor: &Floor, rounds: u32, span: Duration) -> anyhow::Result<()> {
    println!("durable accepts, the middle of {rounds} rounds of the floor and the gateway by turns");
    println!("  the floor: decoded in a fresh instance, two rows synced before the 202, and nothing else");
    println!("  the gateway: admitted, decoded, routed, a new ticket each, synced before the 202; nothing is sent yet");
    let address = gateway.ingest.trim_start_matches("http://").parse().context("the ingest address")?;
    for connections in [16, 256] {
        let (mut least, mut whole) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            least.push(Round::run(floor.address, floor.pid()?, connections, span).await?);
            whole.push(Round::run(address, gateway.pid(), connections, span).await?);
        }
        let (least, whole) = (middle(least)?, middle(whole)?);
        println!("  floor,   {least}");
        println!("  gateway, {whole}");
        println!("    {:.0} % of the floor", 100.0 * whole.measured.rate() / least.measured.rate());
    }
    Ok(())
}

fn middle(mut rounds: Vec<Round>) -> anyhow::Result<Round> {
    rounds.sort_by(|one, other| one.measured.rate().total_cmp(&other.measured.rate()));
    let at = rounds.len() / 2;
    rounds.into_iter().nth(at).context("no rounds")
}

// === impl Round ===

impl Round {
    async fn run(address: SocketAddr, pid: u32, connections: usize, span: Duration) -> anyhow::Result<Self> {
        let before = process::processor_time(pid)?;
        let measured = load::run(address, connections, span).await?;
        Ok(Self { measured, processor_time: process::processor_time(pid)?.saturating_sub(before) })
    }
}

impl fmt::Display for Round {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = self.processor_time.as_secs_f64() * 1e6 / self.measured.count();
        write!(out, "{}; {each:.0} µs of processor time each", self.measured)
    }
}
