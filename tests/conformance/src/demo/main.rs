//! The demo: real components, a platform, and one problem through its whole life.

#![expect(clippy::indexing_slicing, reason = "an index into JSON answers null where there is nothing")]

mod azure;
mod checks;
mod show;
mod stage;
mod story;

use checks::Checks;
use clap::Parser;
use signalbox_conformance::platforms;
use stage::Stage;
use std::process::ExitCode;

/// Shows the gateway at work.
#[derive(Parser)]
struct Demo {
    /// On which platform.
    #[arg(long, default_value = "servicenow", value_parser = clap::builder::PossibleValuesParser::new(platforms::NAMES))]
    platform: String,
    /// Stays up afterwards, and says what to try next.
    #[arg(long)]
    stay: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let demo = Demo::parse();
    let mut checks = Checks::default();
    let stage = match Stage::set(&demo.platform).await {
        Ok(stage) => stage,
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = story::tell(&stage, &mut checks).await {
        checks.expect(&format!("the story goes on: {error:#}"), false);
    }
    if demo.stay {
        show::what_next(&stage);
        let _signal = tokio::signal::ctrl_c().await;
    }
    stage.strike().await;
    checks.finish()
}
