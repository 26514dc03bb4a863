//! How far the tasks of monitors are.

use super::super::column::{count, moment, moment_if_any, text};
use super::super::fault::Fault;
use crate::domain::{ConnectionName, Timestamp};
use crate::ledger::{MonitorState, MonitorTask};
use rusqlite::{Connection, Row, params};

/// How many entries of timelines are looked at in one transaction, which alerts that come in meanwhile wait for.
const LOOKED_AT: i64 = 500;

pub(in crate::ledger::sqlite) const BEGIN: &str = "
    INSERT INTO monitor_tasks (monitor, task) VALUES (?1, ?2) ON CONFLICT DO NOTHING";

pub(super) fn begin(connection: &Connection, monitor: &ConnectionName, task: MonitorTask) -> Result<(), Fault> {
    connection.prepare_cached(BEGIN)?.execute([monitor.as_str(), task.as_str()])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const PLACE: &str = "
    SELECT event_place FROM monitor_tasks WHERE monitor = ?1 AND task = ?2";

pub(in crate::ledger::sqlite) const HAPPENED: &str = "
    SELECT seq, ticket, at, event FROM timeline WHERE seq > ?1 ORDER BY seq LIMIT ?2";

pub(in crate::ledger::sqlite) const MOVE_ON: &str = "
    UPDATE monitor_tasks SET event_place = ?3 WHERE monitor = ?1 AND task = ?2";

/// Shows a task what has happened since it last looked, each entry once, and remembers how far it has looked.
pub(super) fn look(
    connection: &Connection,
    monitor: &ConnectionName,
    task: MonitorTask,
    mut see: impl FnMut(i64, Timestamp, &str) -> Result<(), Fault>,
) -> Result<(), Fault> {
    begin(connection, monitor, task)?;
    let name = params![monitor.as_str(), task.as_str()];
    let mut place: i64 = connection.prepare_cached(PLACE)?.query_one(name, |row| row.get(0))?;
    let mut happened = connection.prepare_cached(HAPPENED)?;
    let mut rows = happened.query(params![place, LOOKED_AT])?;
    while let Some(row) = rows.next()? {
        place = row.get("seq")?;
        see(row.get("ticket")?, moment(row, "at")?, text(row, "event")?)?;
    }
    move_on(connection, monitor, task, place)
}

pub(super) fn move_on(
    connection: &Connection,
    monitor: &ConnectionName,
    task: MonitorTask,
    place: i64,
) -> Result<(), Fault> {
    connection.prepare_cached(MOVE_ON)?.execute(params![monitor.as_str(), task.as_str(), place])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const WENT_WELL: &str = "
    UPDATE monitor_tasks SET done = done + ?3, done_at = ?4, trouble = '' WHERE monitor = ?1 AND task = ?2";

pub(super) fn went_well(
    connection: &Connection,
    monitor: &str,
    task: MonitorTask,
    number: u64,
    at: Timestamp,
) -> Result<(), Fault> {
    connection.prepare_cached(BEGIN)?.execute([monitor, task.as_str()])?;
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    connection.prepare_cached(WENT_WELL)?.execute(params![monitor, task.as_str(), number, at.nanos()])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const GAVE_UP: &str = "
    UPDATE monitor_tasks SET given_up = given_up + 1 WHERE monitor = ?1 AND task = ?2";

pub(super) fn gave_up(connection: &Connection, monitor: &str, task: MonitorTask) -> Result<(), Fault> {
    connection.prepare_cached(GAVE_UP)?.execute([monitor, task.as_str()])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const FAILED: &str = "
    UPDATE monitor_tasks SET trouble = ?3 WHERE monitor = ?1 AND task = ?2";

pub(super) fn failed(connection: &Connection, monitor: &str, task: MonitorTask, why: &str) -> Result<(), Fault> {
    connection.prepare_cached(FAILED)?.execute([monitor, task.as_str(), why])?;
    Ok(())
}

const SOMETHING_HAPPENED: &str = "
    SELECT coalesce((SELECT max(seq) FROM timeline), 0)
         > coalesce((SELECT event_place FROM monitor_tasks WHERE monitor = ?1 AND task = ?2), 0)";

const REPORT_DUE: &str = "SELECT EXISTS (SELECT 1 FROM reports WHERE monitor = ?1 AND due_at <= ?2)";

const ENQUIRY_DUE: &str = "SELECT EXISTS (SELECT 1 FROM facts WHERE monitor = ?1 AND due_at <= ?2)";

/// Whether there may be something to do.
pub(super) fn anything(
    reader: &Connection,
    monitor: &ConnectionName,
    task: MonitorTask,
    now: Timestamp,
) -> Result<bool, Fault> {
    let due = match task {
        MonitorTask::Report => REPORT_DUE,
        MonitorTask::Enrich => ENQUIRY_DUE,
        MonitorTask::Recheck => return Ok(true),
    };
    let yes = |row: &Row<'_>| row.get::<_, bool>(0);
    let happened = reader.prepare_cached(SOMETHING_HAPPENED)?.query_one([monitor.as_str(), task.as_str()], yes)?;
    Ok(happened || reader.prepare_cached(due)?.query_one(params![monitor.as_str(), now.nanos()], yes)?)
}

const STATES: &str = "
    SELECT monitor, task, done, done_at, given_up, trouble,
           CASE task WHEN 'report' THEN (SELECT count(*) FROM reports r WHERE r.monitor = s.monitor AND r.due_at IS NOT NULL)
                     WHEN 'enrich' THEN (SELECT count(*) FROM facts f WHERE f.monitor = s.monitor AND f.due_at IS NOT NULL)
                     ELSE 0 END AS waiting
    FROM monitor_tasks s ORDER BY monitor, task";

/// How far all tasks are.
pub(super) fn states(reader: &Connection) -> Result<Vec<MonitorState>, Fault> {
    let mut statement = reader.prepare_cached(STATES)?;
    let states = statement.query_and_then((), |row| {
        let word: String = row.get("task")?;
        let task = MonitorTask::ALL.into_iter().find(|task| task.as_str() == word);
        Ok(MonitorState {
            monitor: row.get("monitor")?,
            task: task.ok_or_else(|| Fault::Unreadable(format!("task `{word}`")))?,
            done: count(row, "done")?,
            done_at: moment_if_any(row, "done_at")?,
            waiting: count(row, "waiting")?,
            given_up: count(row, "given_up")?,
            trouble: row.get("trouble")?,
        })
    })?;
    states.collect()
}
