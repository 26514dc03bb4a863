//! Plays a script, and holds what came of it against the oracle.

use crate::clock::{ModelClock, NoChance};
use crate::desk::{ModelDesk, policies};
use crate::ledger::{ModelLedger, Observation, Row};
use crate::mutation::Mutation;
use crate::platform::{Act, Kept, ModelPlatform, done};
use crate::script::Op;
use crate::spec::{Observed, Place, Spec};
use signalbox::converge::clock::Clock;
use signalbox::converge::desk::Abilities;
use signalbox::converge::health::Health;
use signalbox::converge::life::Life;
use signalbox::converge::worker::{Leases, Worker};
use signalbox::domain::*;
use signalbox::ledger::{Ledger, LedgerError, Standing};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

type Running = Pin<Box<dyn Future<Output = Result<(), LedgerError>>>>;

/// A moment's worth of awaits: more than any turn has.
const MANY: u32 = 2_000;

/// See the module.
pub struct World {
    clock: Arc<ModelClock>,
    ledger: Arc<ModelLedger>,
    platform: Arc<ModelPlatform>,
    desk: Arc<ModelDesk>,
    worker: Worker,
    running: Option<Running>,
    frozen: Vec<Running>,
    sent: Vec<Observation>,
    episodes: BTreeMap<u8, (Timestamp, Option<Timestamp>)>,
    spec: Spec,
    /// What people put into a field that the gateway has to leave alone.
    protected: Option<(usize, String)>,
    /// Tickets that a worker had looked at long before it wrote, since it stood still: it can't know that the key is out.
    overtaken: Vec<usize>,
}

// === impl World: play ===

impl World {
    pub fn new(abilities: Abilities, mutation: Option<Mutation>) -> Self {
        let clock = Arc::new(ModelClock::default());
        let ledger = Arc::new(ModelLedger::new(mutation == Some(Mutation::AttemptNotCommitted)));
        let platform = Arc::new(ModelPlatform::new(clock.clone(), abilities.idempotent));
        let settle = (mutation == Some(Mutation::SettleSkipped)).then_some(Duration::ZERO);
        let desk = Arc::new(ModelDesk::new(platform.clone(), abilities, settle));
        let worker = Worker {
            ledger: ledger.clone(),
            desk: desk.clone(),
            health: Arc::new(Health::default()),
            clock: clock.clone(),
            chance: Arc::new(NoChance),
            planner: Mutation::planner(mutation),
            leases: Leases { span: Duration::from_secs(30), margin: Duration::from_secs(5) },
        };
        Self {
            clock,
            ledger,
            platform,
            desk,
            worker,
            running: None,
            frozen: Vec::new(),
            sent: Vec::new(),
            episodes: BTreeMap::new(),
            spec: Spec::new(policies(0)),
            protected: None,
            overtaken: Vec::new(),
        }
    }

    /// Plays the script to its end and on until everything is at rest.
    pub fn play(mut self, script: &[Op]) -> Result<(), String> {
        for op in script {
            self.step(*op);
            // Two things never happen at the same moment.
            self.clock.advance(Duration::from_millis(1));
            if self.spec.states.is_empty() {
                return Err(format!("after {op:?} nothing that the design allows is the case: {}", self.shown()));
            }
        }
        self.come_to_rest()?;
        self.judge()
    }

