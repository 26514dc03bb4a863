//! A platform described by a file, and looked at by a program: for authors whose language is not Rust.
//!
//! The file says what a configuration would: how a gateway reaches the platform. The program is what sees and does what a person
//! would. It is started for each question, reads one JSON object from its standard input and writes one to its standard output:
//!
//! | question | answer |
//! |---|---|
//! | `{"do":"tickets","kind":"incident","key":"…"}` | `{"done":[ticket, …]}`, oldest first |
//! | `{"do":"ticket","kind":"incident","id":"…"}` | `{"done":ticket}`, or `{"done":null}` |
//! | `{"do":"act","kind":"incident","id":"…","act":"close","text":""}` | `{"done":null}` |
//! | `{"do":"write_row","kind":"change","id":null,"title":"…"}` | `{"done":"id of the row"}` |
//! | `{"do":"expire_tokens"}` | `{"done":null}` |
//!
//! A ticket is a [`Seen`]. Acts are `resolve`, `close`, `delete`, `merge`, `take-out-key`, and with a text `retitle` and `note`.
//! What the platform does not have is answered `{"not_offered":"why"}`. A program that ends with another code than 0 has failed,
//! and its standard error says why.

use crate::platform::{Canned, Did, Human, Lengths, Platform, Refused, Seen};
use anyhow::{Context, bail};
use async_trait::async_trait;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use signalbox::domain::{RecordKind, WorkItemKind};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::{io::AsyncWriteExt, process::Command};

/// What the file says. Paths begin at its folder, and the program runs there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// The adapter's name.
    adapter: String,
    /// Its component.
    component: PathBuf,
    /// Where the platform listens, by plain HTTP and without a path.
    address: String,
    /// What the connection's `url` has after the address.
    #[serde(default)]
    base_path: String,
    /// The rest of `[connections.desk]`, as TOML; secrets are files of `secrets`.
    connection: String,
    /// `[mappings.standard.settings]`, as TOML: what tickets can't be made without.
    #[serde(default)]
    mapping: String,
    /// How long the platform may take to show what was done.
    #[serde(default = "one_second")]
    settle: String,
    /// Other addresses that the platform calls itself in its links.
    #[serde(default)]
    other_addresses: Vec<String>,
    /// The program and its arguments.
    program: Vec<String>,
    /// Secrets by the name of their file.
    secrets: BTreeMap<String, String>,
    refused: RefusedFields,
    throttled: Option<Throttled>,
    lengths: Kept,
    #[serde(skip)]
    folder: PathBuf,
}

/// Content that the platform refuses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusedFields {
    fields: Map<String, Value>,
    #[serde(default)]
    field: String,
    words: String,
}

/// What the platform answers to who is too fast; `{seconds}` stands for how long to wait.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Throttled {
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

/// How many characters the platform keeps.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    title: usize,
    description: usize,
}

/// What the program answers.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Answer {
    Done(Value),
    NotOffered(String),
}

// === impl Described ===

impl Described {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it can't be read, or is not as described here.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
        let described: Self = toml::from_str(&text).with_context(|| file.display().to_string())?;
        let folder = file.canonicalize()?.parent().map_or_else(PathBuf::new, Path::to_owned);
        Ok(Self { folder, ..described })
    }

    async fn ask<T: DeserializeOwned>(&self, question: Value) -> anyhow::Result<Did<T>> {
        let [program, arguments @ ..] = self.program.as_slice() else { bail!("`program` is empty") };
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.folder).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("{program} can't be started"))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(question.to_string().as_bytes()).await?;
        }
        let output = child.wait_with_output().await?;
        if !output.status.success() {
            bail!("{program} asked {question}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let said = || format!("{program} asked {question}: {}", String::from_utf8_lossy(&output.stdout));
        Ok(match serde_json::from_slice(&output.stdout).with_context(said)? {
            Answer::Done(value) => Did::Done(serde_json::from_value(value).with_context(said)?),
            Answer::NotOffered(why) => Did::NotOffered(why),
        })
    }

    async fn look<T: DeserializeOwned>(&self, question: Value) -> anyhow::Result<T> {
        match self.ask(question).await? {
            Did::Done(seen) => Ok(seen),
            Did::NotOffered(why) => bail!("the platform can't be looked at: {why}"),
        }
    }
}

#[async_trait]
impl Platform for Described {
    fn adapter(&self) -> &str {
        &self.adapter
    }

    fn component(&self) -> PathBuf {
        self.folder.join(&self.component)
    }

    fn address(&self) -> String {
        self.address.clone()
    }

    fn base_path(&self) -> &str {
        &self.base_path
    }

    fn connection(&self) -> String {
        self.connection.clone()
    }

    fn secrets(&self) -> Vec<(&str, String)> {
        self.secrets.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
    }

    fn mapping(&self) -> String {
        self.mapping.clone()
    }

    fn settle(&self) -> &str {
        &self.settle
    }

    fn other_addresses(&self) -> Vec<String> {
        self.other_addresses.clone()
    }

    async fn tickets(&self, kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>> {
        self.look(json!({ "do": "tickets", "kind": kind, "key": key })).await
    }

    async fn ticket(&self, kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>> {
        self.look(json!({ "do": "ticket", "kind": kind, "id": id })).await
    }

    async fn act(&self, kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did> {
        let text = match act {
            Human::Retitle(text) | Human::Note(text) => text.as_str(),
            _ => "",
        };
        let act = act.words().replace(' ', "-").replace("-the-", "-");
        self.ask(json!({ "do": "act", "kind": kind, "id": id, "act": act, "text": text })).await
    }

    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>> {
        self.ask(json!({ "do": "write_row", "kind": kind, "id": id, "title": title })).await
    }

    fn refused(&self) -> Refused {
        let RefusedFields { fields, field, words } = self.refused.clone();
        Refused { fields, field, words }
    }

    fn throttled(&self, seconds: u32) -> Canned {
        let filled = |text: &str| text.replace("{seconds}", &seconds.to_string());
        match &self.throttled {
            None => Canned::too_many_requests(seconds),
            Some(Throttled { status, headers, body }) => Canned {
                status: *status,
                headers: headers.iter().map(|(name, value)| (name.clone(), filled(value))).collect(),
                body: filled(body),
            },
        }
    }

    async fn expire_tokens(&self) -> anyhow::Result<Did> {
        self.ask(json!({ "do": "expire_tokens" })).await
    }

    fn lengths(&self) -> Lengths {
        Lengths { title: self.lengths.title, description: self.lengths.description }
    }
}

fn one_second() -> String {
    "1s".to_owned()
}
