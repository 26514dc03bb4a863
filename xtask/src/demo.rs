//! `cargo xtask demo`: builds what it needs, then hands over to the demo itself.

use crate::{
    build,
    cargo::{cargo, run},
};
use clap::Args;
use std::process::exit;

/// Shows the gateway at work.
#[derive(Args)]
pub struct Demo {
    /// On which platform: `servicenow`, `cherwell`, `provance`, `scsm` or `request-tracker`.
    #[arg(long, default_value = "servicenow")]
    platform: String,
    /// Stays up afterwards, and says what to try next.
    #[arg(long)]
    stay: bool,
}

// === impl Demo ===

impl Demo {
    pub fn run(&self) -> anyhow::Result<()> {
        build::plugins()?;
        run(cargo(&["build", "--package", "signalbox", "--package", "signalbox-conformance"]))?;
        let mut demo = cargo(&["run", "--quiet", "--package", "signalbox-conformance", "--bin", "demo", "--"]);
        demo.args(["--platform", &self.platform]);
        if self.stay {
            demo.arg("--stay");
        }
        // The demo's own last line and exit code are the command's.
        exit(demo.status()?.code().unwrap_or(1));
    }
}
