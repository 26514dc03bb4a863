//! `cargo xtask test`: what CI runs.

use crate::{
    build,
    cargo::{cargo, run},
};
use clap::Args;

/// Runs everything that CI runs.
#[derive(Args)]
pub struct Test {
    /// Only the tests: no format, lints or docs.
    #[arg(long)]
    only: bool,
}

// === impl Test ===

impl Test {
    pub fn run(&self) -> anyhow::Result<()> {
        if !self.only {
            run(cargo(&["fmt", "--all", "--check"]))?;
        }
        // Tests load the real components, so these come first.
        build::plugins()?;
        if !self.only {
            run(cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
            let mut docs = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
            docs.env("RUSTDOCFLAGS", "--deny warnings");
            run(docs)?;
        }
        run(cargo(&["test", "--workspace", "--no-fail-fast"]))
    }
}