    fn step(&mut self, op: Op) {
        match op {
            Op::Fire { key, severity } => {
                let now = self.clock.now();
                self.episodes.insert(key, (now, self.episodes.get(&key).map(|(began, _)| *began)));
                self.send(key, now, now, Condition::Fired, severity);
            }
            Op::Worsen { key, severity } => {
                if let Some((began, _)) = self.episodes.get(&key).copied() {
                    self.send(key, began, self.clock.now(), Condition::Fired, severity);
                }
            }
            Op::Resolve { key } => {
                if let Some((began, _)) = self.episodes.get(&key).copied() {
                    self.send(key, began, self.clock.now(), Condition::Resolved, Severity::Error);
                }
            }
            Op::LateResolve { key } => {
                if let Some((_, Some(earlier))) = self.episodes.get(&key).copied() {
                    self.send(key, earlier, self.clock.now(), Condition::Resolved, Severity::Error);
                }
            }
            Op::Double { back } => {
                if let Some(again) = self.sent.iter().rev().nth(usize::from(back)).cloned() {
                    self.deliver(&again);
                }
            }
            Op::Person(act) => self.person(act),
            Op::Swap(which) => {
                *self.desk.policies.lock().unwrap() = policies(which);
                self.spec.swapped(policies(which), self.under_way());
            }
            Op::Fault(fault) => self.platform.fault(fault),
            Op::Lag(seconds) => self.platform.set_lag(Duration::from_secs(u64::from(seconds))),
            Op::Advance { seconds } => {
                self.clock.advance(Duration::from_secs(u64::from(seconds)));
                if self.under_way() {
                    self.overtaken.extend(0..self.platform.tickets().len());
                }
                if seconds > 10 && !self.under_way() && !self.platform.was_ever_uncertain() {
                    self.spec.people_are_seen();
                }
            }
            Op::Poll(awaits) => self.poll(u32::from(awaits)),
            Op::Crash => {
                if self.running.take().is_some() {
                    self.platform.doubt();
                }
            }
            Op::Freeze => {
                self.frozen.extend(self.running.take());
                self.platform.doubt();
            }
            Op::Thaw => {
                if self.running.is_none() {
                    self.running = self.frozen.pop();
                    self.platform.doubt();
                }
            }
            Op::Run => self.run(),
        }
    }

    fn send(&mut self, key: u8, began: Timestamp, at: Timestamp, condition: Condition, severity: Severity) {
        let observation = Observation {
            key: CorrelationKey::from(format!("key {key}")),
            episode: Episode { fired_at: began, observed_at: at, condition },
            severity,
            id: AlertId::from(format!("alert {}", self.sent.len())),
        };
        self.deliver(&observation);
        self.sent.push(observation);
    }

    fn deliver(&mut self, observation: &Observation) {
        let before = self.ledger.live();
        if !self.ledger.observe(observation, self.clock.now()) {
            return;
        }
        let row = self.ledger.live().unwrap();
        let decides = &row.members[&observation.key];
        let (key, condition) = (&observation.key, decides.episode.condition);
        let observed = Observed { n: row.n, new: before.is_none(), key, condition, fires: row.fires() };
        self.spec.observed(observed);
    }

    fn person(&mut self, act: Act) {
        let Some(row) = self.ledger.live() else { return };
        let life = Life::parse(row.life.as_deref()).unwrap();
        let seen = life
            .ticket()
            .and_then(|seen| self.platform.tickets().into_iter().find(|each| each.id.to_string() == seen.id));
        let Some(ticket) = seen.or_else(|| self.platform.ticket(&row.key)) else { return };
        if ticket.gone || ticket.merged {
            return;
        }
        let leaves = matches!(act, Act::Delete | Act::Merge | Act::RemoveKey);
        let possible = match act {
            Act::Resolve | Act::Cancel | Act::Pend => !done(ticket.state),
            Act::Close => !matches!(ticket.state, TicketState::Closed | TicketState::Canceled),
            Act::Reopen => done(ticket.state),
            _ => true,
        };
        // A ticket that leaves before the gateway knows which one is its own is one that was never there.
        let found = life.seen.is_some() && life.find_again.is_none();
        if !possible || ticket.key_removed_at.is_some() || (leaves && !found) {
            return;
        }
        let open =
            life.open.is_some() || life.late.is_some() || life.unknown_create.is_some() || life.find_again.is_some();
        let uncertain = self.platform.is_uncertain() || open;
        let before = (!self.under_way() && !uncertain).then(|| place(Some(&ticket)));
        let seen_lately =
            life.seen.as_ref().is_none_or(|seen| self.clock.now().since(seen.at) < Duration::from_secs(10));
        self.platform.act(ticket.id, act);
        let after = self.platform.tickets()[ticket.id].clone();
        if act == Act::Edit && !self.under_way() && !uncertain && !seen_lately {
            self.protected = Some((ticket.id, after.team.clone()));
        } else if act == Act::Edit {
            self.protected = None;
        }
        if self.under_way() {
            self.overtaken.push(ticket.id);
        }
        let changes_place = !matches!(act, Act::Assign | Act::Edit | Act::Prioritize);
        self.spec.acted(row.n, before, changes_place.then(|| place(Some(&after))), uncertain || self.under_way());
    }

