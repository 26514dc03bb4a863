//! The way back: records are read from ITSM platforms, and taken away by sinks.
//!
//! Each connection has a round of its own: a pull reads what has changed since its cursor and rests, a sink takes what waits
//! for it. A monitor has three: it is asked for facts about new alerts, told of tickets, and asked for the condition of old
//! alerts. Rounds of different connections go on side by side; of one task there is never more than one, whichever of
//! the gateways on the ledger makes it. A round that fails is made again after a pause that grows; what it had done stands
//! in the ledger.

mod deliver;
mod enrich;
mod pull;
mod recheck;
mod report;
mod rounds;
mod trouble;

pub use rounds::{Round, Rounds};
pub use trouble::Trouble;

use crate::{
    converge::health::Health,
    domain::{ConnectionName, Timestamp, with_causes},
    generation::{Current, Generation, Monitor},
    ingest::Intake,
    ledger::{Leader, LedgerError, MonitorTask, Monitors, Records},
};
use deliver::Delivering;
use enrich::Enriching;
use pull::Pulling;
use recheck::Rechecking;
use report::Reporting;
use rounds::Task;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether a round is due.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long another gateway's round is left alone.
const OTHERS: Duration = Duration::from_secs(5);
/// The longest that a task is led without a sign of life. A ticket's lease must outlive whatever was sent under it; who leads
/// gives a sign of life three times as often, and writes nothing once another has taken over.
pub const LONGEST_LEAD: Duration = Duration::from_secs(30);

/// Makes the rounds.
pub struct Sync {
    /// Which connections there are.
    pub current: Arc<Current>,
    /// Where records are kept.
    pub records: Arc<dyn Records>,
    /// Where it is kept what monitors are asked and told.
    pub monitors: Arc<dyn Monitors>,
    /// Where what monitors say of their alerts is taken in.
    pub intake: Arc<Intake>,
    /// Which connections are stopped.
    pub health: Arc<Health>,
    /// Which rounds are due.
    pub rounds: Arc<Rounds>,
    /// This process, among the gateways on the ledger.
    pub owner: String,
    /// How long it leads a task without a sign of life.
    pub lease: Duration,
}

/// What came of a round.
enum Done {
    /// All was read, or taken; look again then.
    Rest(Duration),
    /// Another gateway makes it.
    Elsewhere,
}

// === impl Sync ===

impl Sync {
    /// Makes rounds until `stop`; then ends those under way.
    pub async fn run(self, stop: CancellationToken) {
        let sync = Arc::new(self);
        let mut under_way = JoinSet::new();
        let mut looks = tokio::time::interval(LOOK_EVERY);
        while !stop.is_cancelled() {
            tokio::select! {
                _ = looks.tick() => {}
                () = sync.rounds.asked() => {}
                () = stop.cancelled() => break,
            }
            while under_way.try_join_next().is_some() {}
            let generation = sync.current.load();
            let tasks = sync.tasks(&generation);
            sync.rounds.keep(&tasks);
            for task in tasks {
                if sync.rounds.begin(&task) {
                    let (sync, generation, stop) = (sync.clone(), generation.clone(), stop.clone());
                    under_way.spawn(async move { sync.round(&generation, &task, &stop).await });
                }
            }
        }
        while under_way.join_next().await.is_some() {}
        sync.let_go().await;
    }

    /// Other gateways, or the next start of this one, need not wait for what this one does no more.
    async fn let_go(&self) {
        for task in self.tasks(&self.current.load()) {
            let leader = Leader { task: task.to_string(), owner: self.owner.clone(), until: Timestamp::now() };
            if let Err(error) = self.records.step_down(&leader).await {
                tracing::warn!(%task, error = with_causes(&error), "the task is kept for a while");
            }
        }
    }

    /// What this generation reads and delivers, but for what is paused or stopped.
    fn tasks(&self, generation: &Generation) -> BTreeSet<Task> {
        let pulls = generation.platforms.iter().filter(|(name, platform)| {
            platform.pull.is_some() && !platform.peer.paused && !self.health.is_stopped(name)
        });
        let sinks = generation.sinks.iter().filter(|(_, sink)| !sink.paused);
        let monitors = generation.monitors.iter().filter(|(_, monitor)| !monitor.peer.paused);
        let pulls = pulls.map(|(name, _)| Task::Pull(name.clone()));
        let sinks = sinks.map(|(name, _)| Task::Deliver(name.clone()));
        let monitors = monitors.flat_map(|(name, monitor)| {
            let able = MonitorTask::ALL.into_iter().filter(|task| is_done_with(monitor, *task));
            able.map(|task| Task::Monitor(name.clone(), task))
        });
        pulls.chain(sinks).chain(monitors).collect()
    }

