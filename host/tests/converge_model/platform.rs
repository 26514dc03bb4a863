//! A platform in memory: slow to commit, slow to index, and full of people.
//!
//! A create or amend is committed when it arrives, or a while after its call has ended. A search does not show what
//! is younger than the index's lag. A change of state is refused where the ticket is in another state than the caller
//! thinks, and notes are only looked for where the caller says `again`.

use crate::clock::{ModelClock, interruptible};
use async_trait::async_trait;
use serde_json::json;
use signalbox::converge::clock::Clock;
use signalbox::converge::desk::{Answered, CallFailure, Platform};
use signalbox::domain::*;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long after a call's end its effect may still show: committed late, and indexed later.
pub const SETTLE: Duration = Duration::from_secs(60);
/// How old what was seen of a ticket may be when it is written to.
const GOOD_ENOUGH: Duration = Duration::from_secs(10);
/// The part of it that is the commit's; the rest is the index's.
pub const LATEST_COMMIT: Duration = Duration::from_secs(40);

/// What goes wrong with the next call that writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Done, and the answer is lost.
    AnswerLost,
    /// Not done, and the answer is lost.
    RequestLost,
    /// Done so many seconds after the call has ended without an answer.
    Late(u8),
    /// State and fields are written, the notes are not, and the answer is lost.
    Half,
    /// Down.
    Down,
    /// Too busy, for so many seconds.
    Throttled(u8),
}

/// What people do to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Resolve,
    Close,
    Cancel,
    Reopen,
    Pend,
    Assign,
    Edit,
    Prioritize,
    Delete,
    Merge,
    RemoveKey,
}

/// A ticket on the platform, and what the oracle wants to know of it.
#[derive(Clone, Debug)]
pub struct Kept {
    pub id: usize,
    pub key: String,
    pub state: TicketState,
    pub version: u32,
    pub severity: Option<Severity>,
    /// People set the priority.
    pub prioritized: bool,
    pub team: String,
    /// What people put there, and when.
    pub edited: Option<(String, Timestamp)>,
    pub assigned_to: String,
    pub follows: Option<String>,
    pub notes: Vec<String>,
    pub created_at: Timestamp,
    pub done_at: Option<Timestamp>,
    pub gone: bool,
    pub merged: bool,
    pub key_removed_at: Option<Timestamp>,
    /// People brought it back: that it is open is their will.
    pub reopened_by_people: bool,
    /// The gateway closed it as a second one.
    pub closed_as_duplicate: bool,
    /// The gateway wrote to it after people had taken the key out and it could know.
    pub written_without_key: bool,
}

#[derive(Clone, Debug)]
enum Effect {
    Create(Box<WorkItem>),
    Amend { id: usize, from: TicketState, change: Change, item: Box<WorkItem>, with_notes: bool },
}

#[derive(Debug, Default)]
struct Shelf {
    tickets: Vec<Kept>,
    late: Vec<(Timestamp, Effect)>,
    faults: VecDeque<Fault>,
    lag: Duration,
    /// The same key twice is one.
    idempotent: bool,
    last_unknown: Option<Timestamp>,
    unknown_ever: bool,
}

/// See the module.
#[derive(Debug)]
pub struct ModelPlatform {
    shelf: Mutex<Shelf>,
    clock: Arc<ModelClock>,
}

// === impl ModelPlatform: for the script ===

impl ModelPlatform {
    pub fn new(clock: Arc<ModelClock>, idempotent: bool) -> Self {
        Self { shelf: Mutex::new(Shelf { idempotent, ..Shelf::default() }), clock }
    }

    pub fn fault(&self, fault: Fault) {
        self.shelf.lock().unwrap().faults.push_back(fault);
    }

    pub fn calm(&self) {
        self.shelf.lock().unwrap().faults.clear();
    }

    pub fn set_lag(&self, lag: Duration) {
        self.shelf.lock().unwrap().lag = lag;
    }

    pub fn tickets(&self) -> Vec<Kept> {
        self.settled(|shelf, _| shelf.tickets.clone())
    }

    /// The oldest ticket with this key that people can act on.
    pub fn ticket(&self, key: &TicketKey) -> Option<Kept> {
        self.tickets().into_iter().find(|each| each.key == key.as_str() && !each.gone && !each.merged)
    }

    /// Whether a write of the gateway's may still land, or has landed without its knowing.
    pub fn is_uncertain(&self) -> bool {
        self.settled(|shelf, now| shelf.last_unknown.is_some_and(|at| now.since(at) <= 3 * SETTLE))
    }

    pub fn was_ever_uncertain(&self) -> bool {
        self.settled(|shelf, _| shelf.unknown_ever)
    }

    /// A worker was lost: nobody knows what became of its call.
    pub fn doubt(&self) {
        self.settled(|shelf, now| {
            shelf.last_unknown = Some(now);
            shelf.unknown_ever = true;
        });
    }

    pub fn act(&self, id: usize, act: Act) {
        self.settled(|shelf, now| shelf.tickets[id].act(act, now));
    }

