//! `signalbox check`

use super::{
    Common, Done, block_on,
    offline::offline,
    output::{self, Output},
};
use crate::{config, gateway};
use clap::Args;
use serde_json::json;
use std::process::ExitCode;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Checks the configuration.
#[derive(Debug, Args)]
pub struct Check {
    /// Prints the JSON Schema of the configuration, for editors, and checks nothing.
    #[arg(long)]
    schema: bool,
}

// === impl Check ===

impl Check {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        if self.schema {
            output::print_json(&config::schema());
            return Ok(ExitCode::SUCCESS);
        }
        show_doubts();
        block_on(async {
            let (generation, _) = offline(common).await?;
            gateway::certificate(&generation.config)?;
            let counts = json!({
                "sources": generation.sources.len(),
                "connections": generation.config.connections.len(),
                "mappings": generation.config.mappings.len(),
                "routes": generation.routes.len(),
            });
            if common.output == Output::Json {
                output::print_json(&json!({ "errors": [], "checked": counts }));
            } else {
                let words = format!(
                    "{} is good: {}, {}, {}, {}",
                    common.config.display(),
                    output::counted(generation.sources.len(), "source"),
                    output::counted(generation.config.connections.len(), "connection"),
                    output::counted(generation.config.mappings.len(), "mapping"),
                    output::counted(generation.routes.len(), "route"),
                );
                output::print(&words);
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// What plugins find odd in their settings and do not refuse: they log it.
fn show_doubts() {
    let lines = fmt::layer().without_time().with_target(false).with_ansi(false).with_writer(std::io::stderr);
    tracing_subscriber::registry().with(EnvFilter::new("off,plugin=warn")).with(lines).init();
}
