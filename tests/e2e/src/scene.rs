//! What most end-to-end tests begin with: a simulated platform, a gateway in a folder of its own, and a configuration that can
//! be edited while both run.

use crate::{Gateway, config, config::Config, wait};
use anyhow::{Context, bail};
use serde_json::Value;
use signalbox_simulators::servicenow::{Fields, Options, Running, Simulator};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// How long anything may take that is sure to come: tests share few processors.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A gateway and its platform.
pub struct Scene {
    /// The gateway.
    pub gateway: Gateway,
    /// Its platform.
    pub platform: Running,
    /// Its configuration as last written.
    pub config: Config,
    folder: TempDir,
}

// === impl Scene ===

impl Scene {
    /// The least configuration.
    ///
    /// # Errors
    /// Where something does not start.
    pub async fn start() -> anyhow::Result<Self> {
        Self::with(|_| {}).await
    }

    /// The least configuration, changed.
    ///
    /// # Errors
    /// Where something does not start.
    pub async fn with(change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        Self::on(Options::default(), change).await
    }

    /// On a platform that is not as delivered.
    ///
    /// # Errors
    /// Where something does not start.
    pub async fn on(options: Options, change: impl FnOnce(&mut Config)) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let platform = Simulator::start(options).await?;
        let mut config = Config::new(folder.path(), &platform.http_url);
        change(&mut config);
        let path = folder.path().join("config.toml");
        config.write(&path)?;
        let gateway = Gateway::start(&path, folder.path(), &config::secrets()).await?;
        Ok(Self { gateway, platform, config, folder })
    }

    /// Where the configuration, the ledger and the log are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration's file.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder().join("config.toml")
    }

    /// All that the gateway has logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder().join("signalbox.log")).unwrap_or_default()
    }

    /// Starts the gateway again, after it has ended.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.gateway = Gateway::start(&self.path(), self.folder(), &config::secrets()).await?;
        Ok(())
    }

    /// Which generation is in force.
    ///
    /// # Errors
    /// Where the gateway does not say.
    pub async fn generation(&self) -> anyhow::Result<u64> {
        self.gateway.get("/v1/status").await?["generation"].as_u64().context("the status names no generation")
    }

    /// Edits the configuration, and waits until the edit is in force.
    ///
    /// # Errors
    /// Where it is refused.
    pub async fn edit(&mut self, change: impl FnOnce(&mut Config)) -> anyhow::Result<()> {
        change(&mut self.config);
        self.taken_text(&self.config.text()).await
    }

    /// Edits the configuration so that it must be refused, and answers the errors. The next edit begins where this one did.
    ///
    /// # Errors
    /// Where it is taken.
    pub async fn edit_refused(&mut self, change: impl FnOnce(&mut Config)) -> anyhow::Result<Vec<String>> {
        let mut bad = self.config.clone();
        change(&mut bad);
        self.refused_text(&bad.text()).await
    }

    /// Writes a configuration of one's own, and waits until it is in force.
    ///
    /// # Errors
    /// Where it is refused.
    pub async fn taken_text(&self, text: &str) -> anyhow::Result<()> {
        match self.judged(text).await? {
            status if status["refused"].is_null() => Ok(()),
            status => bail!("the edit is refused: {}", status["refused"]),
        }
    }

    /// Writes a configuration that must be refused, and answers the errors.
    ///
    /// # Errors
    /// Where it is taken.
    pub async fn refused_text(&self, text: &str) -> anyhow::Result<Vec<String>> {
        let status = self.judged(text).await?;
        let errors = status["refused"]["errors"].as_array().context("the edit is taken")?;
        Ok(errors.iter().filter_map(|error| error.as_str().map(str::to_owned)).collect())
    }

    /// Writes a configuration, in one step, and answers the status after it was read.
    async fn judged(&self, text: &str) -> anyhow::Result<Value> {
        let before = self.gateway.get("/v1/status").await?;
        config::replace(&self.path(), text)?;
        let judged = |status: &Value| {
            status["generation"] != before["generation"]
                || (!status["refused"].is_null() && status["refused"]["at"] != before["refused"]["at"])
        };
        self.status_when("the edit is read", judged).await
    }

    /// The status, once it is as it should be.
    ///
    /// # Errors
    /// Where that does not come.
    pub async fn status_when(&self, what: &str, is: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let is = &is;
        wait::until(what, PATIENCE, || async move { self.gateway.get("/v1/status").await.ok().filter(is) }).await
    }

    /// The incident with this key.
    #[must_use]
    pub fn incident(&self, key: &str) -> Option<Fields> {
        self.platform.instance.rows("incident", &format!("correlation_id={key}")).into_iter().next()
    }

    /// The incident with this key, once it is as it should be and the gateway has confirmed it.
    ///
    /// # Errors
    /// Where that does not come.
    pub async fn incident_when(&self, key: &str, what: &str, is: impl Fn(&Fields) -> bool) -> anyhow::Result<Fields> {
        let is = &is;
        let found = wait::until(what, PATIENCE, || async move {
            let ticket = self.ticket(key).await.ok()?;
            let confirmed = ticket["ticket"]["wanted"] == ticket["ticket"]["confirmed"];
            self.incident(key).filter(|row| confirmed && is(row))
        });
        match found.await {
            Ok(row) => Ok(row),
            Err(error) => {
                let shown = self.incident(key).map(|mut row| {
                    row.remove("description");
                    row
                });
                bail!("{error}; the incident is {shown:?}, its ticket {}", self.outline(key).await)
            }
        }
    }

    /// The gateway's story of a ticket.
    ///
    /// # Errors
    /// Where the gateway does not tell.
    pub async fn ticket(&self, key: &str) -> anyhow::Result<Value> {
        self.gateway.get(&format!("/v1/tickets/{key}")).await
    }

    /// The gateway's story of a ticket, once it is as it should be.
    ///
    /// # Errors
    /// Where that does not come.
    pub async fn ticket_when(&self, key: &str, what: &str, is: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        let is = &is;
        let found = wait::until(what, PATIENCE, || async move { self.ticket(key).await.ok().filter(is) });
        match found.await {
            Ok(story) => Ok(story),
            Err(error) => bail!("{error}; the ticket is {}", self.outline(key).await),
        }
    }

    /// What a failed test shows of a ticket.
    async fn outline(&self, key: &str) -> String {
        let story = self.ticket(key).await.unwrap_or_default();
        format!("{:#}\n{:#}", story["ticket"], story["timeline"])
    }
}

/// The key of the first ticket that an answer names.
///
/// # Errors
/// Where it names none.
pub fn key_of(receipt: &Value) -> anyhow::Result<String> {
    let key = receipt.pointer("/accepted/0/tickets/0/key").and_then(Value::as_str);
    key.map(str::to_owned).with_context(|| format!("the answer names no ticket: {receipt}"))
}

/// A field of a row; empty where it has none.
#[must_use]
pub fn field<'a>(row: &'a Fields, name: &str) -> &'a str {
    row.get(name).map_or("", String::as_str)
}
