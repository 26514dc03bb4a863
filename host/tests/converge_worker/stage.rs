//! A worker on a stage: a ledger in memory, a mapping and a platform whose answers are written down beforehand.

use crate::clock::{ModelClock, NoChance};
use crate::ledger::{ModelLedger, Observation, Row};
use async_trait::async_trait;
use signalbox::converge::clock::Clock;
use signalbox::converge::desk::*;
use signalbox::converge::health::Health;
use signalbox::converge::life::Life;
use signalbox::converge::plan::plan;
use signalbox::converge::policies::Policies;
use signalbox::converge::worker::{Leases, Worker};
use signalbox::domain::MappingInput;
use signalbox::domain::*;
use signalbox::ledger::{Claimed, Ledger};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const EVERYTHING: Abilities = Abilities {
    create: true,
    find: true,
    read: true,
    update: true,
    resolve: true,
    reopen: true,
    annotate: true,
    idempotent: false,
};

/// What an adapter's call answers.
pub type Answer = Result<PlatformTicket, CallFailure>;
/// What a mapping answers.
pub type Mapped = Result<Content, MappingFailure>;

/// See the module.
pub struct Stage {
    pub clock: Arc<ModelClock>,
    pub ledger: Arc<ModelLedger>,
    pub desk: Arc<StageDesk>,
    pub health: Arc<Health>,
    worker: Worker,
    observed: Mutex<u32>,
}

pub struct StageDesk {
    pub assigned: Mutex<Option<Assigned>>,
    pub policies: Mutex<Policies>,
    pub abilities: Mutex<Abilities>,
    pub script: Arc<Script>,
}

/// Answers that are written down, and calls that were made.
#[derive(Default)]
pub struct Script {
    pub answers: Mutex<VecDeque<Answer>>,
    pub found: Mutex<VecDeque<Result<Vec<PlatformTicket>, CallFailure>>>,
    pub mapped: Mutex<VecDeque<Mapped>>,
    pub calls: Mutex<Vec<String>>,
    pub items: Mutex<Vec<WorkItem>>,
    pub inputs: Mutex<Vec<MappingInput>>,
}

// === impl Stage ===

impl Stage {
    pub fn new() -> Self {
        let clock = Arc::new(ModelClock::default());
        let ledger = Arc::new(ModelLedger::new(false));
        let desk = Arc::new(StageDesk {
            assigned: Mutex::new(None),
            policies: Mutex::default(),
            abilities: Mutex::new(EVERYTHING),
            script: Arc::default(),
        });
        let health = Arc::new(Health::default());
        let worker = Worker {
            ledger: ledger.clone(),
            desk: desk.clone(),
            health: health.clone(),
            clock: clock.clone(),
            chance: Arc::new(NoChance),
            planner: Arc::new(plan),
            leases: Leases { span: Duration::from_secs(60), margin: Duration::from_secs(5) },
        };
        Self { clock, ledger, desk, health, worker, observed: Mutex::default() }
    }

    /// A problem that fires, whose ticket was created as T1 just now.
    pub async fn created() -> Self {
        let stage = Self::new();
        stage.answers([Ok(stage.ticket("1", TicketState::Open))]);
        stage.observe(Condition::Fired).await;
        stage.clear();
        stage
    }

    pub fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.desk.script.answers.lock().unwrap().extend(answers);
    }

    pub fn maps(&self, mapped: impl IntoIterator<Item = Mapped>) {
        self.desk.script.mapped.lock().unwrap().extend(mapped);
    }

    pub fn finds(&self, found: Vec<PlatformTicket>) {
        self.desk.script.found.lock().unwrap().push_back(Ok(found));
    }

    /// The problem is observed anew, and all that is due is done.
    pub async fn observe(&self, condition: Condition) {
        self.observe_severity(condition, Severity::Error).await;
    }

    pub async fn observe_severity(&self, condition: Condition, severity: Severity) {
        self.clock.advance(Duration::from_secs(1));
        let now = self.clock.now();
        let count = {
            let mut observed = self.observed.lock().unwrap();
            *observed += 1;
            *observed
        };
        let episode = Episode { fired_at: now, observed_at: now, condition };
        let id = AlertId::from(format!("alert {count}"));
        self.ledger.observe(&Observation { key: "key".into(), episode, severity, id }, now);
        self.work().await;
    }

    pub async fn after(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
        self.work().await;
    }

    /// Does all that is due.
    pub async fn work(&self) {
        let now = self.clock.now();
        let until = now.after(self.worker.leases.span);
        for claimed in self.ledger.claim("stage", &[], now, until, 10).await.unwrap() {
            self.worker.converge(claimed).await.unwrap();
        }
    }

    pub fn row(&self) -> Row {
        self.ledger.rows().pop().unwrap()
    }

    pub fn life(&self) -> Life {
        Life::parse(self.row().life.as_deref()).unwrap()
    }

    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.desk.script.calls.lock().unwrap())
    }

    pub fn item(&self) -> WorkItem {
        self.desk.script.items.lock().unwrap().last().unwrap().clone()
    }

    pub fn says(&self, event: &str) -> Vec<String> {
        self.row().timeline.into_iter().filter(|entry| entry.event == event).map(|entry| entry.text).collect()
    }

    pub fn clear(&self) {
        self.calls();
    }

    pub fn ticket(&self, version: &str, state: TicketState) -> PlatformTicket {
        ticket(&TicketKey::of(&crate::ledger::problem(), 1), version, state)
    }
}

