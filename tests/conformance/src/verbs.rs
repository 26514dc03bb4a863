//! The adapter's own verbs, called as the gateway calls them: its runtime, its outbound, its credentials; no convergence.

use anyhow::{Context, bail};
use signalbox::{
    converge::desk::CallFailure,
    domain::{
        CallBudget, CallError, CallErrorKind, Change, ConnectionName, Content, Note, PlatformTicket, ProblemId,
        RecordKind, Severity, TicketKey, Timestamp, WorkItem, WorkItemKind,
    },
    generation::{Platform, Workshop, build, call_failure},
    plugin::{self, Page, ProbeReport},
};
use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// An adapter on its connection.
pub struct Verbs {
    platform: Platform,
    deadline: Duration,
    gateway: String,
    items: AtomicU32,
}

/// What a verb came to.
pub type Called<T> = Result<T, CallFailure>;

// === impl Verbs ===

impl Verbs {
    /// As a configuration has it.
    ///
    /// # Errors
    /// Where the configuration is refused: the words say all that is wrong with it.
    pub async fn load(path: &Path, workshop: &Workshop, gateway: &str) -> anyhow::Result<Self> {
        let config = signalbox::config::load(path)?;
        let mut generation = build(config, workshop, 1).await?;
        let name: ConnectionName = "desk".parse()?;
        let platform = generation.platforms.remove(&name).context("the configuration has no connection")?;
        Ok(Self { deadline: platform.peer.deadline, platform, gateway: gateway.to_owned(), items: AtomicU32::new(0) })
    }

    /// A work item for a problem that no ticket was ever made for.
    #[must_use]
    pub fn item(&self, title: &str) -> WorkItem {
        let number = self.items.fetch_add(1, Ordering::Relaxed);
        let problem = ProblemId::from(format!("{:024x}{number:016x}", Timestamp::now().nanos()));
        WorkItem {
            kind: WorkItemKind::Incident,
            key: TicketKey::of(&problem, 1),
            problem,
            follows: None,
            content: Content {
                title: Some(title.to_owned()),
                description: Some("Told by the conformance suite.".to_owned()),
                severity: Some(Severity::Warning),
                ..Content::default()
            },
            labels: vec![
                ("alert.id".to_owned(), format!("alert-{number}")),
                ("alert.source".to_owned(), "azure".to_owned()),
                ("alert.rule".to_owned(), "cpu".to_owned()),
                ("alert.condition".to_owned(), "fired".to_owned()),
                ("resource.name".to_owned(), "web-01".to_owned()),
                ("gateway".to_owned(), self.gateway.clone()),
                ("route".to_owned(), "everything".to_owned()),
            ],
            notes: Vec::new(),
            attachments: Vec::new(),
            again: false,
        }
    }

    /// Of the same ticket, with nothing to change.
    #[must_use]
    pub fn more(&self, item: &WorkItem) -> WorkItem {
        WorkItem { content: Content::default(), notes: Vec::new(), again: false, ..item.clone() }
    }

    /// Is it there?
    ///
    /// # Errors
    /// As the adapter says.
    pub async fn probe(&self) -> Called<ProbeReport> {
        self.told(self.platform.peer.plugin.probe(self.budget()).await)
    }

    /// By key.
    ///
    /// # Errors
    /// As the adapter says.
    pub async fn find(&self, kind: WorkItemKind, key: &TicketKey) -> Called<Vec<PlatformTicket>> {
        self.told(self.platform.peer.plugin.find(kind, key, self.budget()).await)
    }

    /// By id.
    ///
    /// # Errors
    /// As the adapter says.
    pub async fn read(&self, kind: WorkItemKind, id: &str) -> Called<PlatformTicket> {
        self.told(self.platform.peer.plugin.read(kind, id, self.budget()).await)
    }

    /// A new ticket.
    ///
    /// # Errors
    /// As the adapter says.
    pub async fn create(&self, item: &WorkItem) -> Called<PlatformTicket> {
        self.told(self.platform.peer.plugin.create(item.clone(), self.budget()).await)
    }

    /// A change.
    ///
    /// # Errors
    /// As the adapter says.
    pub async fn amend(&self, ticket: &PlatformTicket, change: Change, item: &WorkItem) -> Called<PlatformTicket> {
        self.told(self.platform.peer.plugin.amend(ticket.clone(), change, item.clone(), self.budget()).await)
    }

    /// What has changed.
    ///
    /// # Errors
    /// As the adapter says.
    pub async fn list(&self, kind: RecordKind, cursor: Option<String>, since: Timestamp, limit: u32) -> Called<Page> {
        self.told(self.platform.peer.plugin.list_records(kind, cursor, since, limit, self.budget()).await)
    }

    fn budget(&self) -> CallBudget {
        CallBudget { deadline: Instant::now() + self.deadline, send_before: None }
    }

    fn told<T>(&self, answer: Result<T, plugin::CallFailure>) -> Called<T> {
        answer.map_err(|failure| call_failure(failure, &self.platform.peer.connection))
    }
}

/// A note as the gateway makes it, with its id in the last line.
#[must_use]
pub fn note(key: &TicketKey, number: u32, text: &str) -> Note {
    let short: String = key.as_str().chars().rev().take(12).collect::<Vec<_>>().into_iter().rev().collect();
    let id = format!("{}.{number}", short.trim_start_matches('-'));
    Note { at: Timestamp::now(), text: format!("{text}\n[{id}]"), id }
}

/// The error of a call that must have failed so.
///
/// # Errors
/// Where it went well, or failed in another way.
pub fn failed_as<T: std::fmt::Debug>(what: &str, called: Called<T>, kind: CallErrorKind) -> anyhow::Result<CallError> {
    match called {
        Err(CallFailure::Call(error)) if error.kind == kind => Ok(error),
        Err(CallFailure::Call(error)) => bail!("{what}: {:?} (`{error}`) and not {kind:?}", error.kind),
        Err(CallFailure::Plugin(fault)) => bail!("{what}: the plugin failed: {fault}"),
        Ok(answer) => bail!("{what}: went well: {answer:?}"),
    }
}
