//! The command line as an operator and a script meet it: words, tables, JSON, exit codes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod check;
mod explain;
mod help;
mod report;
mod running;

use jiff::Timestamp;
use signalbox_e2e::{
    alerts::Metric,
    command::{self, Said},
    config::Config,
};
use signalbox_simulators::servicenow::{Options, Running, Simulator};
use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;

type Tested = anyhow::Result<()>;

/// A metric alert that fired now, an instance of its own.
fn metric(rule: &str) -> Metric {
    static INSTANCES: AtomicU32 = AtomicU32::new(0);
    Metric::new(rule, "web-01", INSTANCES.fetch_add(1, Ordering::Relaxed), "Sev2", Timestamp::now())
}

/// A configuration beside a platform, and no gateway.
struct Desk {
    folder: TempDir,
    platform: Running,
    config: Config,
}

// === impl Desk ===

impl Desk {
    async fn new(change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let platform = Simulator::start(Options::default()).await?;
        let mut config = Config::new(folder.path(), &platform.http_url);
        change(&mut config);
        config.write(&folder.path().join("config.toml"))?;
        Ok(Self { folder, platform, config })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a body beside the configuration.
    fn body(&self, body: impl ToString) -> std::io::Result<()> {
        std::fs::write(self.path().join("alert.json"), body.to_string())
    }

    async fn run(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        command::run(self.path(), arguments).await
    }
}
