//! The steps of a turn that call a plugin: map, write, read, find.

use super::desk::{Answered, CallFailure, MappingFailure};
use super::difference::{self, Difference};
use super::input::input;
use super::item;
use super::learn::Stranger;
use super::life::{Confirmed, Known};
use super::turn::{Flow, Turn};
use super::verdict::{self, Verdict};
use crate::domain::{Action, Change, Condition, Content, PlatformTicket, WorkItem};
use crate::ledger::{AttemptChange, EndReason, LedgerError, Revision};
use crate::maintenance;
use std::collections::BTreeSet;

/// What a call was for: what its failure means depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Create,
    Amend,
    Duplicate,
    Read,
    Find,
}

/// Content from the mapping, or a turn that has taken another way.
enum Mapped {
    Content(Box<Content>),
    Instead(Flow),
}

// === impl Turn: map and write ===

impl Turn<'_> {
    pub(super) async fn create(&mut self) -> Result<Flow, LedgerError> {
        match self.map(Action::Create).await? {
            Mapped::Instead(flow) => Ok(flow),
            Mapped::Content(mapped) => {
                let difference = item::whole(&mapped);
                self.tell(Action::Create, &mapped, &difference);
                self.write(Action::Create, Condition::Fired, difference.content).await
            }
        }
    }

    pub(super) async fn amend(&mut self, change: Change) -> Result<Flow, LedgerError> {
        let mapped = match self.map(change.into()).await? {
            Mapped::Instead(flow) => return Ok(flow),
            Mapped::Content(mapped) => mapped,
        };
        let abilities = self.assignment.abilities;
        let difference = if abilities.read { item::changed(&mapped, &self.life) } else { item::whole(&mapped) };
        self.tell(change.into(), &mapped, &difference);
        let stands = self.stands(change);
        let now = self.now();
        let notes = self.life.notes.iter().any(|pending| pending.can_be_posted(now));
        let Some((change, content)) = item::feasible(change, stands, difference.content, notes, abilities) else {
            self.confirm();
            return Ok(Flow::On);
        };
        let condition = match change {
            Change::Reopen => Condition::Fired,
            Change::Resolve => Condition::Resolved,
            Change::Update | Change::Annotate => self.situation().phase().condition,
        };
        self.write(change.into(), condition, content).await
    }

    pub(super) async fn post_notes(&mut self) -> Result<Flow, LedgerError> {
        let Some(confirmed) = self.life.confirmed.clone() else { return Ok(Flow::On) };
        self.send(Action::Annotate, confirmed, Content::default()).await
    }

    /// Whether the ticket is already as a resolve or reopen would leave it, by an earlier attempt.
    fn stands(&self, change: Change) -> bool {
        let done = self.life.ticket().is_some_and(|ticket| super::life::is_done(ticket.state));
        match change {
            Change::Resolve => done,
            Change::Reopen => !done,
            Change::Update | Change::Annotate => true,
        }
    }

    async fn map(&mut self, action: Action) -> Result<Mapped, LedgerError> {
        self.settle_accounts().await?;
        let related = self.assignment.neighbours.related(&self.claimed).await;
        let input = input(&self.claimed, &self.life, &self.assignment, related, action, self.now());
        let failure = match self.assignment.mapper.apply(input).await {
            Ok(content) => return Ok(Mapped::Content(Box::new(content))),
            Err(failure) => failure,
        };
        let flow = match failure {
            MappingFailure::Unwanted(why) => return self.unwanted(why).await,
            MappingFailure::Field(fault) => self.park(verdict::of_field(&fault)).await?,
            MappingFailure::Plugin(fault) => match verdict::of_fault(&fault, &self.life.trouble) {
                Verdict::Park(parked) => self.park(parked).await?,
                _ => self.later(&CallFailure::Plugin(fault), None).await?,
            },
        };
        Ok(Mapped::Instead(flow))
    }

    async fn unwanted(&mut self, why: String) -> Result<Mapped, LedgerError> {
        self.say("unwanted", why);
        if self.life.seen.is_some() {
            self.confirm();
            return Ok(Mapped::Instead(Flow::On));
        }
        match &self.life.unknown_create {
            // It may be there, and only the same again will tell.
            Some(unknown) if unknown.none_at.is_none() => {
                Ok(Mapped::Content(Box::new(unknown.attempt.confirms.content.clone())))
            }
            _ => self.end(EndReason::Unwanted).await.map(Mapped::Instead),
        }
    }

    /// Maintenance that is under way is told of in a note, once for each; and that it held the ticket back is over.
    fn tell_maintenance(&mut self) {
        if self.life.held.take().is_some() {
            self.say("maintenance-over", "written after maintenance held it back".to_owned());
        }
        if let Some(words) = self.news_of_maintenance() {
            let (key, now) = (self.claimed.lease.key.clone(), self.now());
            self.life.tell(&key, &words, Revision::MAX, now);
        }
    }

    /// Whoever reads an open ticket is told of maintenance when it begins, and not only with what the alerts say next.
    pub(super) fn announce_maintenance(&mut self) {
        let is_open = self.life.confirmed.is_some()
            && self.life.departed.is_none()
            && self.life.ticket().is_some_and(|ticket| !super::life::is_done(ticket.state));
        if is_open
            && self.claimed.firing > 0
            && self.assignment.abilities.annotate
            && let Some(words) = self.news_of_maintenance()
        {
            let (key, now) = (self.claimed.lease.key.clone(), self.now());
            self.life.tell_at_once(&key, &words, now);
        }
    }

    /// What people have not been told yet of maintenance that is under way; it counts as told from now on.
    fn news_of_maintenance(&mut self) -> Option<String> {
        let words = maintenance::in_words(&self.assignment.context)?;
        if self.life.maintained.as_ref() == Some(&words) {
            return None;
        }
        self.say("maintenance", words.clone());
        self.life.maintained = Some(words.clone());
        Some(words)
    }

    /// Notes for people: the mapping's own, and what was left as they set it.
    fn tell(&mut self, action: Action, mapped: &Content, difference: &Difference) {
        self.tell_maintenance();
        let (key, now) = (self.claimed.lease.key.clone(), self.now());
        let note = mapped.note.as_deref().filter(|_| self.alerts_say_more());
        self.life.tell_mapped(&key, note, (self.claimed.wanted, action), now);
        let news: Vec<&String> = difference.left.difference(&self.life.told).collect();
        if news.is_empty() {
            return;
        }
        let names: Vec<&str> = news.into_iter().map(|name| difference::spoken(name)).collect();
        let text = format!("Left as set by hand from now on: {}.", names.join(", "));
        self.life.told.extend(difference.left.iter().cloned());
        self.life.tell(&key, &text, Revision::MAX, now);
        self.say("left-to-people", text);
    }

    /// Whether the alerts say what people were not told yet: not where only facts have come.
    fn alerts_say_more(&self) -> bool {
        let known = Known::of(&self.claimed.members, self.claimed.firing);
        let condition = self.situation().phase().condition;
        let told = self.life.confirmed.as_ref();
        told.is_none_or(|told| told.known != known || told.condition != condition)
    }

    async fn write(&mut self, action: Action, condition: Condition, content: Content) -> Result<Flow, LedgerError> {
        let before = self.life.confirmed.as_ref().map_or_else(Content::default, |confirmed| confirmed.content.clone());
        let mut confirms = self.confirms(condition, difference::overlaid(&before, &content));
        // What is created only to be resolved is half of the way.
        if action == Action::Create && self.situation().phase().condition == Condition::Resolved {
            confirms.revision = self.life.confirmed_revision();
        }
        self.send(action, confirms, content).await
    }

    async fn send(&mut self, action: Action, confirms: Confirmed, content: Content) -> Result<Flow, LedgerError> {
        self.settle_accounts().await?;
        let now = self.now();
        let sendable = self.life.notes.iter().filter(|pending| pending.can_be_posted(now));
        let notes = sendable.map(|pending| pending.note.id.clone()).collect();
        let carried: BTreeSet<String> = difference::names(&content);
        let revision = confirms.revision;
        let attempt = self.life.begin(&self.claimed.lease.key, action, confirms, carried, notes);
        let open = AttemptChange::Open { id: attempt.id.clone(), revision, action: action_word(action).to_owned() };
        let work = item::work_item(&self.claimed, &self.life, &self.assignment, content, now);
        let budget = self.budget().await?;
        self.commit_open(open).await?;
        let platform = self.assignment.platform.clone();
        let answered = match (amending(action), self.life.ticket().cloned()) {
            (Some(change), Some(ticket)) => platform.amend(ticket, change, work, budget).await,
            _ => {
                self.created = true;
                platform.create(work, budget).await
            }
        };
        let call = if action == Action::Create { Call::Create } else { Call::Amend };
        match self.ended(action_word(action), answered) {
            Err(failure) => self.failed(call, failure).await,
            Ok(ticket) => {
                self.say(
                    done_word(action),
                    if ticket.number.is_empty() { ticket.id.clone() } else { ticket.number.clone() },
                );
                self.looked = true;
                let learned = self.learn(|life, reading| life.succeeded(ticket, reading));
                self.learned(learned).await
            }
        }
    }

    pub(super) async fn close_duplicate(&mut self) -> Result<Flow, LedgerError> {
        let (Some(duplicate), Some(confirms)) = (self.life.duplicates.first().cloned(), self.life.confirmed.clone())
        else {
            return Ok(Flow::On);
        };
        if !self.assignment.abilities.resolve {
            self.say("duplicate", format!("{} is to be closed by hand", duplicate.ticket.number));
            self.life.duplicate_closed();
            return Ok(Flow::On);
        }
        self.settle_accounts().await?;
        let revision = confirms.revision;
        let attempt = self.life.begin_on_duplicate(&self.claimed.lease.key, confirms);
        let open = AttemptChange::Open { id: attempt.id.clone(), revision, action: "close-duplicate".to_owned() };
        let work: WorkItem =
            item::only_note(&self.claimed, &self.life, &self.assignment, duplicate.note, duplicate.again);
        let budget = self.budget().await?;
        self.commit_open(open).await?;
        let platform = self.assignment.platform.clone();
        let number = duplicate.ticket.number.clone();
        let answered = platform.amend(duplicate.ticket, Change::Resolve, work, budget).await;
        match self.ended("close-duplicate", answered) {
            Err(failure) => self.failed(Call::Duplicate, failure).await,
            Ok(ticket) => {
                self.say("duplicate-closed", number);
                let learned = self.learn(|life, reading| life.succeeded(ticket, reading));
                self.learned(learned).await
            }
        }
    }
}

