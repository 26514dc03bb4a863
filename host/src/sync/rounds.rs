//! Which rounds are due, under way, and over.

use super::Trouble;
use crate::{
    converge::backoff,
    domain::{ConnectionName, Timestamp},
    ledger::MonitorTask,
};
use rand::Rng as _;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// What rounds are made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// Reading a platform's records.
    Pull(ConnectionName),
    /// Giving a sink what waits for it.
    Deliver(ConnectionName),
    /// Something that is done with a monitor.
    Monitor(ConnectionName, MonitorTask),
}

/// How a connection's rounds go in this process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// One is under way.
    pub under_way: bool,
    /// Rounds that are over, well or not.
    pub over: u64,
    /// When the last one ended.
    pub ended_at: Option<Timestamp>,
    /// Why the last one failed; empty where it did not.
    pub trouble: String,
    /// Nothing was done in the last one: another gateway on the ledger leads it.
    pub elsewhere: bool,
}

/// The rounds of this process.
#[derive(Debug, Default)]
pub struct Rounds {
    tasks: Mutex<BTreeMap<Task, Course>>,
    asked: Notify,
}

#[derive(Debug, Default)]
struct Course {
    round: Round,
    failures: u32,
    due: Option<Instant>,
}

// === impl Rounds ===

impl Rounds {
    /// Asks for a connection's rounds now; false where it has none.
    pub fn ask(&self, connection: &ConnectionName) -> bool {
        let mut tasks = self.lock();
        let mut any = false;
        for (_, course) in tasks.iter_mut().filter(|(task, _)| task.connection() == connection) {
            course.due = None;
            course.failures = 0;
            any = true;
        }
        if any {
            self.asked.notify_one();
        }
        any
    }

    /// How a connection's rounds go, of several the rarest; none where it has none.
    #[must_use]
    pub fn of(&self, connection: &ConnectionName) -> Option<Round> {
        let tasks = self.lock();
        tasks.iter().rfind(|(task, _)| task.connection() == connection).map(|(_, course)| course.round.clone())
    }

    /// How the rounds of a monitor's task go; none where it is not done now.
    #[must_use]
    pub fn of_monitor(&self, connection: &ConnectionName, task: MonitorTask) -> Option<Round> {
        self.lock().get(&Task::Monitor(connection.clone(), task)).map(|course| course.round.clone())
    }

    /// Waits until somebody asks for a round.
    pub(super) async fn asked(&self) {
        self.asked.notified().await;
    }

    /// Forgets the rounds of what is no longer there.
    pub(super) fn keep(&self, tasks: &BTreeSet<Task>) {
        let mut known = self.lock();
        known.retain(|task, course| tasks.contains(task) || course.round.under_way);
        for task in tasks {
            known.entry(task.clone()).or_default();
        }
    }

    /// Whether a round of this task is due now; then it begins.
    pub(super) fn begin(&self, task: &Task) -> bool {
        let mut tasks = self.lock();
        let Some(course) = tasks.get_mut(task) else { return false };
        let is_due = !course.round.under_way && course.due.is_none_or(|due| due <= Instant::now());
        course.round.under_way |= is_due;
        is_due
    }

    /// A round went well, and is made again after a pause.
    pub(super) fn end(&self, task: &Task, pause: Duration) {
        self.put_down(task, pause, None, false);
    }

    /// Another gateway makes them; it is looked again after a pause.
    pub(super) fn elsewhere(&self, task: &Task, pause: Duration) {
        self.put_down(task, pause, None, true);
    }

    fn put_down(&self, task: &Task, pause: Duration, trouble: Option<&Trouble>, elsewhere: bool) {
        let mut tasks = self.lock();
        let Some(course) = tasks.get_mut(task) else { return };
        course.failures = if trouble.is_some() { course.failures.saturating_add(1) } else { 0 };
        course.due = Some(Instant::now() + pause);
        course.round = Round {
            under_way: false,
            over: course.round.over.saturating_add(1),
            ended_at: Some(Timestamp::now()),
            trouble: trouble.map(ToString::to_string).unwrap_or_default(),
            elsewhere,
        };
    }

    /// A round failed, and is made again after a pause that grows with each failure.
    pub(super) fn fail(&self, task: &Task, trouble: &Trouble) {
        let failures = self.lock().get(task).map_or(0, |course| course.failures);
        let pause = backoff::pause(failures.saturating_add(1), trouble.retry_after(), rand::rng().random());
        self.put_down(task, pause, Some(trouble), false);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Task, Course>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Task ===

impl Task {
    fn connection(&self) -> &ConnectionName {
        match self {
            Self::Pull(name) | Self::Deliver(name) | Self::Monitor(name, _) => name,
        }
    }
}

impl fmt::Display for Task {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pull(name) => write!(out, "pull/{name}"),
            Self::Deliver(name) => write!(out, "sink/{name}"),
            Self::Monitor(name, task) => write!(out, "{}/{name}", task.as_str()),
        }
    }
}
