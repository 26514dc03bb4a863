//! Records that were read back, and what sinks are to take.

pub(super) mod keep;
pub(super) mod leader;
pub(super) mod look;
pub(super) mod outbox;
pub(super) mod refused;

use super::SqliteLedger;
use super::fault::Fault;
use crate::domain::{ConnectionName, Delivery, Timestamp};
use crate::ledger::{Leader, LedgerError, Portion, PullName, PullState, PulledPage, Records, RefusalRow, SinkState};
use async_trait::async_trait;
use std::sync::Arc;

#[async_trait]
impl Records for SqliteLedger {
    async fn lead(&self, leader: &Leader, now: Timestamp) -> Result<bool, LedgerError> {
        let leader = leader.clone();
        self.writer.errand(move |connection, _| leader::lead(connection, &leader, now).map(Ok)).await
    }

    async fn step_down(&self, leader: &Leader) -> Result<(), LedgerError> {
        let leader = leader.clone();
        self.writer.errand(move |connection, _| leader::step_down(connection, &leader).map(Ok)).await
    }

    async fn pull(&self, name: &PullName, since: Timestamp) -> Result<PullState, LedgerError> {
        let name = name.clone();
        self.writer.errand(move |connection, _| keep::state(connection, &name, since).map(Ok)).await
    }

    async fn keep(&self, leader: &Leader, name: &PullName, page: PulledPage) -> Result<u64, LedgerError> {
        let (leader, name, limit) = (leader.clone(), name.clone(), Arc::clone(&self.limit));
        let kept = self.writer.errand(move |connection, rings| {
            if limit.left(connection)? == 0 {
                return Ok(Err(Fault::Full.into()));
            }
            if !leader::leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            keep::page(connection, &name, &page, rings).map(Ok)
        });
        kept.await
    }

    async fn pull_failed(&self, name: &PullName, why: &str) -> Result<(), LedgerError> {
        let (name, why) = (name.clone(), why.to_owned());
        self.writer.errand(move |connection, _| keep::failed(connection, &name, &why).map(Ok)).await
    }

    async fn pulls(&self) -> Result<Vec<PullState>, LedgerError> {
        self.readers.read(|reader| Ok(keep::states(reader)?)).await
    }

    async fn waits(&self, sink: &ConnectionName) -> Result<bool, LedgerError> {
        let sink = sink.clone();
        self.readers.read(move |reader| Ok(outbox::waits(reader, &sink)?)).await
    }

    async fn outbox(
        &self,
        leader: &Leader,
        sink: &ConnectionName,
        most: Portion,
    ) -> Result<Vec<Delivery>, LedgerError> {
        let (leader, sink) = (leader.clone(), sink.clone());
        let deliveries = self.writer.errand(move |connection, _| {
            if !leader::leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            outbox::next(connection, &sink, most).map(Ok)
        });
        deliveries.await
    }

    async fn delivered(
        &self,
        leader: &Leader,
        sink: &ConnectionName,
        through: u64,
        refused: Vec<(u64, String)>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let (leader, sink) = (leader.clone(), sink.clone());
        let written = self.writer.errand(move |connection, _| {
            if !leader::leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            outbox::taken(connection, &sink, through, &refused, at).map(Ok)
        });
        written.await
    }

    async fn sink_failed(&self, sink: &ConnectionName, why: &str) -> Result<(), LedgerError> {
        let (sink, why) = (sink.clone(), why.to_owned());
        self.writer.errand(move |connection, _| outbox::failed(connection, &sink, &why).map(Ok)).await
    }

    async fn sinks(&self) -> Result<Vec<SinkState>, LedgerError> {
        self.readers.read(|reader| Ok(outbox::states(reader)?)).await
    }

    async fn refusals(&self, limit: u32) -> Result<Vec<RefusalRow>, LedgerError> {
        self.readers.read(move |reader| Ok(refused::list(reader, limit)?)).await
    }

    async fn refused_again(&self, id: i64) -> Result<(), LedgerError> {
        self.writer.errand(move |connection, _| refused::again(connection, id)).await
    }

    async fn drop_refused(&self, id: i64) -> Result<(), LedgerError> {
        self.writer.errand(move |connection, _| refused::drop(connection, id)).await
    }
}
