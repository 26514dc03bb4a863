//! The demo: real components, a simulated platform, and one problem through its whole life.

#![expect(clippy::indexing_slicing, reason = "an index into JSON answers null where there is nothing")]

mod checks;
mod show;
mod stage;
mod story;

use checks::Checks;
use clap::Parser;
use stage::Stage;
use std::process::ExitCode;

/// Shows the gateway at work.
#[derive(Parser)]
struct Demo {
    /// Stays up afterwards, and says what to try next.
    #[arg(long)]
    stay: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let demo = Demo::parse();
    let mut checks = Checks::default();
    let stage = match Stage::set().await {
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