    fn settled<T>(&self, look: impl FnOnce(&mut Shelf, Timestamp) -> T) -> T {
        let now = self.clock.now();
        let mut shelf = self.shelf.lock().unwrap();
        let mut due: Vec<(Timestamp, Effect)> = shelf.late.extract_if(.., |(at, _)| *at <= now).collect();
        due.sort_by_key(|(at, _)| *at);
        for (at, effect) in due {
            // What is refused this late, nobody hears of.
            let _ = shelf.commit(effect, at);
        }
        look(&mut shelf, now)
    }

    fn write(&self, effect: Effect, budget: CallBudget) -> Result<PlatformTicket, CallFailure> {
        let send_before = budget.send_before.map(|before| self.clock.moment(before));
        self.settled(|shelf, now| {
            if send_before.is_some_and(|before| now > before) {
                return Err(refusal(CallErrorKind::Unavailable, "not sent"));
            }
            if let Effect::Amend { id, .. } = effect {
                let removed = shelf.tickets[id].key_removed_at;
                shelf.tickets[id].written_without_key |= removed.is_some_and(|at| now.since(at) > GOOD_ENOUGH);
            }
            let fault = shelf.faults.pop_front();
            if let Some(Fault::AnswerLost | Fault::RequestLost | Fault::Late(_) | Fault::Half) = fault {
                shelf.last_unknown = Some(now);
                shelf.unknown_ever = true;
            }
            let lost = Err(refusal(CallErrorKind::OutcomeUnknown, "the connection broke"));
            match fault {
                None => shelf.commit(effect, now),
                Some(Fault::AnswerLost) => {
                    let _ = shelf.commit(effect, now);
                    lost
                }
                Some(Fault::RequestLost) => lost,
                Some(Fault::Late(seconds)) => {
                    let at = now.after(Duration::from_secs(u64::from(seconds)).min(LATEST_COMMIT));
                    shelf.late.push((at, effect));
                    lost
                }
                Some(Fault::Half) => {
                    let half = match effect {
                        Effect::Create(mut item) => {
                            item.notes.clear();
                            Effect::Create(item)
                        }
                        Effect::Amend { id, from, change, item, .. } => {
                            Effect::Amend { id, from, change, item, with_notes: false }
                        }
                    };
                    let _ = shelf.commit(half, now);
                    lost
                }
                Some(Fault::Down) => Err(refusal(CallErrorKind::Unavailable, "down")),
                Some(Fault::Throttled(seconds)) => Err(CallFailure::Call(CallError {
                    retry_after: Some(u32::from(seconds)),
                    ..error(CallErrorKind::Throttled, "too fast")
                })),
            }
        })
    }
}

// === impl Shelf ===

impl Shelf {
    fn commit(&mut self, effect: Effect, now: Timestamp) -> Result<PlatformTicket, CallFailure> {
        match effect {
            Effect::Create(item) => {
                let known = self.tickets.iter_mut().find(|each| each.key == item.key.as_str());
                if let Some(ticket) = known.filter(|_| self.idempotent) {
                    ticket.write(&item, true);
                    return Ok(ticket.shown());
                }
                let mut ticket = Kept::new(self.tickets.len(), &item, now);
                ticket.write(&item, true);
                self.tickets.push(ticket);
                Ok(self.tickets.last().unwrap().shown())
            }
            Effect::Amend { id, from, change, item, with_notes } => {
                let ticket = &mut self.tickets[id];
                if ticket.gone {
                    return Err(refusal(CallErrorKind::Gone, "no such ticket"));
                }
                if ticket.merged || !ticket.allows(change, from) {
                    return Err(refusal(CallErrorKind::Conflict, "not in this state"));
                }
                match change {
                    Change::Resolve if !done(ticket.state) => {
                        ticket.turn(TicketState::Resolved, now);
                        ticket.closed_as_duplicate = item.notes.iter().any(|note| note.text.contains("made twice"));
                    }
                    Change::Reopen if done(ticket.state) => ticket.turn(TicketState::Open, now),
                    _ => {}
                }
                ticket.write(&item, with_notes);
                Ok(ticket.shown())
            }
        }
    }
}

// === impl Kept ===

impl Kept {
    fn new(id: usize, item: &WorkItem, now: Timestamp) -> Self {
        Self {
            id,
            key: item.key.to_string(),
            state: TicketState::Open,
            version: 0,
            severity: None,
            prioritized: false,
            team: String::new(),
            edited: None,
            assigned_to: String::new(),
            follows: item.follows.as_ref().map(|old| old.id.clone()),
            notes: vec![],
            created_at: now,
            done_at: None,
            gone: false,
            merged: false,
            key_removed_at: None,
            reopened_by_people: false,
            closed_as_duplicate: false,
            written_without_key: false,
        }
    }

    /// A change of state is for the state that its caller saw; one that stands already is done.
    fn allows(&self, change: Change, from: TicketState) -> bool {
        self.state == from
            || match change {
                Change::Update | Change::Annotate => true,
                Change::Resolve => self.state == TicketState::Resolved,
                Change::Reopen => !done(self.state),
            }
    }

