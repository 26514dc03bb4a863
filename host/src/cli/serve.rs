//! `signalbox serve`

use super::{
    Common, Done, Failure, block_on,
    output::{self, Output},
};
use crate::gateway::{Gateway, StartError};
use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::{io::IsTerminal, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Runs the gateway.
#[derive(Debug, Args)]
pub struct Serve {
    /// What the log tells: error, warn, info, debug, or per part, such as `signalbox::outbound=debug,info`.
    #[arg(long, env = "SIGNALBOX_LOG", default_value = "info", value_name = "FILTER")]
    log: String,
    /// How the log is written, to standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// For people.
    Text,
    /// For programs, an object a line.
    Json,
}

// === impl Serve ===

impl Serve {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        self.start_log()?;
        block_on(async {
            let mut terminate = signal(SignalKind::terminate()).context("signals can't be watched")?;
            let mut interrupt = signal(SignalKind::interrupt()).context("signals can't be watched")?;
            let mut gateway = Gateway::start(&common.config).await?;
            announce(&gateway, common.output);
            let code = tokio::select! {
                _ = terminate.recv() => ExitCode::SUCCESS,
                _ = interrupt.recv() => ExitCode::SUCCESS,
                () = gateway.broken() => ExitCode::FAILURE,
            };
            // Who asks twice does not want to wait.
            tokio::select! {
                () = gateway.stop() => Ok(code),
                _ = terminate.recv() => Ok(ExitCode::FAILURE),
                _ = interrupt.recv() => Ok(ExitCode::FAILURE),
            }
        })
    }

    fn start_log(&self) -> Result<(), Failure> {
        let filter = EnvFilter::try_new(&self.log).context("`--log` is not a filter")?;
        let registry = tracing_subscriber::registry().with(filter);
        match self.log_format {
            LogFormat::Text => {
                let ansi = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
                registry.with(fmt::layer().with_writer(std::io::stderr).with_ansi(ansi)).init();
            }
            LogFormat::Json => registry.with(fmt::layer().json().with_writer(std::io::stderr)).init(),
        }
        Ok(())
    }
}

fn announce(gateway: &Gateway, output: Output) {
    if output == Output::Json {
        output::print(&json!({ "ingest": gateway.ingest.to_string(), "admin": gateway.admin.to_string() }).to_string());
    } else {
        output::print(&format!("alerts are taken at {}, the admin listener is at {}", gateway.ingest, gateway.admin));
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Refused(problems) => Self::Refused(problems),
            StartError::Machine(error) => Self::Failed(error),
        }
    }
}
