//! What monitors are asked and told.

pub(super) mod enquiry;
pub(super) mod recheck;
pub(super) mod report;
pub(super) mod task;

use super::SqliteLedger;
use super::records::leader::leads;
use crate::domain::{ConnectionName, SourceName, Timestamp};
use crate::ledger::{
    Enquiry, Findings, Firing, Leader, LedgerError, MonitorState, MonitorTask, Monitors, Report, Reported,
};
use async_trait::async_trait;
use std::time::Duration;

#[async_trait]
impl Monitors for SqliteLedger {
    async fn anything(&self, monitor: &ConnectionName, task: MonitorTask, now: Timestamp) -> Result<bool, LedgerError> {
        let monitor = monitor.clone();
        self.readers.read(move |reader| Ok(task::anything(reader, &monitor, task, now)?)).await
    }

    async fn reports(
        &self,
        leader: &Leader,
        monitor: &ConnectionName,
        sources: &[SourceName],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Report>, LedgerError> {
        let (leader, monitor, sources) = (leader.clone(), monitor.clone(), sources.to_vec());
        let due = self.writer.errand(move |connection, _| {
            if !leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            report::due(connection, &monitor, &sources, now, limit).map(Ok)
        });
        due.await
    }

    async fn reported(
        &self,
        leader: &Leader,
        report: i64,
        outcome: Reported,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let leader = leader.clone();
        let put_down = self.writer.errand(move |connection, _| {
            if !leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            report::done(connection, report, &outcome, at).map(Ok)
        });
        put_down.await
    }

    async fn enquiries(
        &self,
        leader: &Leader,
        monitor: &ConnectionName,
        sources: &[SourceName],
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Enquiry>, LedgerError> {
        let (leader, monitor, sources) = (leader.clone(), monitor.clone(), sources.to_vec());
        let due = self.writer.errand(move |connection, _| {
            if !leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            enquiry::due(connection, &monitor, &sources, now, limit).map(Ok)
        });
        due.await
    }

    async fn found(
        &self,
        leader: &Leader,
        enquiry: &Enquiry,
        findings: Findings,
        hold: Option<Duration>,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let (leader, enquiry) = (leader.clone(), enquiry.clone());
        let kept = self.writer.errand(move |connection, rings| {
            if !leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            enquiry::answered(connection, &enquiry, &findings, hold, at, rings).map(Ok)
        });
        kept.await
    }

    async fn firing_since(
        &self,
        monitor: &ConnectionName,
        sources: &[SourceName],
        before: Timestamp,
    ) -> Result<Vec<i64>, LedgerError> {
        let (monitor, sources) = (monitor.clone(), sources.to_vec());
        self.readers.read(move |reader| Ok(recheck::firing_since(reader, &monitor, &sources, before)?)).await
    }

    async fn firing(&self, rows: &[i64]) -> Result<Vec<Firing>, LedgerError> {
        let rows = rows.to_vec();
        self.readers.read(move |reader| Ok(recheck::firing(reader, &rows)?)).await
    }

    async fn rechecked(
        &self,
        leader: &Leader,
        monitor: &ConnectionName,
        answered: u64,
        through: Option<i64>,
        forgotten: &[Firing],
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let (leader, monitor, forgotten) = (leader.clone(), monitor.clone(), forgotten.to_vec());
        let put_down = self.writer.errand(move |connection, _| {
            if !leads(connection, &leader)? {
                return Ok(Err(LedgerError::NotLeader(leader.task.clone())));
            }
            task::went_well(connection, monitor.as_str(), MonitorTask::Recheck, answered, at)?;
            task::move_on(connection, &monitor, MonitorTask::Recheck, through.unwrap_or_default())?;
            recheck::forgotten(connection, &monitor, &forgotten, at).map(Ok)
        });
        put_down.await
    }

    async fn monitor_failed(&self, monitor: &ConnectionName, task: MonitorTask, why: &str) -> Result<(), LedgerError> {
        let (monitor, why) = (monitor.clone(), why.to_owned());
        let failed = self.writer.errand(move |connection, _| {
            task::begin(connection, &monitor, task)?;
            task::failed(connection, monitor.as_str(), task, &why).map(Ok)
        });
        failed.await
    }

    async fn monitor_tasks(&self) -> Result<Vec<MonitorState>, LedgerError> {
        self.readers.read(|reader| Ok(task::states(reader)?)).await
    }
}
