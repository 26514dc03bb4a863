//! The command line: a file a command.
//!
//! Exit codes: 0 done; 1 it was tried and failed; 2 the command line is wrong; 3 the configuration is refused; 4 no gateway
//! answers at the admin address.

mod alerts;
mod check;
mod client;
mod explain;
mod maintenance;
mod offline;
mod output;
mod probe;
mod report;
mod serve;
mod sync;
mod tickets;

use clap::{Args, Parser, Subcommand};
use output::Output;
use std::{path::PathBuf, process::ExitCode};

/// A gateway that turns monitoring alerts into tickets, and keeps each ticket true to its alert.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true, max_term_width = 120)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The configuration: a file, or a folder of *.toml.
    #[arg(long, short, global = true, env = "SIGNALBOX_CONFIG", default_value = "config.toml", value_name = "PATH")]
    pub config: PathBuf,
    /// How to print: tables for people, JSON for programs.
    #[arg(long, short, global = true, value_enum, default_value_t = Output::Table)]
    pub output: Output,
    /// Where a running gateway's admin listener is. Default: as the configuration says.
    #[arg(long, global = true, env = "SIGNALBOX_ADMIN", value_name = "HOST:PORT")]
    pub admin: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the gateway, until SIGTERM or Ctrl-C. SIGHUP, or an edit of the configuration, swaps it while it runs.
    Serve(serve::Serve),
    /// Checks the configuration with all its plugins, and prints every error.
    Check(check::Check),
    /// Tells what would become of an alert: decoded, routed, mapped, and the calls that would be made.
    Explain(explain::Explain),
    /// Asks a connection's platform whether everything that it needs is there.
    Probe(probe::Probe),
    /// Lists, shows, retries or drops tickets of a running gateway.
    #[command(subcommand)]
    Tickets(tickets::Tickets),
    /// Lists, shows, decodes again or drops alerts of a running gateway.
    #[command(subcommand)]
    Alerts(alerts::Alerts),
    /// Shows and hastens what a running gateway reads back, and what it takes to sinks.
    #[command(subcommand)]
    Sync(sync::Sync),
    /// Answers a question over the ledger of a running gateway: what caused incidents, how long they took, what makes most.
    Report(report::ReportCommand),
    /// Lists, opens or ends maintenance windows of a running gateway.
    #[command(subcommand)]
    Maintenance(maintenance::Maintenance),
}

/// Parses the command line and runs its command.
#[must_use]
pub fn run() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    let done = match command {
        Command::Serve(serve) => serve.run(&common),
        Command::Check(check) => check.run(&common),
        Command::Explain(explain) => explain.run(&common),
        Command::Probe(probe) => probe.run(&common),
        Command::Tickets(tickets) => tickets.run(&common),
        Command::Alerts(alerts) => alerts.run(&common),
        Command::Sync(sync) => sync.run(&common),
        Command::Report(report) => report.run(&common),
        Command::Maintenance(maintenance) => maintenance.run(&common),
    };
    done.unwrap_or_else(|failure| failure.report(common.output))
}

/// A command that could not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// The configuration is refused.
    Refused(crate::config::Problems),
    /// No gateway answers.
    Unreachable {
        /// Where it was looked for.
        address: String,
        /// Why.
        cause: String,
    },
    /// It was tried.
    Failed(anyhow::Error),
}

// === impl Failure ===

impl Failure {
    fn report(&self, output: Output) -> ExitCode {
        let (code, message) = match self {
            Self::Refused(problems) => {
                if output == Output::Json {
                    output::print_json(&serde_json::json!({ "errors": output::problems(problems) }));
                } else {
                    eprint!("{}", problems.render(output::colours_on_stderr()));
                }
                eprintln!("{}", output::counted(problems.0.len(), "error"));
                return ExitCode::from(3);
            }
            Self::Unreachable { address, cause } => (
                4,
                format!(
                    "no gateway answers at {address} ({cause}): is `signalbox serve` running? `--admin` names another address"
                ),
            ),
            Self::Failed(error) => (1, format!("{error:#}")),
        };
        if output == Output::Json {
            output::print_json(&serde_json::json!({ "error": { "message": message } }));
        } else {
            eprintln!("error: {}", output::clean(&message));
        }
        ExitCode::from(code)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<crate::config::Problems> for Failure {
    fn from(problems: crate::config::Problems) -> Self {
        Self::Refused(problems)
    }
}

/// What a command does.
pub type Done = Result<ExitCode, Failure>;

/// Conditions are evaluated by recursion; it is address space, and no memory until it is used.
const STACK: usize = 64 << 20;

/// Runs a command's work on a runtime of its own.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK).build();
    runtime.map_err(|error| Failure::Failed(error.into()))?.block_on(work)
}
