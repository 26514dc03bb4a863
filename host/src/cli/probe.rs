//! `signalbox probe CONNECTION`

use super::{
    Common, Done, block_on,
    offline::offline,
    output::{self, Output},
};
use crate::{
    domain::{CallBudget, ConnectionName},
    generation::call_failure,
};
use anyhow::{Context, anyhow};
use clap::Args;
use serde_json::json;
use std::{process::ExitCode, time::Instant};

/// Asks a connection's platform.
#[derive(Debug, Args)]
pub struct Probe {
    /// The connection's name.
    connection: String,
}

// === impl Probe ===

impl Probe {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        block_on(async {
            let (generation, workshop) = offline(common).await?;
            let name: ConnectionName = self.connection.parse().context("no connection has such a name")?;
            let known = || {
                let known: Vec<_> = generation.platforms.keys().map(AsRef::as_ref).collect();
                anyhow!("there is no connection `{name}` to an ITSM platform; known: {}", known.join(", "))
            };
            let platform = generation.platforms.get(&name).ok_or_else(known)?;
            let budget = CallBudget { deadline: Instant::now() + platform.peer.deadline, send_before: None };
            let probed = platform.peer.plugin.probe(budget).await;
            let probed = probed.map_err(|failure| call_failure(failure, &platform.peer.connection));
            workshop.connections.close().await;
            let report = probed.with_context(|| format!("`{name}` is not ready"))?;
            let ready = report.findings.is_empty();
            if common.output == Output::Json {
                output::print_json(&json!({
                    "connection": name,
                    "product": report.product,
                    "version": report.version,
                    "ready": ready,
                    "findings": report.findings,
                }));
            } else {
                output::print(output::clean(&format!("{name}: {} {}", report.product, report.version)).trim_end());
                for finding in &report.findings {
                    output::print(&output::clean(&format!("- {finding}")));
                }
                output::print(if ready { "ready" } else { "not ready: see above" });
            }
            Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }
}
