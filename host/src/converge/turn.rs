//! One ticket's turn: plan, act, plan again, until it is at rest or has to wait.
//!
//! Everything that the turn learns stands in its life, and every save writes the life whole. An attempt is saved before its
//! call, and its outcome with the next save, which comes before any other call.

use super::desk::Assignment;
use super::learn::{Reading, Stranger};
use super::life::{Confirmed, Known, Life};
use super::plan::{Situation, Step};
use super::verdict;
use super::worker::Worker;
use super::{backoff, desk::Blame};
use crate::domain::{CallBudget, Condition, Content, Entry, Timestamp};
use crate::ledger::{AttemptChange, Claimed, Due, EndReason, LedgerError, Parked, Renewal, Save, Shown, Standing};
use crate::maintenance;
use std::time::Duration;

/// More steps in a row than any way through the plan's table has.
const STEPS: u32 = 40;
/// How long a ticket rests that took so many.
const RECESS: Duration = Duration::from_secs(30);

/// A ticket in a worker's hands.
pub(super) struct Turn<'a> {
    pub(super) worker: &'a Worker,
    pub(super) claimed: Claimed,
    pub(super) life: Life,
    pub(super) assignment: Assignment,
    /// The generation that the assignment is of.
    pub(super) generation: u64,
    /// The end of the last attempt, not saved yet.
    pub(super) close: Option<AttemptChange>,
    /// A create was sent, and what came of it is not saved yet.
    pub(super) created: bool,
    entries: Vec<Entry>,
    /// When the last call was about to be made.
    asked: Timestamp,
    /// The ticket was seen in this turn.
    pub(super) looked: bool,
    /// Alerts have come that this turn does not know of.
    outdated: bool,
}

/// Whether the turn goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Plan again.
    On,
    /// The lease was given back.
    Over,
}

// === impl Turn: the way through ===

impl<'a> Turn<'a> {
    pub(super) fn new(
        worker: &'a Worker,
        claimed: Claimed,
        life: Life,
        (generation, assignment): (u64, Assignment),
    ) -> Self {
        let asked = worker.clock.now();
        Self {
            worker,
            claimed,
            life,
            assignment,
            generation,
            close: None,
            created: false,
            entries: Vec::new(),
            asked,
            looked: false,
            outdated: false,
        }
    }

    pub(super) fn may_have_created(&self) -> bool {
        self.created
    }

    pub(super) async fn run(&mut self) -> Result<(), LedgerError> {
        self.take_over();
        for _ in 0..STEPS {
            if self.outdated {
                // What came meanwhile may want something else: the next claim knows of it.
                return self.release(Standing::Live, Due::Now, None).await;
            }
            let step = (self.worker.planner)(&self.situation());
            tracing::debug!(ticket = %self.claimed.lease.key, ?step, "planned");
            if self.act(step).await? == Flow::Over {
                return Ok(());
            }
        }
        tracing::warn!(ticket = %self.claimed.lease.key, "the plan finds no end: the ticket rests for a while");
        self.wait(self.now().after(RECESS)).await
    }

    fn take_over(&mut self) {
        self.life.taken_up();
        let now = self.now();
        if let Some(attempt) = self.life.taken_over(self.claimed.taken_over_from.unwrap_or(now), self.assignment.settle)
        {
            self.say("outcome-unknown", "a worker was lost while it was writing".to_owned());
            let outcome = super::plan::OUTCOME_UNKNOWN.to_owned();
            self.close = Some(AttemptChange::Close { id: attempt.id, outcome, exchange: String::new() });
        }
        self.life.hinted(self.claimed.looks);
        if let Some(known) = &self.claimed.facts {
            self.life.told_facts(&self.claimed.lease.key, known, now);
        }
        self.announce_maintenance();
        if self.life.wary && self.life.seen.is_some() && self.situation().is_searchable() {
            self.life.find_again = Some(now);
        }
    }

