//! A gateway process.

use crate::{config::TOKEN, install_tls, wait, workspace};
use anyhow::{Context, bail};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use std::{
    env,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
};

const START: Duration = Duration::from_secs(120);

/// A running gateway. Dropping it kills it.
pub struct Gateway {
    child: Child,
    client: Client,
    /// Where alerts are posted.
    pub ingest: String,
    /// Where it is asked.
    pub admin: String,
}

/// The gateway's program, as cargo built it for this profile.
///
/// # Errors
/// Where it was not built.
pub fn program() -> anyhow::Result<PathBuf> {
    if let Some(program) = env::var_os("SIGNALBOX_PROGRAM") {
        return Ok(program.into());
    }
    let own = env::current_exe()?;
    let folders = own.ancestors().skip(1).take(2);
    for folder in folders {
        let program = folder.join("signalbox");
        if program.is_file() {
            return Ok(program);
        }
    }
    bail!("the gateway is not built: `cargo build --package signalbox` in {}", workspace().display())
}

// === impl Gateway ===

impl Gateway {
    /// Starts it in a folder, and waits until it is ready.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start(config: &Path, folder: &Path, secrets: &[(&str, String)]) -> anyhow::Result<Self> {
        Self::start_by(&mut Command::new(program()?), config, folder, secrets).await
    }

    /// Starts it by a command that ends with the program's own arguments: under a tracer, say.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start_by(
        command: &mut Command,
        config: &Path,
        folder: &Path,
        secrets: &[(&str, String)],
    ) -> anyhow::Result<Self> {
        install_tls();
        command.args(["serve", "--output", "json", "--config"]).arg(config).current_dir(folder);
        command.envs(secrets.iter().map(|(name, value)| (name, value)));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("signalbox.log"))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true);
        let mut child = command.spawn().context("the gateway can't be started")?;
        let stdout = child.stdout.take().context("the gateway has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let told = tokio::time::timeout(START, lines.next_line()).await;
        let told = told.context("the gateway says nothing")??.with_context(|| {
            let log = std::fs::read_to_string(folder.join("signalbox.log")).unwrap_or_default();
            format!("the gateway has ended:\n{log}")
        })?;
        let Ok(told) = serde_json::from_str::<Value>(&told) else {
            let mut rest = String::new();
            lines.into_inner().read_to_string(&mut rest).await?;
            bail!("the gateway says {told}\n{rest}");
        };
        let address = |name: &str| told[name].as_str().map(|address| format!("http://{address}"));
        let gateway = Self {
            child,
            client: Client::builder().pool_max_idle_per_host(64).build()?,
            ingest: address("ingest").context("no ingest address")?,
            admin: address("admin").context("no admin address")?,
        };
        let ready = format!("{}/readyz", gateway.admin);
        wait::until("the gateway is ready", START, || async {
            gateway.client.get(&ready).send().await.ok().filter(|answer| answer.status().is_success())
        })
        .await?;
        Ok(gateway)
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or_default()
    }

    /// A post to a source, with nothing in it yet.
    pub fn to(&self, source: &str) -> RequestBuilder {
        self.client.post(format!("{}/v1/alerts/{source}", self.ingest))
    }

    /// Posts a body to the source `azure`, with the test's token.
    ///
    /// # Errors
    /// Where no answer comes.
    pub async fn post(&self, body: &Value) -> reqwest::Result<Response> {
        let request = self.to("azure").bearer_auth(TOKEN).header("content-type", "application/json");
        request.body(body.to_string()).send().await
    }

    /// Posts a body that must be accepted.
    ///
    /// # Errors
    /// Where it is not.
    pub async fn accept(&self, body: &Value) -> anyhow::Result<Value> {
        let answer = self.post(body).await?;
        let status = answer.status();
        let told = answer.text().await?;
        if status != StatusCode::ACCEPTED {
            bail!("the gateway answers {status}: {told}");
        }
        Ok(serde_json::from_str(&told)?)
    }

    /// Asks its admin listener.
    ///
    /// # Errors
    /// Where it doesn't answer, or not with JSON.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.client.get(format!("{}{path}", self.admin)).send().await?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }

    /// Tells its admin listener.
    ///
    /// # Errors
    /// Where it doesn't answer, or not with JSON.
    pub async fn tell(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.client.post(format!("{}{path}", self.admin)).send().await?;
        Ok(serde_json::from_str(&answer.text().await?)?)
    }

    /// Waits until no ticket is due and none is held by a worker: everything is as the alerts say, or waits for a person.
    ///
    /// # Errors
    /// Where that takes longer than `patience`.
    pub async fn at_rest(&self, patience: Duration) -> anyhow::Result<Vec<Value>> {
        wait::until("all tickets are converged", patience, || async {
            let tickets = self.get("/v1/tickets?limit=100000").await.ok()?;
            let tickets = tickets.as_array()?.clone();
            let rests = |ticket: &Value| {
                ticket["standing"] != "live"
                    || (ticket["wanted"] == ticket["confirmed"] && ticket["shown"]["id"].as_str() != Some(""))
            };
            tickets.iter().all(rests).then_some(tickets)
        })
        .await
    }

    /// Kills it on the spot.
    ///
    /// # Errors
    /// Where the system won't.
    pub async fn kill(&mut self) -> std::io::Result<()> {
        self.child.kill().await
    }

    /// Sends it a signal by name: `TERM`, `STOP`, `CONT`, `HUP`.
    ///
    /// # Errors
    /// Where the system won't.
    pub async fn signal(&self, name: &str) -> anyhow::Result<()> {
        let status = Command::new("kill").args([format!("-{name}"), self.pid().to_string()]).status().await?;
        if !status.success() {
            bail!("`kill -{name}` failed");
        }
        Ok(())
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// Where it does not come in time.
    pub async fn ended(&mut self, patience: Duration) -> anyhow::Result<std::process::ExitStatus> {
        Ok(tokio::time::timeout(patience, self.child.wait()).await.context("the gateway goes on")??)
    }
}