    fn write(&mut self, item: &WorkItem, with_notes: bool) {
        self.version += 1;
        self.severity = item.content.severity.or(self.severity);
        if let Some(team) = item.content.fields.get("team") {
            self.team = team.as_str().unwrap().to_owned();
        }
        for note in item.notes.iter().filter(|_| with_notes) {
            assert!(note.text.contains(&note.id), "a note's id stands in its text");
            if !(item.again && self.notes.contains(&note.id)) {
                self.notes.push(note.id.clone());
            }
        }
    }

    fn turn(&mut self, state: TicketState, now: Timestamp) {
        self.state = state;
        self.done_at = done(state).then_some(now);
    }

    fn act(&mut self, act: Act, now: Timestamp) {
        self.version += 1;
        match act {
            Act::Resolve => self.turn(TicketState::Resolved, now),
            Act::Close => self.turn(TicketState::Closed, now),
            Act::Cancel => self.turn(TicketState::Canceled, now),
            Act::Reopen => {
                self.turn(TicketState::Open, now);
                self.reopened_by_people = true;
            }
            Act::Pend => self.state = TicketState::Pending,
            Act::Assign => self.assigned_to = format!("person {}", self.version),
            Act::Edit => {
                self.team = format!("team of people {}", self.version);
                self.edited = Some((self.team.clone(), now));
            }
            Act::Prioritize => {
                self.severity =
                    Some(if self.severity == Some(Severity::Verbose) { Severity::Critical } else { Severity::Verbose });
                self.prioritized = true;
            }
            Act::Delete => self.gone = true,
            Act::Merge => self.merged = true,
            Act::RemoveKey => self.key_removed_at = Some(now),
        }
    }

    fn shown(&self) -> PlatformTicket {
        let id = if self.merged { "elsewhere".to_owned() } else { self.id.to_string() };
        let of = |state: TicketState| self.done_at.filter(|_| self.state == state);
        PlatformTicket {
            number: format!("T{id}"),
            id,
            url: String::new(),
            key: if self.key_removed_at.is_some() || self.merged { String::new() } else { self.key.clone() },
            state: self.state,
            platform_state: format!("{:?}", self.state),
            version: self.version.to_string(),
            priority: format!("{:?}", self.severity),
            assignment: String::new(),
            assigned_to: self.assigned_to.clone(),
            created_at: Some(self.created_at),
            updated_at: None,
            resolved_at: of(TicketState::Resolved),
            closed_at: of(TicketState::Closed).or(of(TicketState::Canceled)),
            fields: [("team".to_owned(), json!(self.team))].into_iter().collect(),
        }
    }
}

pub fn done(state: TicketState) -> bool {
    matches!(state, TicketState::Resolved | TicketState::Closed | TicketState::Canceled)
}

fn error(kind: CallErrorKind, message: &str) -> CallError {
    CallError { kind, code: String::new(), message: message.to_owned(), field: String::new(), retry_after: None }
}

fn refusal(kind: CallErrorKind, message: &str) -> CallFailure {
    CallFailure::Call(error(kind, message))
}

fn answered<T>(result: Result<T, CallFailure>) -> Answered<T> {
    Answered { result, exchange: String::new() }
}

// === impl Platform ===

#[async_trait]
impl Platform for ModelPlatform {
    async fn find(&self, _: WorkItemKind, key: &TicketKey, _: CallBudget) -> Answered<Vec<PlatformTicket>> {
        interruptible().await;
        let found = self.settled(|shelf, now| {
            let lag = shelf.lag;
            let has_key = |each: &&Kept| each.key == key.as_str() && each.key_removed_at.is_none();
            let visible = |each: &&Kept| !each.gone && !each.merged && now.since(each.created_at) >= lag;
            shelf.tickets.iter().filter(has_key).filter(visible).map(Kept::shown).collect()
        });
        interruptible().await;
        answered(Ok(found))
    }

    async fn read(&self, _: WorkItemKind, id: &str, _: CallBudget) -> Answered<PlatformTicket> {
        interruptible().await;
        let id: usize = id.parse().unwrap();
        let read = self.settled(|shelf, _| {
            let ticket = &shelf.tickets[id];
            if ticket.gone { Err(refusal(CallErrorKind::Gone, "no such ticket")) } else { Ok(ticket.shown()) }
        });
        interruptible().await;
        answered(read)
    }

    async fn create(&self, item: WorkItem, budget: CallBudget) -> Answered<PlatformTicket> {
        interruptible().await;
        let created = self.write(Effect::Create(Box::new(item)), budget);
        interruptible().await;
        answered(created)
    }

    async fn amend(
        &self,
        ticket: PlatformTicket,
        change: Change,
        item: WorkItem,
        budget: CallBudget,
    ) -> Answered<PlatformTicket> {
        interruptible().await;
        let id: usize = ticket.id.parse().unwrap();
        let effect = Effect::Amend { id, from: ticket.state, change, item: Box::new(item), with_notes: true };
        let amended = self.write(effect, budget);
        interruptible().await;
        answered(amended)
    }
}