    fn under_way(&self) -> bool {
        self.running.is_some() || !self.frozen.is_empty()
    }
}

// === impl World: workers ===

impl World {
    fn claim(&mut self) -> bool {
        let now = self.clock.now();
        let until = now.after(self.worker.leases.span);
        let claimed = ready(self.ledger.claim("model", &[], now, until, 1)).unwrap();
        for each in claimed {
            let worker = self.worker.clone();
            self.running = Some(Box::pin(async move { worker.converge(each).await }));
        }
        self.running.is_some()
    }

    fn poll(&mut self, awaits: u32) {
        if self.running.is_none() && !self.claim() {
            return;
        }
        for _ in 0..awaits {
            let Some(running) = &mut self.running else { return };
            if running.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                self.running = None;
            }
        }
    }

    fn run(&mut self) {
        for _ in 0..20 {
            self.poll(MANY);
            if self.running.is_none() && !self.claim() {
                break;
            }
        }
        let Some(row) = self.ledger.live() else { return };
        let parked = row.standing != Standing::Live;
        if !parked && row.lease.is_none() && row.wanted == row.confirmed && self.frozen.is_empty() {
            let life = Life::parse(row.life.as_deref()).unwrap();
            if life.late.is_none()
                && life.unknown_create.is_none()
                && life.find_again.is_none()
                && !self.platform.is_uncertain()
            {
                self.spec.has_processed();
            }
        }
    }

    /// No more faults: time passes until nothing is due any more but what is days ahead.
    fn come_to_rest(&mut self) -> Result<(), String> {
        self.platform.calm();
        for frozen in std::mem::take(&mut self.frozen) {
            self.poll(MANY);
            self.running = Some(frozen);
            self.platform.doubt();
        }
        let mut retries = 3;
        for _ in 0..200 {
            self.poll(MANY);
            if self.claim() {
                continue;
            }
            let soon = self.clock.now().after(Duration::from_secs(3_600));
            match self.ledger.next_due().filter(|due| *due <= soon) {
                Some(due) => self.clock.advance(due.since(self.clock.now())),
                None => match self.ledger.live().filter(|row| row.standing != Standing::Live) {
                    Some(parked) if retries > 0 => {
                        retries -= 1;
                        ready(self.ledger.retry(&parked.key, self.clock.now())).unwrap();
                    }
                    _ => return Ok(()),
                },
            }
        }
        Err(format!("it does not come to rest: {}", self.shown()))
    }
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return done;
        }
    }
}

// === impl World: judge ===

impl World {
    fn judge(mut self) -> Result<(), String> {
        self.spec.has_processed();
        let rows = self.ledger.rows();
        let tickets = self.platform.tickets();
        let verdict = rows
            .last()
            .map_or(Ok(()), |last| self.ends_as_the_design_says(last, &tickets))
            .and_then(|()| one_ticket_a_problem(&tickets))
            .and_then(|()| keys_are_used_once(&rows, &tickets))
            .and_then(|()| renewed_tickets_name_their_predecessor(&tickets))
            .and_then(|()| notes_are_posted_once(&tickets))
            .and_then(|()| nothing_is_left_open(&rows))
            .and_then(|()| self.people_keep_what_they_set(&tickets));
        verdict.map_err(|why| format!("{why}: {}", self.shown()))
    }

    fn ends_as_the_design_says(&self, last: &Row, tickets: &[Kept]) -> Result<(), String> {
        let ticket = tickets.iter().find(|each| each.key == last.key.as_str());
        let place = place(ticket);
        if !self.spec.states.iter().any(|state| state.n == last.n && state.place == place) {
            return Err(format!("ticket {} stands at {place:?}", last.n));
        }
        match ticket {
            Some(ticket) if place == Place::Open && last.fires() && !ticket.prioritized => {
                let severity = last.newest().severity;
                if ticket.severity == Some(severity) {
                    Ok(())
                } else {
                    Err(format!("its severity is not {severity:?}"))
                }
            }
            _ => Ok(()),
        }
    }

