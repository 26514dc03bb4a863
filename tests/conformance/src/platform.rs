//! A platform under test, as the suite needs it.
//!
//! The suite asks two things of whoever brings a platform: how a gateway reaches it, and what a person in front of it sees and
//! does. Whatever can go wrong on the way (lost answers, pages, limits, expired tokens, wrong passwords) is made by the suite's
//! own [proxy](crate::proxy), so a real server that can't fail on demand is tested like a simulator that can.
//!
//! Looking is not asking the adapter: [`Platform::tickets`] goes to the platform's own memory, its database, or its interface
//! by another account. What it answers is what the adapter is judged by.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use signalbox::domain::{RecordKind, TicketState, WorkItemKind};
use std::path::PathBuf;

/// A platform that runs, with an adapter for it. It lives as long as the suite; behaviours share it, each with keys of its own.
#[async_trait]
pub trait Platform: Send + Sync {
    /// The adapter's name, and its column's in the table.
    fn adapter(&self) -> &str;

    /// The adapter's component.
    fn component(&self) -> PathBuf {
        signalbox_e2e::plugins().join(format!("{}.wasm", self.adapter()))
    }

    /// Where it listens, by plain HTTP and without a path: `http://127.0.0.1:40123`.
    fn address(&self) -> String;

    /// What the connection's `url` has after the address; `/api` say.
    fn base_path(&self) -> &str {
        ""
    }

    /// The rest of `[connections.desk]` in a gateway's configuration: `auth`, and `settings` at the end. Keys that the suite
    /// sets: `adapter`, `url`, `networks`, `settle`, `limits`. `{address}` stands for where the gateway reaches the platform.
    /// A secret is a reference to a file of [`Platform::secrets`]: `password = { file = "password" }`.
    fn connection(&self) -> String;

    /// Secrets by the name of their file, each with the right value. The platform takes no others.
    fn secrets(&self) -> Vec<(&str, String)>;

    /// `[mappings.standard.settings]`: what tickets of this platform can't be made without.
    fn mapping(&self) -> String {
        String::new()
    }

    /// How long after a request's end the platform may still show its effect, as the configuration writes it.
    fn settle(&self) -> &str {
        "1s"
    }

    /// Other addresses that the platform calls itself in its answers' links; the proxy puts its own in their place.
    fn other_addresses(&self) -> Vec<String> {
        Vec::new()
    }

    /// Every ticket that has this key now, oldest first.
    ///
    /// # Errors
    /// Where the platform can't be looked at.
    async fn tickets(&self, kind: WorkItemKind, key: &str) -> anyhow::Result<Vec<Seen>>;

    /// The ticket with this id, as the adapter gives ids; none where there is none (any more).
    ///
    /// # Errors
    /// Where the platform can't be looked at.
    async fn ticket(&self, kind: WorkItemKind, id: &str) -> anyhow::Result<Option<Seen>>;

    /// Does to a ticket what a person would, by the platform's rules.
    ///
    /// # Errors
    /// Where it can't be done although the platform offers it.
    async fn act(&self, kind: WorkItemKind, id: &str, act: &Human) -> anyhow::Result<Did>;

    /// Writes a row as a person would, without a gateway's key: a new one where `id` is none, else its title anew. Answers its
    /// id, as the adapter's records have it.
    ///
    /// # Errors
    /// Where it can't be done although the platform offers it.
    async fn write_row(&self, kind: RecordKind, id: Option<&str>, title: &str) -> anyhow::Result<Did<String>>;

    /// Content that the platform refuses, on create and on update alike.
    fn refused(&self) -> Refused;

    /// What it answers to who is too fast, and how it says for how many seconds.
    fn throttled(&self, seconds: u32) -> Canned {
        Canned::too_many_requests(seconds)
    }

    /// Ends every access token that it has given out. Where it is not offered the proxy spoils the token of one request, which
    /// the platform then refuses in its own words.
    ///
    /// # Errors
    /// Where it can't be done although the platform offers it.
    async fn expire_tokens(&self) -> anyhow::Result<Did> {
        Ok(Did::NotOffered("tokens can't be ended on demand".to_owned()))
    }

    /// What one may try with it while the demo stays up, a line each.
    fn hints(&self) -> Vec<String> {
        Vec::new()
    }

    /// The most characters that it keeps of a title, and of a description; more is cut by the adapter, with a mark.
    fn lengths(&self) -> Lengths;
}

/// A ticket as a person sees it on the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// As the adapter gives ids.
    pub id: String,
    /// What people read out.
    pub number: String,
    /// The gateway's key that stands in it; empty where there is none.
    pub key: String,
    /// One line.
    pub title: String,
    /// As text; markup that the adapter wrote is taken off.
    pub description: String,
    /// In the words that all platforms share.
    pub state: TicketState,
    /// The platform's own words for how bad it is (priority, impact and urgency together, say): whatever severity decides.
    pub severity: String,
    /// How it ended: the text that was given with the resolution; empty where there is none.
    pub resolution: String,
    /// Notes for people, oldest first.
    pub notes: Vec<String>,
    /// Numbers and ids of tickets that it is tied to: predecessors, parents, duplicates.
    pub ties: Vec<String>,
}

/// What a person does to a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Human {
    /// Resolves it: the work is done, it can come back.
    Resolve,
    /// Closes it for good, by whatever states that takes.
    Close,
    /// Deletes it, so that nobody sees it any more.
    Delete,
    /// Merges it into, or closes it as a duplicate of, another ticket that the person makes for that.
    Merge,
    /// Empties the field that holds the gateway's key.
    TakeOutKey,
    /// Gives it another title.
    Retitle(String),
    /// Writes a note.
    Note(String),
}

/// Whether the platform has such a thing at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did<T = ()> {
    /// It was done.
    Done(T),
    /// The platform offers no such thing; why, in a few words for the table.
    NotOffered(String),
}

/// Content that the platform refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The platform's own fields with a value that it refuses.
    pub fields: Map<String, Value>,
    /// The refused field as the adapter's error must name it; empty where the platform does not say which it is.
    pub field: String,
    /// A part of the platform's own words.
    pub words: String,
}

/// An answer of the platform's that the proxy gives in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canned {
    /// The status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

/// How much text the platform keeps, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// Of a title.
    pub title: usize,
    /// Of a description.
    pub description: usize,
}

// === impl Canned ===

impl Canned {
    /// What RFC 6585 says to who is too fast.
    #[must_use]
    pub fn too_many_requests(seconds: u32) -> Self {
        Self {
            status: 429,
            headers: vec![("retry-after".to_owned(), seconds.to_string())],
            body: "Too Many Requests".to_owned(),
        }
    }
}

// === impl Human ===

impl Human {
    /// In words, for the table.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Close => "close",
            Self::Delete => "delete",
            Self::Merge => "merge",
            Self::TakeOutKey => "take out the key",
            Self::Retitle(_) => "retitle",
            Self::Note(_) => "note",
        }
    }
}
