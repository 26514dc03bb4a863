//! What a plan needs to know of claimed tickets, read after their leases were committed.
//!
//! Reading outside the writer's transaction may find an observation that is newer than the claim. That does no harm: all is
//! read in one snapshot, so the revision that the worker knows is the one of the members that it is shown.

use super::column::{self, moment, parsed};
use super::fault::Fault;
use super::lease::Lead;
use super::monitors::enquiry;
use super::timeline;
use crate::domain::{Alert, Condition, Member, ProblemId, Timestamp};
use crate::ledger::rules::TicketSeq;
use crate::ledger::{Claimed, Lease, LedgerError, NewestAlert, Unlisted};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

/// How many members and entries a worker is shown.
const SHOWN: i64 = 100;

const TICKET: &str = "
    SELECT problem, n, connection, kind, route, grouping, resource, storm, created_at, wanted, looks, firing, total, life
    FROM tickets WHERE seq = ?1";

/// A claim filled in, or why nothing can be made of what the ledger has of its ticket.
pub(super) type Filled = Result<Claimed, (Lead, String)>;

/// Fills in the claims, in their order. A row that can't be read must not hold up the tickets that were claimed with it.
pub(super) fn claimed(reader: &mut Connection, leads: &[Lead], until: Timestamp) -> Result<Vec<Filled>, LedgerError> {
    let snapshot = reader.transaction()?;
    let filled = |lead: &Lead| match one(&snapshot, lead, until) {
        Ok(claimed) => Ok(Ok(claimed)),
        Err(Fault::Unreadable(why)) => Ok(Err((*lead, why))),
        Err(fault) => Err(fault.into()),
    };
    leads.iter().map(filled).collect()
}

fn one(snapshot: &Connection, lead: &Lead, until: Timestamp) -> Result<Claimed, Fault> {
    let ticket = lead.ticket;
    let members = members(snapshot, ticket)?;
    let newest = newest(snapshot, ticket)?;
    let newest = newest.ok_or_else(|| Fault::Unreadable(format!("ticket in row {} has no members", ticket.0)))?;
    let unlisted = unlisted(snapshot, ticket, &members)?;
    let timeline = timeline::latest(snapshot, ticket, SHOWN)?;
    let facts = enquiry::known(snapshot, ticket)?;
    let mut statement = snapshot.prepare_cached(TICKET)?;
    let claimed = |row: &Row<'_>| {
        let (key, follows) = column::keys(row)?;
        Ok(Claimed {
            lease: Lease { key, token: lead.token, until },
            taken_over_from: lead.abandoned,
            problem: ProblemId::from(column::text(row, "problem")?),
            n: column::count(row, "n")?,
            connection: parsed(row, "connection")?,
            kind: column::kind(row)?,
            route: parsed(row, "route")?,
            group: column::from_json(row, "grouping")?,
            resource: row.get("resource")?,
            storm: row.get("storm")?,
            follows,
            created_at: moment(row, "created_at")?,
            wanted: row.get("wanted")?,
            looks: row.get("looks")?,
            life: row.get("life")?,
            newest,
            members,
            firing: column::count(row, "firing")?,
            total: column::count(row, "total")?,
            unlisted,
            timeline,
            facts,
        })
    };
    statement.query_one([ticket.0], |row| Ok(claimed(row)))?
}

const MEMBERS: &str = "
    SELECT m.resource, a.alert
    FROM (SELECT resource, alert, fired_at, observed_at, condition FROM members WHERE ticket = ?1
          ORDER BY fired_at DESC, observed_at DESC, condition DESC, alert DESC LIMIT ?2) m
    JOIN alerts a ON a.seq = m.alert
    ORDER BY m.fired_at DESC, m.observed_at DESC, m.condition DESC, m.alert DESC";

