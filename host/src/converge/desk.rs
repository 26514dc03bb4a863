//! What convergence needs of the rest of the gateway, as traits: who decides over a ticket now, who maps, who speaks to
//! the platform.
//!
//! A [`Desk`] hands out an [`Assignment`] for a claimed ticket. It holds the generation's mapper and platform, so that
//! work under way ends on the generation that it began with, however often the configuration is replaced meanwhile.

use super::policies::Policies;
use crate::domain::{
    CallBudget, CallError, Change, ConnectionName, Content, FieldFault, Labels, MappingInput, MappingName,
    PlatformTicket, Related, RouteName, TicketKey, Timestamp, WorkItem, WorkItemKind,
};
use crate::ledger::Claimed;
use async_trait::async_trait;
use std::{sync::Arc, time::Duration};

/// What an adapter can do with one kind of work item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Make it.
    pub create: bool,
    /// Find it by its key.
    pub find: bool,
    /// Read it.
    pub read: bool,
    /// Change it.
    pub update: bool,
    /// End it.
    pub resolve: bool,
    /// Bring it back.
    pub reopen: bool,
    /// Tell people something in it.
    pub annotate: bool,
    /// The same key twice is one.
    pub idempotent: bool,
}

/// Whose fault it is that something cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blame {
    /// Who posted the alert.
    Sender,
    /// Who wrote the configuration.
    Operator,
    /// Who wrote the plugin.
    Plugin,
    /// The ITSM platform.
    Platform,
    /// This gateway.
    Signalbox,
}

/// Who decides over a ticket now.
#[derive(Clone)]
pub struct Assignment {
    /// The route: the ticket's own, or the one that took its place.
    pub route: RouteName,
    /// Its mapping.
    pub mapping: MappingName,
    /// Its policies.
    pub policies: Policies,
    /// What the connection's adapter can do with the ticket's kind.
    pub abilities: Abilities,
    /// How long after a call's end its effect may still show.
    pub settle: Duration,
    /// How long one call to the adapter may take.
    pub deadline: Duration,
    /// When the maintenance window ends that the ticket stands in.
    pub maintenance: Option<Timestamp>,
    /// The gateway's name.
    pub gateway: String,
    /// More context for the mapping: `gateway.url`, `maintenance.change`.
    pub context: Labels,
    /// Other alerts that may have to do with this one.
    pub neighbours: Arc<dyn Neighbours>,
    /// The mapping itself.
    pub mapper: Arc<dyn Mapper>,
    /// The platform behind the connection.
    pub platform: Arc<dyn Platform>,
}

/// Whether a ticket can be worked on.
#[derive(Clone)]
pub enum Assigned {
    /// It can.
    To(Box<Assignment>),
    /// Its route is gone, and no other takes it.
    NoRoute,
    /// Its connection is paused, retired or gone: it waits until this moment at least.
    Waits {
        /// When to ask again.
        until: Timestamp,
    },
}

/// The current configuration, as far as tickets need it.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// The connections whose tickets may be worked on now, each with how many at a time.
    fn connections(&self) -> Vec<(ConnectionName, usize)>;

    /// Another number for each generation: a connection that was stopped is tried again.
    fn generation(&self) -> u64;

    /// Who decides over this ticket.
    async fn assign(&self, claimed: &Claimed) -> Assigned;

    /// Whether the platform takes the connection's credentials again.
    ///
    /// # Errors
    /// Why not.
    async fn probe(&self, connection: &ConnectionName) -> Result<(), CallFailure>;
}

/// What else is wrong around a ticket. It is asked when a mapping is about to be told, and not before.
#[async_trait]
pub trait Neighbours: Send + Sync + 'static {
    /// The most telling first.
    async fn related(&self, claimed: &Claimed) -> Vec<Related>;
}

/// Nothing is known of a ticket's surroundings.
#[async_trait]
impl Neighbours for () {
    async fn related(&self, _: &Claimed) -> Vec<Related> {
        Vec::new()
    }
}

/// A mapping in its generation.
#[async_trait]
pub trait Mapper: Send + Sync + 'static {
    /// The content for an alert in its context.
    ///
    /// # Errors
    /// It does not fit, is not wanted, or the plugin failed.
    async fn apply(&self, input: MappingInput) -> Result<Content, MappingFailure>;
}

/// An adapter on its connection, in its generation.
#[async_trait]
pub trait Platform: Send + Sync + 'static {
    /// Every ticket with exactly this key, oldest first.
    async fn find(&self, kind: WorkItemKind, key: &TicketKey, budget: CallBudget) -> Answered<Vec<PlatformTicket>>;

    /// The ticket as it is now.
    async fn read(&self, kind: WorkItemKind, id: &str, budget: CallBudget) -> Answered<PlatformTicket>;

    /// Makes it.
    async fn create(&self, item: WorkItem, budget: CallBudget) -> Answered<PlatformTicket>;

    /// Changes it.
    async fn amend(
        &self,
        ticket: PlatformTicket,
        change: Change,
        item: WorkItem,
        budget: CallBudget,
    ) -> Answered<PlatformTicket>;
}

/// What came of a call to the adapter.
#[derive(Clone, Debug)]
pub struct Answered<T> {
    /// The answer.
    pub result: Result<T, CallFailure>,
    /// The last request and its answer, without credentials, cut; empty where none was made.
    pub exchange: String,
}

/// Why an adapter's call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallFailure {
    /// The adapter says so.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The adapter itself failed.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
}

/// A plugin that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PluginFault {
    /// `trap`, `deadline`, `memory`, …
    pub reason: String,
    /// In words.
    pub message: String,
    /// Whose fault it is.
    pub blame: Blame,
    /// A request that may write was sent before it failed.
    pub may_have_written: bool,
    /// It says nothing about the plugin: no place was free, its breaker is open.
    pub passing: bool,
}

/// Why there is no content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingFailure {
    /// The settings do not fit this alert.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// The mapping wants no ticket for this alert.
    #[error("the mapping does not want it: {0}")]
    Unwanted(String),
    /// The plugin failed.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
}

// === impl Abilities ===

impl Abilities {
    /// What a manifest's `abilities` say of one kind: `create:incident` and its like; other names are for others.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>, kind: WorkItemKind) -> Self {
        let mut abilities = Self::default();
        for name in names {
            match name.split_once(':') {
                Some((ability, of)) if of == kind.as_str() => match ability {
                    "create" => abilities.create = true,
                    "find" => abilities.find = true,
                    "read" => abilities.read = true,
                    "update" => abilities.update = true,
                    "resolve" => abilities.resolve = true,
                    "reopen" => abilities.reopen = true,
                    "annotate" => abilities.annotate = true,
                    "idempotent" => abilities.idempotent = true,
                    _ => {}
                },
                _ => {}
            }
        }
        abilities
    }
}

// === impl Blame ===

impl Blame {
    /// The word that the ledger and output use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Operator => "operator",
            Self::Plugin => "plugin",
            Self::Platform => "platform",
            Self::Signalbox => "signalbox",
        }
    }
}
