//! The program's command line, run to its end.

use crate::{config, gateway::program};
use anyhow::Context;
use serde_json::Value;
use std::{path::Path, process::Stdio};
use tokio::{io::AsyncWriteExt, process::Command};

/// What a command said, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// Runs the program in a folder, with the secrets of tests.
///
/// # Errors
/// Where it can't be run, or is killed.
pub async fn run(folder: &Path, arguments: &[&str]) -> anyhow::Result<Said> {
    run_with(folder, arguments, "").await
}

/// Runs the program in a folder, with the secrets of tests and something to read.
///
/// # Errors
/// Where it can't be run, or is killed.
pub async fn run_with(folder: &Path, arguments: &[&str], input: &str) -> anyhow::Result<Said> {
    let mut command = Command::new(program()?);
    command.args(arguments).current_dir(folder).envs(config::secrets());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that reads nothing may have ended by now.
        let _unread = stdin.write_all(input.as_bytes()).await;
    }
    let output = child.wait_with_output().await?;
    Ok(Said {
        code: output.status.code().context("the command was killed")?,
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

// === impl Said ===

impl Said {
    /// Its standard output, which must be JSON.
    ///
    /// # Errors
    /// Where it is not.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.out).with_context(|| format!("this is not JSON: {}\n{}", self.out, self.err))
    }
}
