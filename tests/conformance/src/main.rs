//! `conformance FILE`: the suite against a platform that a file describes.

use anyhow::Context;
use clap::Parser;
use signalbox_conformance::{Suite, described::Described};
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Tries an adapter against its platform: what every adapter must do, a line each.
#[derive(Parser)]
struct Conformance {
    /// What describes the platform: see docs/plugins.md.
    file: PathBuf,
    /// Only the behaviours that have these words in their names.
    #[arg(long, default_value = "")]
    only: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let Conformance { file, only } = Conformance::parse();
    let platform = Arc::new(Described::read(&file)?);
    let report = Suite::new(platform).only(move |name| name.contains(&only)).run().await;
    let report = report.context("nothing could be tried")?;
    println!("\n{report}");
    let failures = report.failures().len();
    println!("{} hold, {failures} fail", report.cells.len() - failures);
    Ok(if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
