//! `simulator PLATFORM`: a simulated platform as a process.
//!
//! Prints one line of JSON with its addresses when it is ready, and ends on SIGTERM or Ctrl-C.

mod command;

use std::io::Write;

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// Simulated ITSM platforms.
#[derive(Debug, Parser)]
#[command(name = "simulator", version)]
struct Command {
    #[command(subcommand)]
    platform: Platform,
}

#[derive(Debug, Subcommand)]
enum Platform {
    /// A ServiceNow instance: Table API, Event Management, OAuth.
    #[command(after_long_help = command::servicenow::CONTROL)]
    Servicenow(command::servicenow::ServiceNow),
    /// System Center Service Manager behind the Cireson portal: its REST API.
    #[command(after_long_help = command::scsm::CONTROL)]
    Scsm(command::scsm::Scsm),
    /// A Cherwell Service Management system: its REST API, tokens, licences.
    #[command(after_long_help = command::cherwell::CONTROL)]
    Cherwell(command::cherwell::Cherwell),
    /// A Dataverse organisation: the Web API with the Case table, and Entra's token endpoint.
    #[command(after_long_help = command::provance::CONTROL)]
    Provance(command::provance::Provance),
    /// What of Azure stands around a gateway: Entra, managed identity, Logs Ingestion, alerts, metrics, logs.
    #[command(after_long_help = command::azure::CONTROL)]
    Azure(command::azure::Azure),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let started = match Command::parse().platform {
        Platform::Servicenow(arguments) => arguments.start().await?,
        Platform::Scsm(arguments) => arguments.start().await?,
        Platform::Cherwell(arguments) => arguments.start().await?,
        Platform::Provance(arguments) => arguments.start().await?,
        Platform::Azure(arguments) => arguments.start().await?,
    };
    if let Some(file) = &started.ca_file {
        std::fs::write(file, &started.addresses.ca_pem)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    // Before the line is printed: who reads it may end this process at once.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", serde_json::to_string(&started.addresses)?)?;
    out.flush()?;
    tokio::select! {
        _ = terminate.recv() => {}
        ended = tokio::signal::ctrl_c() => ended?,
    }
    Ok(())
}
