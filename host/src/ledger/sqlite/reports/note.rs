//! What is noted for reports when alerts, tickets and records are written: narrow rows, so that reports read little.

use crate::domain::{Alert, CorrelationKey, ItsmRecord, Resource};
use crate::ledger::rules::{Changes, Membership, NewAlert, NewTicket, TicketSeq};
use crate::ledger::sqlite::column::{condition_rank, json};
use crate::ledger::sqlite::fault::Fault;
use rusqlite::{Connection, params};
use std::collections::HashSet;

pub(in crate::ledger::sqlite) const OBSERVATION: &str = "
    INSERT INTO observations (alert, key, condition, fired_at, observed_at, rule, resources, metrics)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

/// A new observation of the key of this number, after its row.
pub(in crate::ledger::sqlite) fn observation(
    connection: &Connection,
    new: &NewAlert<'_>,
    key: i64,
) -> Result<(), Fault> {
    let alert = new.alert;
    let resources: Vec<_> = alert.resources.iter().map(name).collect();
    connection.prepare_cached(OBSERVATION)?.execute(params![
        new.seq.0,
        key,
        condition_rank(alert.condition),
        alert.fired_at.nanos(),
        alert.observed_at.nanos(),
        alert.rule,
        json(&resources)?,
        json(&metrics(alert))?,
    ])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const ORIGIN: &str = "
    INSERT INTO origins (ticket, created_at, connection, kind, rule, resources)
    VALUES (?1, ?2, ?3, ?4, coalesce((SELECT rule FROM observations WHERE alert = ?5), ''),
            coalesce(?6, (SELECT resources FROM observations WHERE alert = ?5), '[]'))";

/// A new ticket, after its row and its observations.
pub(in crate::ledger::sqlite) fn origin(
    connection: &Connection,
    ticket: &NewTicket<'_>,
    changes: &Changes<'_>,
) -> Result<(), Fault> {
    let lowest = Membership { ticket: ticket.seq, key: CorrelationKey::from(""), resource: String::new() };
    let members = changes.members.range(&lowest..).take_while(|(member, _)| member.ticket == ticket.seq);
    let first = members.map(|(_, winner)| winner.alert).min();
    let split = ticket.resource.map(|id| {
        let place = first.and_then(|first| changes.alerts.binary_search_by_key(&first, |new| new.seq).ok());
        let resources = place.and_then(|place| changes.alerts.get(place)).map(|new| &new.alert.resources);
        let resource = resources.and_then(|resources| resources.iter().find(|resource| resource.id == id));
        json(&[resource.map_or(id, name)])
    });
    connection.prepare_cached(ORIGIN)?.execute(params![
        ticket.seq.0,
        ticket.created_at.nanos(),
        ticket.connection.as_str(),
        ticket.kind.as_str(),
        first.map(|alert| alert.0),
        split.transpose()?,
    ])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const RENEWAL: &str = "
    INSERT INTO origins (ticket, created_at, connection, kind, rule, resources)
    SELECT ?2, t.created_at, t.connection, t.kind, o.rule, o.resources
    FROM origins o JOIN tickets t ON t.seq = ?2 WHERE o.ticket = ?1";

/// A ticket that takes the place of another, after its row.
pub(in crate::ledger::sqlite) fn renewal(connection: &Connection, old: TicketSeq, new: i64) -> Result<(), Fault> {
    connection.prepare_cached(RENEWAL)?.execute([old.0, new])?;
    Ok(())
}

pub(in crate::ledger::sqlite) const RECORD: &str = "
    UPDATE records SET origin = (SELECT seq FROM tickets t
                                 WHERE t.problem = ?2 AND t.n = ?3 AND t.connection = records.connection)
    WHERE seq = ?1";

pub(in crate::ledger::sqlite) const NO_ORIGIN: &str = "
    UPDATE records SET origin = NULL WHERE seq = ?1 AND origin IS NOT NULL";

/// A record, after its row, with the key that stands in it now: people may have taken it out.
pub(in crate::ledger::sqlite) fn record(connection: &Connection, record: i64, key: Option<&str>) -> Result<(), Fault> {
    let key = key.and_then(|key| key.rsplit_once('-')).and_then(|(problem, n)| Some((problem, n.parse::<u32>().ok()?)));
    match key {
        Some((problem, n)) => connection.prepare_cached(RECORD)?.execute(params![record, problem, n])?,
        None => connection.prepare_cached(NO_ORIGIN)?.execute([record])?,
    };
    Ok(())
}

/// What a record is about, each once.
pub(in crate::ledger::sqlite) fn items(record: &ItsmRecord) -> Vec<&str> {
    distinct(record.configuration_items.iter().map(String::as_str))
}

/// What a CMDB would know a resource by.
fn name(resource: &Resource) -> &str {
    let names = [&resource.configuration_item, &resource.name, &resource.id];
    names.into_iter().find(|name| !name.is_empty()).map_or("", String::as_str)
}

/// The metrics that an alert says it watched: the values of its facts `Metric`, and the names of those under `metrics`.
fn metrics(alert: &Alert) -> Vec<&str> {
    let metrics = alert.facts.iter().filter_map(|fact| match (fact.name.as_str(), fact.group.as_str()) {
        ("Metric", _) => Some(fact.value.as_str()),
        (name, "metrics") => Some(name),
        _ => None,
    });
    distinct(metrics)
}

/// Names as they come, each once; what has none is no name.
fn distinct<'t>(names: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut seen = HashSet::new();
    names.filter(|name| !name.is_empty() && seen.insert(*name)).collect()
}