    fn people_keep_what_they_set(&self, tickets: &[Kept]) -> Result<(), String> {
        if tickets.iter().any(|each| each.written_without_key && !self.overtaken.contains(&each.id)) {
            return Err("a ticket was written to whose key people had taken out".to_owned());
        }
        match &self.protected {
            Some((id, team)) if !self.platform.was_ever_uncertain() && tickets[*id].team != *team => {
                Err(format!("what people set in {id} was overwritten"))
            }
            _ => Ok(()),
        }
    }

    fn shown(&self) -> String {
        let mut lines = vec!["the design allows:".to_owned()];
        lines.extend(self.spec.states.iter().map(|state| format!("  {state:?}")));
        lines.push("the platform has:".to_owned());
        lines.extend(self.platform.tickets().iter().map(|ticket| format!("  {ticket:?}")));
        for row in self.ledger.rows() {
            lines.push(format!("ticket {} is {:?}, wants {}, has {}:", row.n, row.standing, row.wanted, row.confirmed));
            lines.extend(row.timeline.iter().map(|entry| format!("  {} {}: {}", entry.at, entry.event, entry.text)));
            lines.push(format!("  {}", row.life.unwrap_or_default()));
        }
        lines.join("\n")
    }
}

fn place(ticket: Option<&Kept>) -> Place {
    match ticket {
        None => Place::NotCreated,
        Some(ticket) if ticket.gone || ticket.merged || ticket.key_removed_at.is_some() => Place::Left,
        Some(ticket) => match ticket.state {
            TicketState::Open | TicketState::Pending => Place::Open,
            TicketState::Resolved => Place::Resolved,
            TicketState::Closed => Place::Closed,
            TicketState::Canceled => Place::Canceled,
        },
    }
}

fn one_ticket_a_problem(tickets: &[Kept]) -> Result<(), String> {
    let open = tickets.iter().filter(|each| place(Some(each)) == Place::Open && !each.reopened_by_people).count();
    if open <= 1 { Ok(()) } else { Err(format!("{open} tickets are open")) }
}

fn keys_are_used_once(rows: &[Row], tickets: &[Kept]) -> Result<(), String> {
    for row in rows {
        let made = tickets.iter().filter(|each| each.key == row.key.as_str() && !each.closed_as_duplicate).count();
        if made > 1 || rows.iter().filter(|other| other.key == row.key).count() > 1 {
            return Err(format!("the key {} was used {made} times", row.key));
        }
    }
    Ok(())
}

fn renewed_tickets_name_their_predecessor(tickets: &[Kept]) -> Result<(), String> {
    let number = |each: &Kept| each.key.rsplit_once('-').unwrap().1.parse::<u32>().unwrap();
    for ticket in tickets {
        let before = tickets.iter().filter(|each| number(each) < number(ticket)).map(number).max();
        let named = ticket.follows.as_ref().map(|id| number(&tickets[id.parse::<usize>().unwrap()]));
        if before != named {
            return Err(format!("ticket {} follows {named:?} and not {before:?}", ticket.key));
        }
    }
    Ok(())
}

fn notes_are_posted_once(tickets: &[Kept]) -> Result<(), String> {
    for ticket in tickets {
        let mut notes = ticket.notes.clone();
        notes.sort();
        notes.dedup();
        if notes.len() != ticket.notes.len() {
            return Err(format!("a note was posted twice in {}", ticket.id));
        }
    }
    Ok(())
}

fn nothing_is_left_open(rows: &[Row]) -> Result<(), String> {
    for row in rows {
        let ended = matches!(row.standing, Standing::Ended(_));
        if !row.open_attempts.is_empty() {
            return Err(format!("{} has open attempts", row.key));
        }
        if !ended && (row.standing != Standing::Live || row.wanted != row.confirmed) {
            return Err(format!("{} is not converged", row.key));
        }
    }
    Ok(())
}
