//! The one writer: a thread that gathers what is asked, and commits it in groups.
//!
//! It owns its connection, so each statement is a plain call: a row costs less than handing it to another thread would.
//! While one group is being synced the next gathers, so the disk sets the size of a group and nobody waits on a timer.
//! What waits to be accepted is bounded in bytes: past that, callers are refused at once and not kept waiting. What workers
//! ask is bounded by their number, and waits.
//!
//! A group is one immediate transaction. If storage fails, everyone in it is refused and the connection replaced. If one
//! question's own statement fails, the questions are asked again one by one, so that it fails alone. If there is no room,
//! what workers ask is tried without what is to be accepted.

use super::alarm::Alarm;
use super::checkpoint::Checkpoints;
use super::chores::Chore;
use super::errand::{Errand, Run};
use super::fault::Fault;
use super::file::LedgerFile;
use super::group::{Ask, Group, Job};
use super::lease::{Claim, Extension, Lead};
use super::limit::Limit;
use super::pen::Pen;
use crate::ledger::{Lease, LedgerError, Receipt, Save, Saved, Submission};
use std::{io, sync::Arc, thread};
use tokio::sync::{Semaphore, mpsc, oneshot};

/// The most questions of one transaction.
const GROUP: usize = 256;

/// Bodies that may wait to be accepted, in KiB. A small one counts for its alerts' rows too.
const WAITING_KIB: usize = 64 * 1024;
const SMALLEST_KIB: usize = 8;

/// The way to the writer.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
}

// === impl Writer ===

impl Writer {
    /// Starts the writer; it ends when the last way to it is dropped and all that was asked is answered.
    pub(super) fn start(file: LedgerFile, limit: Arc<Limit>, alarm: Arc<Alarm>) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel(WAITING_KIB / SMALLEST_KIB);
        let pen = Pen::new(file.clone(), Arc::clone(&limit), Checkpoints::start(file)?);
        thread::Builder::new().name("ledger writer".to_owned()).spawn(move || write(pen, &limit, &alarm, waiting))?;
        Ok(Self { jobs, room: Arc::new(Semaphore::new(WAITING_KIB)) })
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

    /// Has something written that is neither frequent nor urgent; see [`Errand`].
    pub(super) async fn errand<T: Send + 'static>(&self, run: impl Run<T>) -> Result<T, LedgerError> {
        let (errand, brought) = Errand::new(run);
        self.ask(errand, Job::Errand).await?;
        brought.take().ok_or_else(|| Fault::Stopped.into())
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

fn write(mut pen: Pen, limit: &Limit, alarm: &Alarm, mut waiting: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(GROUP);
    let mut keeps = true;
    while waiting.blocking_recv_many(&mut jobs, GROUP) > 0 {
        let group = Group::of(jobs.drain(..));
        let outcome = pen.commit(&group);
        let failure = outcome.as_ref().err().filter(|fault| fault.concerns_storage());
        tell(failure.filter(|fault| !fault.is_full()), &mut keeps);
        match failure {
            Some(fault) if fault.is_full() => limit.set_disk_full(true),
            None if group.accepts() => limit.set_disk_full(false),
            _ => {}
        }
        let (fault, parts) = match outcome {
            Ok(answers) => {
                group.answer(answers, alarm);
                continue;
            }
            Err(fault) if fault.is_full() => (fault, group.accepts_last()),
            Err(fault) if fault.concerns_storage() => (fault, vec![group]),
            Err(fault) => (fault, group.apart()),
        };
        let is_alone = parts.len() == 1;
        for part in parts {
            match if is_alone { Err(fault.clone()) } else { pen.commit(&part) } {
                Ok(answers) => part.answer(answers, alarm),
                Err(fault) => part.refuse(&fault),
            }
        }
    }
}

/// Tells the operator when storage fails, and when it is back; not what happens in between.
fn tell(failure: Option<&Fault>, keeps: &mut bool) {
    match failure {
        Some(fault) if *keeps => {
            let cause = std::error::Error::source(fault).map(ToString::to_string).unwrap_or_default();
            tracing::error!(%fault, cause, "the ledger can't keep anything now: senders are told to try again");
        }
        None if !*keeps => tracing::info!("the ledger keeps again what comes"),
        _ => {}
    }
    *keeps = failure.is_none();
}
