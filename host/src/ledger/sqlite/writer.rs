//! The one writer: gathers what is asked, and commits it in groups.
//!
//! While one group is being synced the next gathers, so the disk sets the size of a group and nobody waits on a timer.
//! What waits to be accepted is bounded in bytes: past that, callers are refused at once and not kept waiting. What workers
//! ask is bounded by their number, and waits.
//!
//! A group is one immediate transaction. If storage fails, everyone in it is refused and the connection replaced. If one
//! question's own statement fails, the questions are asked again one by one, so that it fails alone.

use super::alarm::Alarm;
use super::chores::{self, Chore};
use super::fault::Fault;
use super::file::LedgerFile;
use super::lease::{self, Claim, Extension, Lead};
use super::{accept, save};
use crate::ledger::{Lease, LedgerError, Receipt, Save, Saved, Submission};
use sqlx::{Connection as _, SqliteConnection};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// The most questions of one transaction.
const GROUP: usize = 256;

/// Bodies that may wait to be accepted, in KiB. A small one counts for its alerts' rows too.
const WAITING_KIB: usize = 64 * 1024;
const SMALLEST_KIB: usize = 8;

/// A question and the place for its answer.
#[derive(Debug)]
struct Ask<Q, A> {
    question: Q,
    answer: oneshot::Sender<Result<A, LedgerError>>,
}

#[derive(Debug)]
enum Job {
    Accept(Ask<Submission, Receipt>, OwnedSemaphorePermit),
    Extend(Ask<Extension, ()>),
    Save(Ask<(Lease, Box<Save>), Saved>),
    Chore(Ask<Chore, ()>),
    Claim(Ask<Claim, Vec<Lead>>),
}

/// The way to the writer.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
}

// === impl Writer ===

impl Writer {
    /// Starts the writer; it ends when the last way to it is dropped and all that was asked is answered.
    pub(super) fn start(file: LedgerFile, alarm: Arc<Alarm>) -> Self {
        let (jobs, waiting) = mpsc::channel(WAITING_KIB / SMALLEST_KIB);
        tokio::spawn(write(file, alarm, waiting));
        Self { jobs, room: Arc::new(Semaphore::new(WAITING_KIB)) }
    }

    pub(super) async fn accept(&self, submission: Submission) -> Result<Receipt, LedgerError> {
        let size = (submission.body.len() / 1024).clamp(SMALLEST_KIB, WAITING_KIB);
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(size).map_err(|_| Fault::Overloaded)?;
        self.ask(submission, |ask| Job::Accept(ask, room)).await
    }

    pub(super) async fn extend(&self, extension: Extension) -> Result<(), LedgerError> {
        self.ask(extension, Job::Extend).await
    }

    pub(super) async fn save(&self, lease: Lease, save: Save) -> Result<Saved, LedgerError> {
        self.ask((lease, Box::new(save)), Job::Save).await
    }

    pub(super) async fn chore(&self, chore: Chore) -> Result<(), LedgerError> {
        self.ask(chore, Job::Chore).await
    }

    pub(super) async fn claim(&self, claim: Claim) -> Result<Vec<Lead>, LedgerError> {
        self.ask(claim, Job::Claim).await
    }

    async fn ask<Q, A>(&self, question: Q, job: impl FnOnce(Ask<Q, A>) -> Job) -> Result<A, LedgerError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.send(job(Ask { question, answer })).await.map_err(|_| Fault::Stopped)?;
        answered.await.map_err(|_| Fault::Stopped)?
    }
}

/// What one transaction does.
#[derive(Debug, Default)]
struct Group {
    accepts: Vec<Ask<Submission, Receipt>>,
    extends: Vec<Ask<Extension, ()>>,
    saves: Vec<Ask<(Lease, Box<Save>), Saved>>,
    chores: Vec<Ask<Chore, ()>>,
    claims: Vec<Ask<Claim, Vec<Lead>>>,
    room: Vec<OwnedSemaphorePermit>,
}

/// The answers to a group, in its order.
struct Answers {
    accepts: Vec<Receipt>,
    extends: Vec<Result<(), LedgerError>>,
    saves: Vec<Result<Saved, LedgerError>>,
    chores: Vec<Result<(), LedgerError>>,
    claims: Vec<Vec<Lead>>,
    rings: Rings,
}

/// Whom a commit wakes.
#[derive(Debug, Default)]
pub(super) struct Rings {
    /// So many tickets are due now.
    pub(super) now: usize,
    /// The next is due then.
    pub(super) next: Option<crate::domain::Timestamp>,
}

async fn write(file: LedgerFile, alarm: Arc<Alarm>, mut waiting: mpsc::Receiver<Job>) {
    let mut pen = Pen { file, connection: None };
    let mut jobs = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut jobs, GROUP).await > 0 {
        let group = Group::of(jobs.drain(..));
        match pen.commit(&group).await {
            Ok(answers) => group.answer(answers, &alarm),
            Err(fault) if fault.concerns_storage() || group.len() == 1 => group.refuse(&fault),
            Err(_) => {
                for alone in group.apart() {
                    match pen.commit(&alone).await {
                        Ok(answers) => alone.answer(answers, &alarm),
                        Err(fault) => alone.refuse(&fault),
                    }
                }
            }
        }
    }
    pen.put_down().await;
}

