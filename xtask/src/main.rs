//! The project's own commands: `cargo xtask demo`, `test`, `build`, `bench`.

mod build;
mod cargo;
mod demo;
mod test;

use clap::{Parser, Subcommand};

/// Signalbox's own commands. Two are all you need: `cargo xtask demo` and `cargo xtask test`.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Shows the gateway at work: builds all, starts a platform simulator and the gateway, sends alerts through their lives.
    Demo(demo::Demo),
    /// Runs everything that CI runs: format, lints, all tests, docs.
    Test(test::Test),
    /// Builds the release host and target/plugins/*.wasm.
    Build,
    /// Builds target/plugins/*.wasm only.
    BuildPlugins,
    /// Measures and prints the figures that the docs name.
    Bench,
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Demo(demo) => demo.run(),
        Command::Test(test) => test.run(),
        Command::Build => build::release(),
        Command::BuildPlugins => build::plugins(),
        Command::Bench => build::bench(),
    }
}
