//! `signalbox explain FILE --source NAME`: what would become of a body, without a gateway and without a trace.
//!
//! The alert counts as new, and `now` is its observed-at. Every request of the adapter is answered "not sent", so the account
//! ends at the first request that needs an answer, and says so. With `--online`, requests that change nothing are sent.

mod account;
mod rehearse;

use super::{
    Common, Done, block_on,
    offline::offline,
    output::{self, Output},
};
use crate::{
    domain::{SourceName, Timestamp},
    generation::Current,
    ingest::redact,
    plugin::SourceRequest,
};
use account::Account;
use anyhow::{Context, anyhow};
use bytes::Bytes;
use clap::Args;
use std::{io::Read, path::PathBuf, process::ExitCode, sync::Arc};

/// Tells what would become of an alert.
#[derive(Debug, Args)]
pub struct Explain {
    /// The body, as the monitor posts it; `-` is standard input.
    file: PathBuf,
    /// The source that it would be posted to.
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Really sends requests that change nothing, so that the account goes on behind them.
    #[arg(long)]
    online: bool,
}

// === impl Explain ===

impl Explain {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Done {
        let body = self.body()?;
        block_on(async {
            let (generation, workshop) = offline(common).await?;
            let name: SourceName = self.source.parse().context("no source has such a name")?;
            let known = || {
                let known: Vec<_> = generation.sources.keys().map(AsRef::as_ref).collect();
                anyhow!("there is no source `{name}`; known: {}", known.join(", "))
            };
            let source = generation.sources.get(&name).ok_or_else(known)?;
            // As the gateway would: what is not JSON is decoded as it is, and not kept.
            let body = redact::redacted(&generation.config.ledger.redact, &body).unwrap_or_else(|_| body.clone());
            let request = SourceRequest {
                content_type: "application/json".to_owned(),
                headers: Vec::new(),
                query: String::new(),
                body: body.to_vec(),
                received_at: Timestamp::now(),
            };
            let refused = |failure| anyhow!("the source `{name}` does not take it: {failure}");
            let decoded = source.plugin.decode(request).await.map_err(refused)?;
            let current = Arc::new(Current::new(generation));
            let accounts = rehearse::rehearse(&current, &name, decoded.alerts, self.online).await;
            workshop.connections.close().await;
            if common.output == Output::Json {
                output::print_json(&accounts);
            } else {
                accounts.iter().for_each(Account::print);
            }
            let failed = accounts.iter().flat_map(|account| &account.tickets).any(|ticket| ticket.failed);
            Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        })
    }

    fn body(&self) -> anyhow::Result<Bytes> {
        let mut body = Vec::new();
        if self.file.as_os_str() == "-" {
            std::io::stdin().read_to_end(&mut body).context("standard input can't be read")?;
        } else {
            body = std::fs::read(&self.file).with_context(|| format!("{} can't be read", self.file.display()))?;
        }
        Ok(body.into())
    }
}
