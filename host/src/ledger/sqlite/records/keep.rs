//! Keeping what was read, and where to go on.

use super::super::alarm::Rings;
use super::super::column::{self, count, json, moment, moment_if_any, parsed};
use super::super::fault::Fault;
use super::super::reports::note;
use super::look;
use crate::domain::{ItsmRecord, RecordKind, Timestamp};
use crate::ledger::{PullName, PullState, PulledPage};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

pub(in crate::ledger::sqlite) const BEGIN: &str = "
    INSERT INTO pulls (connection, kind, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";

pub(in crate::ledger::sqlite) const STATE: &str = "SELECT * FROM pulls WHERE connection = ?1 AND kind = ?2";

/// Where a pull stands; it begins here where it was never made.
pub(super) fn state(connection: &Connection, name: &PullName, since: Timestamp) -> Result<PullState, Fault> {
    let (from, kind) = (name.connection.as_str(), name.kind.as_str());
    connection.prepare_cached(BEGIN)?.execute(params![from, kind, since.nanos()])?;
    connection.prepare_cached(STATE)?.query_one([from, kind], |row| Ok(pull(row)))?
}

/// All pulls.
pub(super) fn states(reader: &Connection) -> Result<Vec<PullState>, Fault> {
    let mut statement = reader.prepare_cached("SELECT * FROM pulls ORDER BY connection, kind")?;
    let states = statement.query_and_then((), pull)?;
    states.collect()
}

fn pull(row: &Row<'_>) -> Result<PullState, Fault> {
    let kind = match column::text(row, "kind")? {
        "change" => RecordKind::Change,
        _ => RecordKind::Incident,
    };
    Ok(PullState {
        name: PullName { connection: parsed(row, "connection")?, kind },
        since: moment(row, "since")?,
        cursor: row.get("cursor")?,
        reached: moment_if_any(row, "reached")?,
        read: count(row, "read")?,
        read_at: moment_if_any(row, "read_at")?,
        filled_at: moment_if_any(row, "filled_at")?,
        trouble: row.get("trouble")?,
    })
}

pub(in crate::ledger::sqlite) const FAILED: &str = "
    UPDATE pulls SET trouble = ?3 WHERE connection = ?1 AND kind = ?2";

pub(super) fn failed(connection: &Connection, name: &PullName, why: &str) -> Result<(), Fault> {
    connection.prepare_cached(FAILED)?.execute([name.connection.as_str(), name.kind.as_str(), why])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const ADVANCE: &str = "
    UPDATE pulls
    SET cursor = ?3, reached = max(coalesce(reached, ?4), coalesce(?4, reached)), read = read + ?5, read_at = ?6,
        filled_at = CASE WHEN ?7 THEN filled_at ELSE coalesce(filled_at, ?6) END, trouble = ''
    WHERE connection = ?1 AND kind = ?2";

/// Keeps a page and its cursor; answers how many records were new or other than before.
pub(super) fn page(
    connection: &Connection,
    name: &PullName,
    page: &PulledPage,
    rings: &mut Rings,
) -> Result<u64, Fault> {
    let mut changed = 0;
    for record in &page.records {
        changed += u64::from(keep(connection, name, record, page.at, rings)?);
    }
    let reached = page.records.iter().filter_map(|record| record.updated_at).max();
    connection.prepare_cached(ADVANCE)?.execute(params![
        name.connection.as_str(),
        name.kind.as_str(),
        page.cursor,
        reached.map(Timestamp::nanos),
        i64::try_from(page.records.len()).unwrap_or(i64::MAX),
        page.at.nanos(),
        page.more,
    ])?;
    Ok(changed)
}

pub(in crate::ledger::sqlite) const KNOWN: &str = "
    SELECT b.body FROM records r JOIN record_bodies b ON b.record = r.seq
    WHERE r.connection = ?1 AND r.kind = ?2 AND r.id = ?3";

pub(in crate::ledger::sqlite) const PLACE: &str =
    "UPDATE last_change SET place = place + 1 WHERE one = 1 RETURNING place";

pub(in crate::ledger::sqlite) const KEEP: &str = "
    INSERT INTO records (connection, kind, id, number, ticket, title, state, phase, deleted, priority, category,
                         change_type, service, assignment, caused_by, created_at, updated_at, resolved_at, closed_at,
                         planned_start, planned_end, actual_start, actual_end, changed, read_at, items)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,
            ?25, ?26)
    ON CONFLICT (connection, kind, id) DO UPDATE SET
        number = excluded.number, ticket = excluded.ticket, title = excluded.title, state = excluded.state,
        phase = excluded.phase, deleted = excluded.deleted, priority = excluded.priority, category = excluded.category,
        change_type = excluded.change_type, service = excluded.service, assignment = excluded.assignment,
        caused_by = excluded.caused_by, created_at = excluded.created_at, updated_at = excluded.updated_at,
        resolved_at = excluded.resolved_at, closed_at = excluded.closed_at, planned_start = excluded.planned_start,
        planned_end = excluded.planned_end, actual_start = excluded.actual_start, actual_end = excluded.actual_end,
        changed = excluded.changed, read_at = excluded.read_at,
        items = excluded.items
    RETURNING seq";

pub(in crate::ledger::sqlite) const BODY: &str = "
    INSERT INTO record_bodies (record, body) VALUES (?1, ?2)
    ON CONFLICT (record) DO UPDATE SET body = excluded.body";

/// Keeps one record; whether it was new, or other than before.
fn keep(
    connection: &Connection,
    name: &PullName,
    record: &ItsmRecord,
    at: Timestamp,
    rings: &mut Rings,
) -> Result<bool, Fault> {
    let (from, kind) = (name.connection.as_str(), name.kind.as_str());
    let body = json(record)?;
    let known: Option<String> =
        connection.prepare_cached(KNOWN)?.query_one([from, kind, &record.id], |row| row.get(0)).optional()?;
    if known.is_some_and(|before| before == body) {
        return Ok(false);
    }
    let place: i64 = connection.prepare_cached(PLACE)?.query_one((), |row| row.get(0))?;
    let nanos = |moment: Option<Timestamp>| moment.map(Timestamp::nanos);
    let seq: i64 = connection.prepare_cached(KEEP)?.query_one(
        params![
            from,
            kind,
            record.id,
            record.number,
            record.key,
            record.title,
            record.state.as_str(),
            record.phase.map(|phase| phase.as_str()),
            record.deleted,
            record.priority,
            record.category,
            record.change_type,
            record.service,
            record.assignment,
            record.caused_by,
            nanos(record.created_at),
            nanos(record.updated_at),
            nanos(record.resolved_at),
            nanos(record.closed_at),
            nanos(record.planned_start),
            nanos(record.planned_end),
            nanos(record.actual_start),
            nanos(record.actual_end),
            place,
            at.nanos(),
            json(&note::items(record))?,
        ],
        |row| row.get(0),
    )?;
    connection.prepare_cached(BODY)?.execute(params![seq, body])?;
    note::record(connection, seq, record.key.as_deref())?;
    look::at_ticket_of(connection, name, record, at, rings)?;
    Ok(true)
}