/// The file and the writer's connection to it.
struct Pen {
    file: LedgerFile,
    connection: Option<SqliteConnection>,
}

// === impl Pen ===

impl Pen {
    /// Writes a group, durably, or nothing of it.
    async fn commit(&mut self, group: &Group) -> Result<Answers, Fault> {
        if !self.file.is_in_place() {
            return Err(Fault::Moved);
        }
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.file.connect().await?,
        };
        let outcome = transact(&mut connection, group).await;
        if !self.file.is_in_place() {
            return Err(Fault::Moved);
        }
        if outcome.as_ref().err().is_none_or(|fault| !fault.concerns_storage()) {
            self.connection = Some(connection);
        }
        outcome
    }

    async fn put_down(self) {
        if let Some(connection) = self.connection {
            // Everything is committed; the next start finds the log as it is.
            let _ = connection.close().await;
        }
    }
}

async fn transact(connection: &mut SqliteConnection, group: &Group) -> Result<Answers, Fault> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let answers = group.write(&mut transaction).await;
    match answers {
        Ok(answers) => {
            transaction.commit().await?;
            Ok(answers)
        }
        Err(fault) => {
            // A full disk ends the transaction by itself, and then there is nothing to roll back.
            let _ = transaction.rollback().await;
            Err(fault)
        }
    }
}

// === impl Group ===

impl Group {
    fn of(jobs: impl Iterator<Item = Job>) -> Self {
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
                Job::Claim(ask) => group.claims.push(ask),
            }
        }
        group
    }

    fn len(&self) -> usize {
        self.accepts.len() + self.extends.len() + self.saves.len() + self.chores.len() + self.claims.len()
    }

    /// What was asked together may be done in any order; claims come last, so that they find what the others raised.
    async fn write(&self, connection: &mut SqliteConnection) -> Result<Answers, Fault> {
        let mut rings = Rings::default();
        let submissions: Vec<&Submission> = self.accepts.iter().map(|ask| &ask.question).collect();
        let accepts = accept::accept(connection, &submissions, &mut rings).await?;
        let extensions: Vec<&Extension> = self.extends.iter().map(|ask| &ask.question).collect();
        let extends = lease::extend(connection, &extensions).await?;
        let asked: Vec<(&Lease, &Save)> = self.saves.iter().map(|ask| (&ask.question.0, &*ask.question.1)).collect();
        let saves = save::save(connection, &asked, &mut rings).await?;
        let mut chores = Vec::with_capacity(self.chores.len());
        for ask in &self.chores {
            chores.push(chores::perform(connection, &ask.question, &mut rings).await?);
        }
        let mut claims = Vec::with_capacity(self.claims.len());
        for ask in &self.claims {
            claims.push(lease::claim(connection, &ask.question, &mut rings).await?);
        }
        Ok(Answers { accepts, extends, saves, chores, claims, rings })
    }

    /// Those who no longer listen are not missed.
    fn answer(self, answers: Answers, alarm: &Alarm) {
        fn send<Q, A>(asks: Vec<Ask<Q, A>>, answers: impl IntoIterator<Item = Result<A, LedgerError>>) {
            for (ask, answer) in asks.into_iter().zip(answers) {
                let _ = ask.answer.send(answer);
            }
        }
        send(self.accepts, answers.accepts.into_iter().map(Ok));
        send(self.extends, answers.extends);
        send(self.saves, answers.saves);
        send(self.chores, answers.chores);
        send(self.claims, answers.claims.into_iter().map(Ok));
        alarm.ring(answers.rings.now);
        if let Some(next) = answers.rings.next {
            alarm.set(next);
        }
    }

    fn refuse(self, fault: &Fault) {
        fn send<Q, A>(asks: Vec<Ask<Q, A>>, fault: &Fault) {
            for ask in asks {
                let _ = ask.answer.send(Err(fault.clone().into()));
            }
        }
        send(self.accepts, fault);
        send(self.extends, fault);
        send(self.saves, fault);
        send(self.chores, fault);
        send(self.claims, fault);
    }

    /// Each question in a group of its own.
    fn apart(self) -> Vec<Self> {
        let mut groups = Vec::with_capacity(self.len());
        groups.extend(self.accepts.into_iter().map(|ask| Self { accepts: vec![ask], ..Self::default() }));
        groups.extend(self.extends.into_iter().map(|ask| Self { extends: vec![ask], ..Self::default() }));
        groups.extend(self.saves.into_iter().map(|ask| Self { saves: vec![ask], ..Self::default() }));
        groups.extend(self.chores.into_iter().map(|ask| Self { chores: vec![ask], ..Self::default() }));
        groups.extend(self.claims.into_iter().map(|ask| Self { claims: vec![ask], ..Self::default() }));
        groups
    }
}

impl Rings {
    /// Notes when a ticket wants a worker.
    pub(super) fn note(&mut self, due_at: Option<crate::domain::Timestamp>, ready: bool) {
        match due_at {
            Some(_) if ready => self.now += 1,
            Some(due) => self.next = Some(self.next.map_or(due, |next| next.min(due))),
            None => {}
        }
    }
}
