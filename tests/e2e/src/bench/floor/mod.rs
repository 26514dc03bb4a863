//! The floor of a gateway that keeps this project's promises: a body is decoded in a fresh instance, two rows are synced, then
//! it is answered. No authentication, no deadline or memory limit, no check of the answer, no route, no ticket.

mod guest;
mod rows;

use crate::server::Server;
use anyhow::{Context, anyhow};
use guest::Guest;
use hyper::StatusCode;
use rows::Rows;
use std::{env, net::SocketAddr, path::Path, process::Stdio, sync::Arc};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The floor as a process of its own, as the gateway is one. Dropping it kills it.
pub struct Floor {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

// === impl Floor ===

impl Floor {
    /// Starts it with its rows in `folder`.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg("--floor").arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().context("the floor can't be started")?;
        let stdout = child.stdout.take().context("the floor has no output")?;
        let line = BufReader::new(stdout).lines().next_line().await?.context("the floor has ended")?;
        Ok(Self { address: line.parse().with_context(|| format!("the floor says {line}"))?, child })
    }

    /// Its process.
    pub fn pid(&self) -> anyhow::Result<u32> {
        self.child.id().context("the floor has ended")
    }
}

/// Serves until it is killed; the first line on standard output is the address.
pub async fn serve(folder: &Path) -> anyhow::Result<()> {
    let guest = Guest::load().map_err(|error| anyhow!("the plugin can't be loaded: {error:#}"))?;
    let guest = Arc::new(guest);
    let rows = Rows::create(&folder.join("floor.db"))?;
    let server = Server::start(move |body| {
        let (guest, rows) = (Arc::clone(&guest), rows.clone());
        async move {
            let Ok(alerts) = guest.decode(&body) else { return StatusCode::BAD_REQUEST };
            if rows.keep(body, alerts).await { StatusCode::ACCEPTED } else { StatusCode::SERVICE_UNAVAILABLE }
        }
    })
    .await?;
    println!("{}", server.address);
    server.serve().await;
    Ok(())
}