    async fn act(&mut self, step: Step) -> Result<Flow, LedgerError> {
        match step {
            Step::Create => self.create().await,
            Step::Amend(change) => self.amend(change).await,
            Step::PostNotes => self.post_notes().await,
            Step::Read => self.read().await,
            Step::Find => self.find().await,
            Step::CloseDuplicate => self.close_duplicate().await,
            Step::Confirm => {
                self.confirm();
                Ok(Flow::On)
            }
            Step::Wait(until) => {
                self.say_held(until);
                self.wait(until).await.map(|()| Flow::Over)
            }
            Step::Rest(until) => {
                self.release(Standing::Live, until.map_or(Due::WhenRaised, Due::At), None).await.map(|()| Flow::Over)
            }
            Step::End(reason) => self.end(reason).await,
            Step::Renew(key) => {
                self.say("renewed", format!("{key} takes its place"));
                let renewal = Renewal { key, life: self.life.renewed().to_json()? };
                let save = self.whole(Standing::Ended(EndReason::Renewed), Due::WhenRaised)?;
                self.commit(Save { renewal: Some(renewal), release: true, ..save }).await.map(|()| Flow::Over)
            }
            Step::Park(parked) => self.park(parked).await,
        }
    }

    /// What waits for the end of maintenance says so, once for each.
    fn say_held(&mut self, until: Timestamp) {
        let held = self.situation().held_until() == Some(until);
        if let Some(words) = maintenance::in_words(&self.assignment.context).filter(|_| held)
            && self.life.held.as_ref() != Some(&words)
        {
            self.say("held", words.clone());
            self.life.held = Some(words);
        }
    }

    /// The revision needs no call.
    pub(super) fn confirm(&mut self) {
        let condition = self.situation().phase().condition;
        let content = self.life.confirmed.as_ref().map_or_else(Content::default, |old| old.content.clone());
        let confirms = self.confirms(condition, content);
        self.life.confirm_without_call(confirms);
    }

    /// What will be confirmed if a step goes well.
    pub(super) fn confirms(&self, condition: Condition, content: Content) -> Confirmed {
        Confirmed {
            revision: self.claimed.wanted,
            condition,
            severity: self.claimed.newest.alert.severity,
            content,
            known: Known::of(&self.claimed.members, self.claimed.firing),
            at: self.now(),
        }
    }
}

// === impl Turn: ends of a turn ===

impl Turn<'_> {
    pub(super) async fn wait(&mut self, until: Timestamp) -> Result<(), LedgerError> {
        self.release(Standing::Live, Due::At(until), Some(until)).await
    }

    /// Waits longer, the more often it failed.
    pub(super) async fn back_off(&mut self, failures: u32, asked: Option<Duration>) -> Result<Flow, LedgerError> {
        let pause = backoff::pause(failures, asked, self.worker.chance.fraction());
        self.wait(self.now().after(pause)).await.map(|()| Flow::Over)
    }

    pub(super) async fn end(&mut self, reason: EndReason) -> Result<Flow, LedgerError> {
        let word = serde_json::to_value(reason).ok();
        let word = word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        self.say("ended", word.to_owned());
        self.release(Standing::Ended(reason), Due::WhenRaised, None).await.map(|()| Flow::Over)
    }

    pub(super) async fn park(&mut self, parked: Parked) -> Result<Flow, LedgerError> {
        metrics::counter!("signalbox_tickets_parked_total", "reason" => parked.reason.clone()).increment(1);
        self.entries.push(parked.entry(self.now()));
        self.life.parked = Some(parked.reason.clone());
        self.release(Standing::Parked(parked), Due::WhenRaised, None).await.map(|()| Flow::Over)
    }

    pub(super) async fn park_stranger(&mut self, stranger: &Stranger) -> Result<Flow, LedgerError> {
        self.park(Parked {
            reason: "protocol".to_owned(),
            code: String::new(),
            message: stranger.to_string(),
            blame: Blame::Platform.as_str().to_owned(),
        })
        .await
    }

    /// After a conflict or an unknown outcome: at once, after a pause, or never.
    pub(super) async fn go_on_or_pause(&mut self) -> Result<Flow, LedgerError> {
        if let Some(parked) = verdict::not_converging(&self.life.trouble) {
            return self.park(parked).await;
        }
        match verdict::failures_before_a_pause(&self.life.trouble) {
            0 => Ok(Flow::On),
            failures => self.back_off(failures, None).await,
        }
    }

    pub(super) async fn release(
        &mut self,
        standing: Standing,
        due: Due,
        not_before: Option<Timestamp>,
    ) -> Result<(), LedgerError> {
        let save = self.whole(standing, due)?;
        self.commit(Save { not_before, release: true, ..save }).await
    }
}