    async fn round(&self, generation: &Generation, task: &Task, stop: &CancellationToken) {
        match self.led(generation, task, stop).await {
            Ok(Done::Rest(pause)) => self.rounds.end(task, pause),
            Ok(Done::Elsewhere) => self.rounds.elsewhere(task, OTHERS),
            Err(trouble) => {
                if let (Task::Pull(name), Some(why)) = (task, trouble.refused_credentials()) {
                    self.health.stop(name, why, generation.number, Timestamp::now());
                }
                tracing::warn!(%task, %trouble, "the round failed, and is made again");
                self.rounds.fail(task, &trouble);
            }
        }
    }

    /// Makes a round as long as this gateway leads it.
    async fn led(&self, generation: &Generation, task: &Task, stop: &CancellationToken) -> Result<Done, Trouble> {
        if let Some(rest) = self.nothing_waits(task).await? {
            return Ok(Done::Rest(rest));
        }
        let Some(leader) = self.lead(task, self.lease).await? else { return Ok(Done::Elsewhere) };
        let work = async {
            match task {
                Task::Pull(name) => match generation.platforms.get(name) {
                    Some(platform) => Pulling { sync: self, name, platform, leader: &leader }.round(stop).await,
                    None => Ok(Done::Elsewhere),
                },
                Task::Deliver(name) => match generation.sinks.get(name) {
                    Some(sink) => Delivering { sync: self, name, sink, leader: &leader }.round(stop).await,
                    None => Ok(Done::Elsewhere),
                },
                Task::Monitor(name, kind) => match generation.monitors.get(name) {
                    Some(monitor) => self.monitor(generation, &leader, (name, monitor), *kind, stop).await,
                    None => Ok(Done::Elsewhere),
                },
            }
        };
        let done = tokio::select! {
            done = work => done?,
            lost = self.go_on_leading(task) => lost?,
        };
        // Whoever leads does so until its next round: another gateway would only do the same once more.
        if let Done::Rest(pause) = done
            && pause > self.lease / 3
        {
            self.lead(task, pause + self.lease).await?;
        }
        Ok(done)
    }

    /// How long a task rests for which there is nothing to do; it is not led for that.
    async fn nothing_waits(&self, task: &Task) -> Result<Option<Duration>, LedgerError> {
        let (waits, rest) = match task {
            Task::Deliver(name) => (self.records.waits(name).await?, deliver::REST),
            Task::Monitor(name, MonitorTask::Enrich) => (self.waits(name, MonitorTask::Enrich).await?, enrich::REST),
            Task::Monitor(name, MonitorTask::Report) => (self.waits(name, MonitorTask::Report).await?, report::REST),
            Task::Pull(_) | Task::Monitor(_, MonitorTask::Recheck) => return Ok(None),
        };
        Ok((!waits).then_some(rest))
    }

    /// Whether anything is to be done with a monitor now.
    async fn waits(&self, monitor: &ConnectionName, task: MonitorTask) -> Result<bool, LedgerError> {
        self.monitors.anything(monitor, task, Timestamp::now()).await
    }

    async fn monitor(
        &self,
        generation: &Generation,
        leader: &Leader,
        (name, monitor): (&ConnectionName, &Monitor),
        task: MonitorTask,
        stop: &CancellationToken,
    ) -> Result<Done, Trouble> {
        let done = match task {
            MonitorTask::Enrich => Enriching { sync: self, name, monitor, leader, generation }.round(stop).await,
            MonitorTask::Report => Reporting { sync: self, name, monitor, leader }.round(stop).await,
            MonitorTask::Recheck => Rechecking { sync: self, name, monitor, leader }.round(stop).await,
        };
        if let Err(trouble @ Trouble::Call(_)) = &done {
            self.monitors.monitor_failed(name, task, &trouble.to_string()).await?;
        }
        done
    }

    /// Leads a task for a time, or goes on to do so; none where another gateway does.
    async fn lead(&self, task: &Task, time: Duration) -> Result<Option<Leader>, LedgerError> {
        let now = Timestamp::now();
        let leader = Leader { task: task.to_string(), owner: self.owner.clone(), until: now.after(time) };
        Ok(self.records.lead(&leader, now).await?.then_some(leader))
    }

    /// Goes on leading, and ends when another gateway has taken over.
    async fn go_on_leading(&self, task: &Task) -> Result<Done, Trouble> {
        loop {
            tokio::time::sleep(self.lease / 3).await;
            if self.lead(task, self.lease).await?.is_none() {
                return Ok(Done::Elsewhere);
            }
        }
    }
}

/// Whether a monitor can do it, and has anything to do it for.
fn is_done_with(monitor: &Monitor, task: MonitorTask) -> bool {
    let able = match task {
        MonitorTask::Enrich => monitor.enrich.is_some(),
        MonitorTask::Report => monitor.reports,
        MonitorTask::Recheck => monitor.recheck.is_some(),
    };
    able && !monitor.sources.is_empty()
}