// === impl Turn: look ===

impl Turn<'_> {
    pub(super) async fn read(&mut self) -> Result<Flow, LedgerError> {
        let Some(before) = self.life.ticket().cloned() else { return Ok(Flow::On) };
        self.settle_accounts().await?;
        let budget = self.budget().await?;
        let platform = self.assignment.platform.clone();
        let answered = platform.read(self.claimed.kind, &before.id, budget).await;
        match self.ended("read", answered) {
            Err(failure) => self.failed(Call::Read, failure).await,
            Ok(ticket) => {
                self.notice(&before, &ticket);
                self.looked = true;
                let learned = self.learn(|life, reading| life.saw(ticket, reading));
                self.learned(learned).await
            }
        }
    }

    fn notice(&mut self, before: &PlatformTicket, now: &PlatformTicket) {
        let text = if before.id != now.id {
            format!("merged into {}", now.number)
        } else if now.key.is_empty() && !before.key.is_empty() {
            "the gateway's key was taken out".to_owned()
        } else if before.state != now.state {
            format!("{} → {}", before.state.as_str(), now.state.as_str())
        } else if before.assigned_to != now.assigned_to && !now.assigned_to.is_empty() {
            format!("assigned to {}", now.assigned_to)
        } else {
            return;
        };
        self.say("changed-on-platform", text);
    }

    pub(super) async fn find(&mut self) -> Result<Flow, LedgerError> {
        self.settle_accounts().await?;
        let budget = self.budget().await?;
        let platform = self.assignment.platform.clone();
        let answered = platform.find(self.claimed.kind, &self.claimed.lease.key, budget).await;
        match self.ended("find", answered) {
            Err(failure) => self.failed(Call::Find, failure).await,
            Ok(tickets) => {
                let was_there = self.life.ticket().is_some();
                let learned = self.learn(|life, reading| life.found(tickets, reading));
                if let Some(found) = self.life.ticket().filter(|_| !was_there) {
                    self.say("found", found.number.clone());
                }
                self.learned(learned).await
            }
        }
    }
}