/// The newest members of a ticket.
pub(super) fn members(snapshot: &Connection, ticket: TicketSeq) -> Result<Vec<Member>, Fault> {
    let mut statement = snapshot.prepare_cached(MEMBERS)?;
    let members = statement.query_and_then(params![ticket.0, SHOWN], |row| {
        Ok(member(column::from_json(row, "alert")?, column::text(row, "resource")?))
    })?;
    members.collect()
}

/// Of all members that fire, since the oldest may be the one that decides.
const FIRING: &str = "
    SELECT max(m.observed_at) AS observed_at, coalesce(max(a.alert ->> '$.resolves'), 1) AS resolves
    FROM members m JOIN alerts a ON a.seq = m.alert
    WHERE m.ticket = ?1 AND m.condition = 0
    HAVING count(*) > ?2";

/// What those that fire have in common, where more fire than these.
fn unlisted(snapshot: &Connection, ticket: TicketSeq, listed: &[Member]) -> Result<Option<Unlisted>, Fault> {
    if i64::try_from(listed.len()).is_ok_and(|listed| listed < SHOWN) {
        return Ok(None);
    }
    let firing = listed.iter().filter(|member| member.condition == Condition::Fired).count();
    let mut statement = snapshot.prepare_cached(FIRING)?;
    let unlisted = |row: &Row<'_>| {
        Ok::<_, Fault>(Unlisted { observed_at: moment(row, "observed_at")?, resolves: row.get("resolves")? })
    };
    let found =
        statement.query_one(params![ticket.0, i64::try_from(firing).unwrap_or(i64::MAX)], |row| Ok(unlisted(row)));
    found.optional()?.transpose()
}

/// A member is about one resource where its route splits, else about its alert's first.
fn member(alert: Alert, resource: &str) -> Member {
    let episode = alert.episode();
    let resource = alert.resources.into_iter().find(|each| resource.is_empty() || each.id == resource);
    Member {
        correlation_key: alert.correlation_key,
        alert_id: alert.id,
        title: alert.title,
        severity: alert.severity,
        condition: alert.condition,
        episode,
        resolved_at: alert.resolved_at,
        resolves: alert.resolves,
        resource,
    }
}

const NEWEST: &str = "
    SELECT a.source, a.alert, a.payload, CASE WHEN a.payload IS NULL THEN b.body END AS whole
    FROM (SELECT alert FROM members WHERE ticket = ?1
          ORDER BY condition, fired_at DESC, observed_at DESC, severity, alert DESC LIMIT 1) m
    JOIN alerts a ON a.seq = m.alert
    LEFT JOIN bodies b ON b.id = a.body";

/// The observation of a ticket that decides: the newest firing one, else the newest; with its payload.
fn newest(snapshot: &Connection, ticket: TicketSeq) -> Result<Option<NewestAlert>, Fault> {
    let newest = |row: &Row<'_>| Ok(NewestAlert { source: parsed(row, "source")?, alert: column::alert(row)? });
    let mut statement = snapshot.prepare_cached(NEWEST)?;
    statement.query_one([ticket.0], |row| Ok(newest(row))).optional()?.transpose()
}

/// The newest observation that a ticket ever stood for, without its payload: its members may have gone on to the next.
const NEWEST_EVER: &str = "
    SELECT a.source, a.alert, NULL AS payload, NULL AS whole
    FROM links l JOIN alerts a ON a.seq = l.alert WHERE l.ticket = ?1
    ORDER BY a.fired_at DESC, a.observed_at DESC, a.condition DESC, a.seq DESC LIMIT 1";

pub(super) fn newest_ever(snapshot: &Connection, ticket: TicketSeq) -> Result<Option<NewestAlert>, Fault> {
    let newest = |row: &Row<'_>| Ok(NewestAlert { source: parsed(row, "source")?, alert: column::alert(row)? });
    let mut statement = snapshot.prepare_cached(NEWEST_EVER)?;
    statement.query_one([ticket.0], |row| Ok(newest(row))).optional()?.transpose()
}
