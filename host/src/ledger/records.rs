//! Records that were read back from ITSM platforms, and what sinks are to take of them.
//!
//! Two promises. A pull's cursor is written in the transaction that keeps its page, so that it is never ahead of what is
//! kept. And what a sink is given stands in its outbox, under a sequence of its own, until the sink has confirmed it: it
//! comes again as often as it must. Of a record that changes faster than it is taken away only the latest version is given.
//!
//! Each pull, and each sink, is worked on by one gateway at a time: its leader. What another one writes is refused.

use super::LedgerError;
use crate::domain::{ConnectionName, Delivery, Item, ItsmRecord, RecordKind, Timestamp};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The right to do a standing task, until a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leader {
    /// `pull/NAME`, `sink/NAME`.
    pub task: String,
    /// Which process.
    pub owner: String,
    /// Until when nobody else may.
    pub until: Timestamp,
}

/// Which pull.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PullName {
    /// From where.
    pub connection: ConnectionName,
    /// What.
    pub kind: RecordKind,
}

/// Where a pull stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullState {
    /// Which.
    #[serde(flatten)]
    pub name: PullName,
    /// How far back its first reading goes.
    pub since: Timestamp,
    /// Where to go on; the adapter's.
    pub cursor: Option<String>,
    /// The latest change that was read.
    pub reached: Option<Timestamp>,
    /// Records that were read, those that came twice included.
    pub read: u64,
    /// When a page was last kept.
    pub read_at: Option<Timestamp>,
    /// When the first reading had caught up; none while it has not.
    pub filled_at: Option<Timestamp>,
    /// Why the last reading failed; empty where it did not.
    pub trouble: String,
}

/// A page to be kept.
#[derive(Clone, Debug)]
pub struct PulledPage {
    /// As the adapter answered them.
    pub records: Vec<ItsmRecord>,
    /// Where to go on.
    pub cursor: String,
    /// Whether there is more now.
    pub more: bool,
    /// When it was asked for.
    pub at: Timestamp,
}

/// How far a sink is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SinkState {
    /// Its connection's name.
    pub sink: String,
    /// What it has taken, refused items included.
    pub delivered: u64,
    /// When it last took anything.
    pub delivered_at: Option<Timestamp>,
    /// Changes and events that it has not taken yet.
    pub waiting: u64,
    /// What its other side refused, and nobody has dealt with.
    pub refused: u64,
    /// Why the last delivery failed; empty where it did not.
    pub trouble: String,
}

/// What a sink's other side will never take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    /// Its number.
    pub id: i64,
    /// The sink's connection.
    pub sink: String,
    /// Under which sequence it was given.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// In the other side's words.
    pub message: String,
    /// What.
    pub item: Item,
}

/// The most that a sink is given at once; the first item is given however large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    /// Items.
    pub items: u32,
    /// Bytes of all of them, as the ledger keeps them.
    pub bytes: usize,
}

/// What is kept of pulls and sinks.
#[async_trait]
pub trait Records: Send + Sync {
    /// Makes `leader.owner` the one who does the task, or keeps it so; false where another one does.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn lead(&self, leader: &Leader, now: Timestamp) -> Result<bool, LedgerError>;

    /// Lets go of a task, so that another gateway need not wait.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn step_down(&self, leader: &Leader) -> Result<(), LedgerError>;

    /// Where a pull stands; it begins at `since` where it was never made.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn pull(&self, name: &PullName, since: Timestamp) -> Result<PullState, LedgerError>;

    /// Keeps a page and its cursor, together. Answers how many records were new or other than before. A live ticket that a
    /// record shows to be other than it was last seen is made due.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`]: nothing was kept.
    async fn keep(&self, leader: &Leader, name: &PullName, page: PulledPage) -> Result<u64, LedgerError>;

    /// Says why a reading failed.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn pull_failed(&self, name: &PullName, why: &str) -> Result<(), LedgerError>;

    /// All pulls.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn pulls(&self) -> Result<Vec<PullState>, LedgerError>;

    /// Whether anything waits for a sink.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn waits(&self, sink: &ConnectionName) -> Result<bool, LedgerError>;

    /// What a sink is to take next, in its order and no more than `most`: what it was given and has not confirmed, under the
    /// sequences that it had, or else what it was never given.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`].
    async fn outbox(&self, leader: &Leader, sink: &ConnectionName, most: Portion)
    -> Result<Vec<Delivery>, LedgerError>;

    /// A sink has taken all up to `through`, but for what its other side refuses.
    ///
    /// # Errors
    /// [`LedgerError::NotLeader`].
    async fn delivered(
        &self,
        leader: &Leader,
        sink: &ConnectionName,
        through: u64,
        refused: Vec<(u64, String)>,
        at: Timestamp,
    ) -> Result<(), LedgerError>;

    /// Says why a delivery failed.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn sink_failed(&self, sink: &ConnectionName, why: &str) -> Result<(), LedgerError>;

    /// All sinks that were ever given anything.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn sinks(&self) -> Result<Vec<SinkState>, LedgerError>;

    /// What sinks' other sides will never take, newest first.
    ///
    /// # Errors
    /// [`LedgerError::Unavailable`].
    async fn refusals(&self, limit: u32) -> Result<Vec<RefusalRow>, LedgerError>;

    /// Gives a refused item to its sink once more: a record as it is now, an event as it was.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    async fn refused_again(&self, id: i64) -> Result<(), LedgerError>;

    /// Takes a refused item out of the operator's sight for good.
    ///
    /// # Errors
    /// [`LedgerError::NotFound`].
    async fn drop_refused(&self, id: i64) -> Result<(), LedgerError>;
}