// === impl Turn: the ledger ===

impl Turn<'_> {
    /// Commits an attempt that is about to be made.
    pub(super) async fn commit_open(&mut self, open: AttemptChange) -> Result<(), LedgerError> {
        let save = self.whole(Standing::Live, Due::Now)?;
        self.commit(Save { attempt: Some(open), ..save }).await
    }

    /// Before another call is made, what came of the last one is committed.
    pub(super) async fn settle_accounts(&mut self) -> Result<(), LedgerError> {
        if self.close.is_none() {
            return Ok(());
        }
        let save = self.whole(Standing::Live, Due::Now)?;
        self.commit(save).await
    }

    async fn commit(&mut self, save: Save) -> Result<(), LedgerError> {
        let saved = self.worker.ledger.save(&self.claimed.lease, save).await?;
        self.outdated = saved.wanted > self.claimed.wanted;
        self.created = false;
        Ok(())
    }

    fn whole(&mut self, standing: Standing, due: Due) -> Result<Save, LedgerError> {
        Ok(Save {
            life: self.life.to_json()?,
            confirmed: self.life.confirmed_revision(),
            known: self.claimed.wanted,
            looks: self.claimed.looks,
            standing,
            due,
            not_before: None,
            shown: self.shown(),
            at: self.now(),
            attempt: self.close.take(),
            entries: std::mem::take(&mut self.entries),
            renewal: None,
            release: false,
        })
    }

    fn shown(&self) -> Option<Shown> {
        let ticket = self.life.ticket()?;
        let title = self.life.confirmed.as_ref().and_then(|confirmed| confirmed.content.title.clone());
        Some(Shown {
            id: ticket.id.clone(),
            number: ticket.number.clone(),
            url: ticket.url.clone(),
            state: ticket.state.as_str().to_owned(),
            updated_at: ticket.updated_at,
            title: title.unwrap_or_else(|| self.claimed.newest.alert.title.clone()),
        })
    }

    /// What a call may take: the lease must outlive it.
    pub(super) async fn budget(&mut self) -> Result<CallBudget, LedgerError> {
        let margin = self.worker.leases.margin;
        let needed = self.assignment.deadline.saturating_add(margin);
        if self.claimed.lease.until.since(self.now()) < needed {
            let until = self.now().after(self.worker.leases.span.max(needed.saturating_add(margin)));
            self.worker.ledger.extend(&self.claimed.lease, until).await?;
            self.claimed.lease.until = until;
        }
        self.asked = self.now();
        let left = self.claimed.lease.until.since(self.now()).saturating_sub(margin);
        let instant = self.worker.clock.instant();
        Ok(CallBudget { deadline: instant + self.assignment.deadline, send_before: Some(instant + left) })
    }
}

// === impl Turn: views ===

impl Turn<'_> {
    pub(super) fn now(&self) -> Timestamp {
        self.worker.clock.now()
    }

    pub(super) fn situation(&self) -> Situation<'_> {
        Situation {
            claimed: &self.claimed,
            life: &self.life,
            policies: &self.assignment.policies,
            abilities: self.assignment.abilities,
            settle: self.assignment.settle,
            maintenance: self.assignment.maintenance,
            looked: self.looked,
            now: self.now(),
        }
    }

    /// How an answer that came just now is to be read: by the ticket's life, which changes while it is read.
    pub(super) fn learn<T>(&mut self, from: impl FnOnce(&mut Life, Reading<'_>) -> T) -> T {
        let situation = self.situation();
        let (searchable, looks) = (situation.is_searchable(), situation.must_look());
        let (asked, now) = (self.asked, self.now());
        let key = &self.claimed.lease.key;
        from(&mut self.life, Reading { key, asked, now, settle: self.assignment.settle, searchable, looks })
    }

    pub(super) fn say(&mut self, event: &str, text: String) {
        let at = self.now();
        self.entries.push(Entry { at, event: event.to_owned(), text });
    }
}