pub fn ticket(key: &TicketKey, version: &str, state: TicketState) -> PlatformTicket {
    PlatformTicket {
        url: "https://desk.example/T1".into(),
        state,
        version: version.into(),
        ..PlatformTicket::new("id-1", "T1", key.to_string())
    }
}

pub fn refuses(kind: CallErrorKind) -> CallFailure {
    CallFailure::Call(CallError {
        kind,
        code: "E7".into(),
        message: "the desk says no".into(),
        field: "group".into(),
        retry_after: None,
    })
}

pub fn traps(may_have_written: bool) -> PluginFault {
    PluginFault {
        reason: "trap".into(),
        message: "the plugin stopped itself".into(),
        blame: Blame::Plugin,
        may_have_written,
        passing: false,
    }
}

// === impl Desk ===

#[async_trait]
impl Desk for StageDesk {
    fn connections(&self) -> Vec<(ConnectionName, usize)> {
        vec![("desk".parse().unwrap(), 4)]
    }

    fn generation(&self) -> u64 {
        1
    }

    async fn assign(&self, _: &Claimed) -> Assigned {
        if let Some(assigned) = self.assigned.lock().unwrap().clone() {
            return assigned;
        }
        Assigned::To(Box::new(Assignment {
            route: "all".parse().unwrap(),
            mapping: "plain".parse().unwrap(),
            policies: self.policies.lock().unwrap().clone(),
            abilities: *self.abilities.lock().unwrap(),
            settle: Duration::from_secs(30),
            deadline: Duration::from_secs(10),
            maintenance: None,
            gateway: "stage".into(),
            context: vec![],
            neighbours: Arc::new(()),
            mapper: self.script.clone(),
            platform: self.script.clone(),
        }))
    }

    async fn probe(&self, _: &ConnectionName) -> Result<(), CallFailure> {
        Ok(())
    }
}

// === impl Script ===

impl Script {
    fn answer(&self, call: String) -> Answered<PlatformTicket> {
        self.calls.lock().unwrap().push(call.clone());
        let answer = self.answers.lock().unwrap().pop_front();
        Answered { result: answer.unwrap_or_else(|| panic!("{call} was not expected")), exchange: "GET / 200".into() }
    }
}

#[async_trait]
impl Mapper for Script {
    /// What is written down, else the severity and a note.
    async fn apply(&self, input: MappingInput) -> Mapped {
        self.inputs.lock().unwrap().push(input.clone());
        self.mapped.lock().unwrap().pop_front().unwrap_or_else(|| {
            let severity = Some(input.alert.severity);
            Ok(Content {
                severity,
                note: Some(format!("{:?} for {}", input.action, input.alert.id)),
                ..Content::default()
            })
        })
    }
}

#[async_trait]
impl Platform for Script {
    async fn find(&self, _: WorkItemKind, key: &TicketKey, _: CallBudget) -> Answered<Vec<PlatformTicket>> {
        self.calls.lock().unwrap().push("find".into());
        assert!(key.as_str().ends_with("-1") || key.as_str().ends_with("-2"));
        let found = self.found.lock().unwrap().pop_front().expect("a find was not expected");
        Answered { result: found, exchange: String::new() }
    }

    async fn read(&self, _: WorkItemKind, id: &str, _: CallBudget) -> Answered<PlatformTicket> {
        self.answer(format!("read {id}"))
    }

    async fn create(&self, item: WorkItem, _: CallBudget) -> Answered<PlatformTicket> {
        self.items.lock().unwrap().push(item);
        self.answer("create".into())
    }

    async fn amend(
        &self,
        ticket: PlatformTicket,
        change: Change,
        item: WorkItem,
        _: CallBudget,
    ) -> Answered<PlatformTicket> {
        self.items.lock().unwrap().push(item);
        self.answer(format!("{change:?} {}", ticket.id).to_lowercase())
    }
}
