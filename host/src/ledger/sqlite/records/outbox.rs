//! What sinks take: filled from the records' changes and the tickets' timelines, and emptied as they confirm.

use super::super::claimed;
use super::super::column::{self, count, json, moment, moment_if_any, parsed, text};
use super::super::fault::Fault;
use crate::domain::{ConnectionName, Delivery, Item, PlatformTicket, TicketEvent, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{Portion, SinkState};
use rusqlite::{Connection, Row, params};
use serde::Deserialize;

pub(in crate::ledger::sqlite) const BEGIN: &str = "INSERT INTO sinks (sink) VALUES (?1) ON CONFLICT DO NOTHING";

pub(in crate::ledger::sqlite) const GIVEN: &str = "
    SELECT sequence, item FROM outbox WHERE sink = ?1 ORDER BY sequence LIMIT ?2";

/// What is left of a portion.
struct Room {
    left: Portion,
    begun: bool,
}

impl Room {
    fn new(most: Portion) -> Self {
        Self { left: most, begun: false }
    }

    /// Whether an item of this size is part of it; behind one that is not, none is, so that their order stays.
    fn takes(&mut self, bytes: usize) -> bool {
        let fits = self.left.items > 0 && (!self.begun || bytes <= self.left.bytes);
        self.left.items = if fits { self.left.items - 1 } else { 0 };
        self.left.bytes = self.left.bytes.saturating_sub(bytes);
        self.begun = true;
        fits
    }
}

/// What a sink is to take next: what it was given, or else what it never was.
pub(super) fn next(connection: &Connection, sink: &ConnectionName, most: Portion) -> Result<Vec<Delivery>, Fault> {
    connection.prepare_cached(BEGIN)?.execute([sink.as_str()])?;
    let given = given(connection, sink, most)?;
    if !given.is_empty() {
        return Ok(given);
    }
    fill(connection, sink, most)?;
    self::given(connection, sink, most)
}

fn given(connection: &Connection, sink: &ConnectionName, most: Portion) -> Result<Vec<Delivery>, Fault> {
    let mut room = Room::new(most);
    let mut statement = connection.prepare_cached(GIVEN)?;
    let mut rows = statement.query(params![sink.as_str(), most.items])?;
    let mut deliveries = Vec::new();
    while let Some(row) = rows.next()? {
        if !room.takes(text(row, "item")?.len()) {
            break;
        }
        deliveries.push(Delivery { sequence: count(row, "sequence")?, item: column::from_json(row, "item")? });
    }
    Ok(deliveries)
}

pub(in crate::ledger::sqlite) const PLACES: &str = "
    SELECT record_place, event_place, sequence FROM sinks WHERE sink = ?1";

pub(in crate::ledger::sqlite) const CHANGED: &str = "
    SELECT r.changed, r.connection, b.body FROM records r JOIN record_bodies b ON b.record = r.seq
    WHERE r.changed > ?1 ORDER BY r.changed LIMIT ?2";

pub(in crate::ledger::sqlite) const HAPPENED: &str = "
    SELECT e.seq, e.at, e.event, e.text, e.ticket, t.problem, t.n, t.connection, t.kind, t.route, t.life
    FROM timeline e JOIN tickets t ON t.seq = e.ticket
    WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2";

pub(in crate::ledger::sqlite) const GIVE: &str = "INSERT INTO outbox (sink, sequence, item) VALUES (?1, ?2, ?3)";

pub(in crate::ledger::sqlite) const MOVE_ON: &str = "
    UPDATE sinks SET record_place = ?2, event_place = ?3, sequence = ?4 WHERE sink = ?1";

fn fill(connection: &Connection, sink: &ConnectionName, most: Portion) -> Result<(), Fault> {
    let mut room = Room::new(most);
    let (mut record_place, mut event_place, mut sequence): (i64, i64, i64) = connection
        .prepare_cached(PLACES)?
        .query_one([sink.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut items = Vec::new();
    let mut changed = connection.prepare_cached(CHANGED)?;
    for record in changed.query_and_then(params![record_place, room.left.items], record)? {
        let (place, item) = record?;
        let item = json(&item)?;
        if !room.takes(item.len()) {
            break;
        }
        record_place = place;
        items.push(item);
    }
    let mut happened = connection.prepare_cached(HAPPENED)?;
    for event in happened.query_and_then(params![event_place, room.left.items], |row| event(connection, row))? {
        let (place, item) = event?;
        if let Some(item) = item {
            let item = json(&item)?;
            if !room.takes(item.len()) {
                break;
            }
            items.push(item);
        }
        event_place = place;
    }
    let mut give = connection.prepare_cached(GIVE)?;
    for item in items {
        sequence += 1;
        give.execute(params![sink.as_str(), sequence, item])?;
    }
    connection.prepare_cached(MOVE_ON)?.execute(params![sink.as_str(), record_place, event_place, sequence])?;
    Ok(())
}

fn record(row: &Row<'_>) -> Result<(i64, Item), Fault> {
    let record = Box::new(column::from_json(row, "body")?);
    Ok((row.get("changed")?, Item::PlatformRecord { connection: parsed(row, "connection")?, record }))
}

/// What of converge's account of a ticket a sink is told.
#[derive(Deserialize)]
struct Account {
    seen: Option<Seen>,
}

#[derive(Deserialize)]
struct Seen {
    ticket: PlatformTicket,
}

/// A ticket as it was last seen, by converge's account of it; none where it is not there yet.
pub(in crate::ledger::sqlite) fn seen(life: Option<String>) -> Option<PlatformTicket> {
    let account = life.and_then(|life| serde_json::from_str::<Account>(&life).ok());
    account.and_then(|account| account.seen).map(|seen| seen.ticket)
}

/// An event with its ticket as it was last seen, and with the alert that decides; none where no alert is left.
fn event(connection: &Connection, row: &Row<'_>) -> Result<(i64, Option<Item>), Fault> {
    let place = row.get("seq")?;
    let ticket = TicketSeq(row.get("ticket")?);
    let Some(newest) = claimed::newest_ever(connection, ticket)? else { return Ok((place, None)) };
    let (key, _) = column::keys(row)?;
    let labels = [("text", text(row, "text")?), ("route", text(row, "route")?), ("source", newest.source.as_str())];
    let labels = labels.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let event = TicketEvent {
        at: moment(row, "at")?,
        event: row.get("event")?,
        connection: row.get("connection")?,
        kind: column::kind(row)?,
        key: key.to_string(),
        ticket: seen(row.get("life")?),
        alert_id: newest.alert.id.to_string(),
        correlation_key: newest.alert.correlation_key.to_string(),
        rule: newest.alert.rule,
        severity: newest.alert.severity,
        condition: newest.alert.condition,
        resource_ids: newest.alert.resources.into_iter().map(|resource| resource.id).collect(),
        labels: labels.collect(),
    };
    Ok((place, Some(Item::TicketEvent(Box::new(event)))))
}

pub(in crate::ledger::sqlite) const REFUSED: &str = "
    INSERT INTO refusals (sink, sequence, at, message, item)
    SELECT sink, sequence, ?3, ?4, item FROM outbox WHERE sink = ?1 AND sequence = ?2";

pub(in crate::ledger::sqlite) const TAKEN: &str = "DELETE FROM outbox WHERE sink = ?1 AND sequence <= ?2";

pub(in crate::ledger::sqlite) const COUNT: &str = "
    UPDATE sinks SET delivered = delivered + ?2, delivered_at = ?3, trouble = '' WHERE sink = ?1";

/// Forgets what a sink confirmed, but keeps what its other side refused.
pub(super) fn taken(
    connection: &Connection,
    sink: &ConnectionName,
    through: u64,
    refused: &[(u64, String)],
    at: Timestamp,
) -> Result<(), Fault> {
    let number = |sequence: u64| i64::try_from(sequence).unwrap_or(i64::MAX);
    for (sequence, message) in refused {
        let refusal = params![sink.as_str(), number(*sequence), at.nanos(), message];
        connection.prepare_cached(REFUSED)?.execute(refusal)?;
    }
    let taken = connection.prepare_cached(TAKEN)?.execute(params![sink.as_str(), number(through)])?;
    let taken = i64::try_from(taken).unwrap_or(i64::MAX);
    connection.prepare_cached(COUNT)?.execute(params![sink.as_str(), taken, at.nanos()])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const FAILED: &str = "UPDATE sinks SET trouble = ?2 WHERE sink = ?1";

pub(super) fn failed(connection: &Connection, sink: &ConnectionName, why: &str) -> Result<(), Fault> {
    connection.prepare_cached(FAILED)?.execute([sink.as_str(), why])?;
    Ok(())
}

const WAITS: &str = "
    SELECT EXISTS (SELECT 1 FROM outbox WHERE sink = ?1)
        OR (SELECT place FROM last_change) > coalesce((SELECT record_place FROM sinks WHERE sink = ?1), 0)
        OR coalesce((SELECT max(seq) FROM timeline), 0) > coalesce((SELECT event_place FROM sinks WHERE sink = ?1), 0)";

/// Whether anything waits for a sink.
pub(super) fn waits(reader: &Connection, sink: &ConnectionName) -> Result<bool, Fault> {
    Ok(reader.prepare_cached(WAITS)?.query_one([sink.as_str()], |row| row.get(0))?)
}

const STATES: &str = "
    SELECT sink, delivered, delivered_at, trouble,
           (SELECT count(*) FROM outbox o WHERE o.sink = s.sink)
             + (SELECT count(*) FROM records r WHERE r.changed > s.record_place)
             + (SELECT count(*) FROM timeline e WHERE e.seq > s.event_place) AS waiting,
           (SELECT count(*) FROM refusals f WHERE f.sink = s.sink) AS refused
    FROM sinks s ORDER BY sink";

/// How far all sinks are.
pub(super) fn states(reader: &Connection) -> Result<Vec<SinkState>, Fault> {
    let mut statement = reader.prepare_cached(STATES)?;
    let states = statement.query_and_then((), |row| {
        Ok(SinkState {
            sink: row.get("sink")?,
            delivered: count(row, "delivered")?,
            delivered_at: moment_if_any(row, "delivered_at")?,
            waiting: count(row, "waiting")?,
            refused: count(row, "refused")?,
            trouble: row.get("trouble")?,
        })
    })?;
    states.collect()
}