// === impl Turn: what came of a call ===

impl Turn<'_> {
    /// Puts down the end of a call: in metrics, and of an attempt in the next save.
    fn ended<T>(&mut self, action: &'static str, answered: Answered<T>) -> Result<T, CallFailure> {
        let outcome = answered.result.as_ref().map_or_else(verdict::outcome, |_| "confirmed").to_owned();
        metrics::counter!(
            "signalbox_adapter_calls_total",
            "connection" => self.claimed.connection.to_string(), "action" => action, "outcome" => outcome.clone()
        )
        .increment(1);
        if let Some(attempt) = &self.life.open {
            self.close = Some(AttemptChange::Close { id: attempt.id.clone(), outcome, exchange: answered.exchange });
        }
        answered.result
    }

    async fn learned(&mut self, learned: Result<(), Stranger>) -> Result<Flow, LedgerError> {
        match learned {
            Ok(()) => Ok(Flow::On),
            Err(stranger) => self.park_stranger(&stranger).await,
        }
    }

    async fn failed(&mut self, call: Call, failure: CallFailure) -> Result<Flow, LedgerError> {
        let writes = !matches!(call, Call::Read | Call::Find);
        match (verdict::verdict(&failure, &self.life.trouble), call) {
            (Verdict::OutcomeUnknown, _) if writes => self.unknown(&failure).await,
            // What is there already is found by its key.
            (Verdict::Conflict, Call::Create) if self.situation().is_searchable() => {
                self.life.trouble.conflicts = self.life.trouble.conflicts.saturating_add(1);
                self.unknown(&failure).await
            }
            // No kind of call goes on like this for ever: what can't come true is parked in the end.
            (Verdict::Conflict, Call::Amend | Call::Create | Call::Read | Call::Find)
            | (Verdict::Gone, Call::Create | Call::Find) => {
                self.life.wrote_nothing();
                self.life.conflicted();
                self.go_on_or_pause().await
            }
            (Verdict::Gone, Call::Amend | Call::Read) => {
                self.life.wrote_nothing();
                self.life.vanished();
                self.say("changed-on-platform", "deleted".to_owned());
                Ok(Flow::On)
            }
            (Verdict::Gone | Verdict::Conflict | Verdict::Park(_), Call::Duplicate) => {
                self.life.wrote_nothing();
                self.say("duplicate", format!("a second ticket was left as it is: {failure}"));
                self.life.duplicate_closed();
                Ok(Flow::On)
            }
            (Verdict::Park(parked), _) => {
                self.life.wrote_nothing();
                self.park(parked).await
            }
            (Verdict::StopConnection, _) => {
                self.life.wrote_nothing();
                let words = failure.to_string();
                self.worker.health.stop(&self.claimed.connection, &words, self.generation, self.now());
                self.release(crate::ledger::Standing::Live, crate::ledger::Due::Now, None).await?;
                Ok(Flow::Over)
            }
            (Verdict::Later { asked }, _) => self.later(&failure, asked).await,
            (Verdict::OutcomeUnknown, _) => self.later(&failure, None).await,
        }
    }

    async fn unknown(&mut self, failure: &CallFailure) -> Result<Flow, LedgerError> {
        self.say("outcome-unknown", failure.to_string());
        let now = self.now();
        self.life.outcome_unknown(now, self.assignment.settle);
        self.go_on_or_pause().await
    }

    async fn later(&mut self, failure: &CallFailure, asked: Option<std::time::Duration>) -> Result<Flow, LedgerError> {
        self.life.wrote_nothing();
        let trouble = &mut self.life.trouble;
        let count = match failure {
            CallFailure::Plugin(fault) if !fault.passing => &mut trouble.faults,
            _ => &mut trouble.unavailable,
        };
        *count = count.saturating_add(1);
        let failures = *count;
        if failures == 1 {
            self.say("waits", failure.to_string());
        }
        self.back_off(failures, asked).await
    }
}

fn amending(action: Action) -> Option<Change> {
    match action {
        Action::Create => None,
        Action::Update => Some(Change::Update),
        Action::Resolve => Some(Change::Resolve),
        Action::Reopen => Some(Change::Reopen),
        Action::Annotate => Some(Change::Annotate),
    }
}

fn action_word(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Resolve => "resolve",
        Action::Reopen => "reopen",
        Action::Annotate => "annotate",
    }
}

fn done_word(action: Action) -> &'static str {
    match action {
        Action::Create => "created",
        Action::Update => "updated",
        Action::Resolve => "ticket-resolved",
        Action::Reopen => "reopened",
        Action::Annotate => "annotated",
    }
}
