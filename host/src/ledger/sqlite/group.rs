//! What one transaction does: the questions that wait together, and how each is answered.

use super::accept;
use super::alarm::{Alarm, Rings};
use super::chores::{self, Chore};
use super::errand::Errand;
use super::fault::Fault;
use super::lease::{self, Claim, Extension, Lead};
use super::limit::Limit;
use super::save;
use crate::ledger::{Lease, LedgerError, Receipt, Save, Saved, Submission};
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// A question and the place for its answer.
#[derive(Debug)]
pub(super) struct Ask<Q, A> {
    pub(super) question: Q,
    pub(super) answer: oneshot::Sender<Result<A, LedgerError>>,
}

/// Anything that the writer is asked.
#[derive(Debug)]
pub(super) enum Job {
    Accept(Ask<Submission, Receipt>, OwnedSemaphorePermit),
    Extend(Ask<Extension, ()>),
    Save(Ask<(Lease, Box<Save>), Saved>),
    Chore(Ask<Chore, ()>),
    Errand(Ask<Errand, ()>),
    Claim(Ask<Claim, Vec<Lead>>),
}

/// Questions that one transaction answers.
#[derive(Debug, Default)]
pub(super) struct Group {
    accepts: Vec<Ask<Submission, Receipt>>,
    extends: Vec<Ask<Extension, ()>>,
    saves: Vec<Ask<(Lease, Box<Save>), Saved>>,
    chores: Vec<Ask<Chore, ()>>,
    errands: Vec<Ask<Errand, ()>>,
    claims: Vec<Ask<Claim, Vec<Lead>>>,
    /// What the bodies took of the room for waiting ones.
    room: Vec<OwnedSemaphorePermit>,
}

/// The answers to a group, in its order.
pub(super) struct Answers {
    accepts: Vec<Result<Receipt, LedgerError>>,
    extends: Vec<Result<(), LedgerError>>,
    saves: Vec<Result<Saved, LedgerError>>,
    chores: Vec<Result<(), LedgerError>>,
    errands: Vec<Result<(), LedgerError>>,
    claims: Vec<Result<Vec<Lead>, LedgerError>>,
    rings: Rings,
}

// === impl Group ===

impl Group {
    /// All that waits, by kind.
    pub(super) fn of(jobs: impl Iterator<Item = Job>) -> Self {
        let mut group = Self::default();
        for job in jobs {
            match job {
                Job::Accept(ask, room) => {
                    group.accepts.push(ask);
                    group.room.push(room);
                }
                Job::Extend(ask) => group.extends.push(ask),
                Job::Save(ask) => group.saves.push(ask),
                Job::Chore(ask) => group.chores.push(ask),
                Job::Errand(ask) => group.errands.push(ask),
                Job::Claim(ask) => group.claims.push(ask),
            }
        }
        group
    }

    /// How many ask.
    pub(super) fn len(&self) -> usize {
        let asked = self.accepts.len() + self.extends.len() + self.saves.len();
        asked + self.chores.len() + self.errands.len() + self.claims.len()
    }

    /// What was asked together may be done in any order; claims come last, so that they find what the others raised.
    pub(super) fn write(&self, connection: &Connection, limit: &Limit) -> Result<Answers, Fault> {
        fn each<Q, A>(
            asks: &[Ask<Q, A>],
            answer: impl FnMut(&Q) -> Result<Result<A, LedgerError>, Fault>,
        ) -> Result<Vec<Result<A, LedgerError>>, Fault> {
            asks.iter().map(|ask| &ask.question).map(answer).collect()
        }
        let mut rings = Rings::default();
        let submissions: Vec<&Submission> = self.accepts.iter().map(|ask| &ask.question).collect();
        Ok(Answers {
            accepts: accept::accept(connection, &submissions, limit, &mut rings)?,
            extends: each(&self.extends, |extension| lease::extend(connection, extension))?,
            saves: each(&self.saves, |(lease, save)| save::save(connection, lease, save, &mut rings))?,
            chores: each(&self.chores, |chore| chores::perform(connection, chore, &mut rings))?,
            errands: each(&self.errands, |errand| errand.run(connection, &mut rings))?,
            claims: each(&self.claims, |claim| lease::claim(connection, claim, &mut rings).map(Ok))?,
            rings,
        })
    }

    /// Answers all of them, after the commit. Those who no longer listen are not missed.
    pub(super) fn answer(self, answers: Answers, alarm: &Alarm) {
        fn send<Q, A>(asks: Vec<Ask<Q, A>>, answers: impl IntoIterator<Item = Result<A, LedgerError>>) {
            for (ask, answer) in asks.into_iter().zip(answers) {
                let _ = ask.answer.send(answer);
            }
        }
        drop(self.room);
        alarm.ring(&answers.rings);
        send(self.accepts, answers.accepts);
        send(self.extends, answers.extends);
        send(self.saves, answers.saves);
        send(self.chores, answers.chores);
        send(self.errands, answers.errands);
        send(self.claims, answers.claims);
    }

    /// Tells all of them why nothing was kept.
    pub(super) fn refuse(self, fault: &Fault) {
        fn send<Q, A>(asks: Vec<Ask<Q, A>>, fault: &Fault) {
            for ask in asks {
                let _ = ask.answer.send(Err(fault.clone().into()));
            }
        }
        drop(self.room);
        send(self.accepts, fault);
        send(self.extends, fault);
        send(self.saves, fault);
        send(self.chores, fault);
        send(self.errands, fault);
        send(self.claims, fault);
    }

    /// Whether anyone asks for something to be accepted.
    pub(super) fn accepts(&self) -> bool {
        !self.accepts.is_empty()
    }

    /// What is to be accepted, behind all that may still have room without it.
    pub(super) fn accepts_last(mut self) -> Vec<Self> {
        let accepts = std::mem::take(&mut self.accepts);
        let accepts = Self { accepts, room: std::mem::take(&mut self.room), ..Self::default() };
        [self, accepts].into_iter().filter(|group| group.len() > 0).collect()
    }

    /// Each question in a group of its own.
    pub(super) fn apart(self) -> Vec<Self> {
        let mut groups = Vec::with_capacity(self.len());
        groups.extend(self.accepts.into_iter().map(|ask| Self { accepts: vec![ask], ..Self::default() }));
        groups.extend(self.extends.into_iter().map(|ask| Self { extends: vec![ask], ..Self::default() }));
        groups.extend(self.saves.into_iter().map(|ask| Self { saves: vec![ask], ..Self::default() }));
        groups.extend(self.chores.into_iter().map(|ask| Self { chores: vec![ask], ..Self::default() }));
        groups.extend(self.errands.into_iter().map(|ask| Self { errands: vec![ask], ..Self::default() }));
        groups.extend(self.claims.into_iter().map(|ask| Self { claims: vec![ask], ..Self::default() }));
        groups
    }
}
