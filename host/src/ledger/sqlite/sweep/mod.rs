//! Deleting what is old, a batch in each transaction, so that no alert waits long for a sweep.
//!
//! Rows stand nearly in the order of their age: a sweep looks at them from the oldest on, and a stage is over with the first
//! batch that has no old one. What stays is looked at again by the next sweep.

mod alerts;
mod bodies;
mod records;
mod tickets;
#[cfg(test)]
pub(super) use self::statements::STATEMENTS;
#[cfg(test)]
mod statements;

use super::fault::Fault;
use super::{SqliteLedger, limit};
use crate::ledger::LedgerError;
use crate::ledger::upkeep::{Old, Room, Stage, Sweep, Swept, Upkeep};
use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _};
use std::sync::Arc;

/// The most rows that a batch looks at.
const BATCH: i64 = 200;

/// How a batch ended.
struct Batch {
    deleted: u64,
    /// The last row that was looked at; none where the stage is over.
    after: Option<i64>,
}

/// How far all sinks in use are: what is beyond stays.
struct Taken {
    record: i64,
    event: i64,
}

#[async_trait]
impl Upkeep for SqliteLedger {
    async fn sweep(&self, old: &Old, from: Sweep) -> Result<Swept, LedgerError> {
        let old = old.clone();
        self.writer.errand(move |connection, _| sweep(connection, &old, from).map(Ok)).await
    }

    fn bound(&self, max_size: Option<u64>) {
        self.limit.set(max_size);
    }

    async fn room(&self) -> Result<Room, LedgerError> {
        if self.limit.is_disk_full() {
            let tried = self.writer.errand(|connection, _| limit::try_disk(connection).map(Ok)).await;
            if tried.is_ok() {
                self.limit.set_disk_full(false);
            }
        }
        let used = self.readers.read(|reader| Ok(limit::used(reader)?)).await?;
        let limit = Arc::clone(&self.limit);
        limit.judge(used);
        Ok(Room { used, most: limit.most(), full: limit.is_full() })
    }
}

fn sweep(connection: &Connection, old: &Old, Sweep { stage, after }: Sweep) -> Result<Swept, Fault> {
    let batch = match stage {
        Stage::Bodies => bodies::bodies(connection, old.bodies, after)?,
        Stage::Payloads => bodies::payloads(connection, old.bodies)?,
        Stage::Tickets => tickets::tickets(connection, old.tickets, &taken(connection, old)?, after)?,
        Stage::Alerts => alerts::alerts(connection, old.alerts, &taken(connection, old)?, after)?,
        Stage::Records => records::records(connection, old.records, &taken(connection, old)?)?,
        Stage::Refusals => records::refusals(connection, old.records)?,
    };
    let next = match batch.after {
        Some(after) => Some(Sweep { stage, after }),
        None => stage.next().map(|stage| Sweep { stage, after: 0 }),
    };
    Ok(Swept { deleted: batch.deleted, next })
}

pub(super) const PLACES: &str = "SELECT record_place, event_place FROM sinks WHERE sink = ?1";

/// The newest of what happened is never deleted: the next must not get its place, which sinks may have gone by.
pub(super) const LAST_EVENT: &str = "SELECT coalesce(max(seq), 0) FROM timeline";

fn taken(connection: &Connection, old: &Old) -> Result<Taken, Fault> {
    let last: i64 = connection.prepare_cached(LAST_EVENT)?.query_one((), |row| row.get(0))?;
    let mut taken = Taken { record: i64::MAX, event: last - 1 };
    for sink in &old.sinks {
        let places =
            connection.prepare_cached(PLACES)?.query_one([sink.as_str()], |row| Ok((row.get(0)?, row.get(1)?)));
        let (record, event) = places.optional()?.unwrap_or_default();
        taken = Taken { record: taken.record.min(record), event: taken.event.min(event) };
    }
    Ok(taken)
}

/// A row that was looked at.
struct Looked {
    row: i64,
    is_old: bool,
    may_go: bool,
}

/// The rows of one look, and whether there is more that may be old behind them.
fn look(
    connection: &Connection,
    question: &str,
    arguments: impl rusqlite::Params,
    most: i64,
) -> Result<(Vec<Looked>, bool), Fault> {
    let mut statement = connection.prepare_cached(question)?;
    let looked = |row: &rusqlite::Row<'_>| Ok(Looked { row: row.get(0)?, is_old: row.get(1)?, may_go: row.get(2)? });
    let looked = statement.query_map(arguments, looked)?.collect::<Result<Vec<_>, _>>()?;
    let is_whole = i64::try_from(looked.len()).is_ok_and(|rows| rows >= most);
    let goes_on = is_whole && looked.iter().any(|looked| looked.is_old);
    Ok((looked, goes_on))
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
