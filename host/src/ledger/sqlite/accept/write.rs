//! Writing what a group of submissions changes: the new rows in one round trip, as the arguments of `write.sql`, and then what
//! they change of older ones.

use crate::domain::{Alert, CorrelationKey};
use crate::ledger::rules::{AlertSeq, Changes, Membership, NewAlert, NewBody, NewTicket, TicketSeq};
use crate::ledger::sqlite::column::{self, condition_rank, json, severity_rank};
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::sqlite::timeline;
use crate::ledger::{BodyStatus, Submission, Verdict};
use serde::Serialize;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Writes all of it.
pub(super) async fn write(connection: &mut SqliteConnection, changes: &Changes<'_>) -> Result<(), Fault> {
    let mut bytes = Cuttings::default();
    let bodies = changes.bodies.iter().map(|new| body(new, &mut bytes)).collect::<Result<Vec<_>, Fault>>()?;
    let mut texts = Cuttings::default();
    let alerts = changes.alerts.iter().map(|new| alert(new, &mut texts)).collect::<Result<Vec<_>, Fault>>()?;
    let tickets = changes.tickets.iter().map(|new| ticket(new, changes)).collect::<Result<Vec<_>, Fault>>()?;
    sqlx::query(include_str!("write.sql"))
        .bind(json(&bodies)?)
        .bind(bytes.0)
        .bind(json(&alerts)?)
        .bind(texts.0)
        .bind(json(&tickets)?)
        .bind(json(&members(changes))?)
        .bind(json(&changes.links)?)
        .bind(timeline::rows(&changes.timeline)?)
        .execute(&mut *connection)
        .await?;
    change(connection, include_str!("raise.sql"), &raises(changes)).await?;
    change(connection, include_str!("routed.sql"), &routed(changes)).await?;
    change(connection, include_str!("replaced.sql"), &changes.replaced).await?;
    if !changes.quarantines.is_empty() {
        let keep = json(&changes.quarantines)?;
        sqlx::query(include_str!("trim.sql")).bind(keep).execute(connection).await?;
    }
    Ok(())
}

/// Changes rows that were there before. Most groups only add some, and even a statement over nothing has its price.
async fn change<T: Serialize>(
    connection: &mut SqliteConnection,
    statement: &'static str,
    rows: &[T],
) -> Result<(), Fault> {
    if !rows.is_empty() {
        sqlx::query(statement).bind(json(rows)?).execute(connection).await?;
    }
    Ok(())
}

/// Long values, one after another, in one blob that a statement cuts at the rows' offsets: bodies are bytes, which JSON
/// can't carry, and what is JSON already need not be quoted again.
#[derive(Default)]
struct Cuttings(Vec<u8>);

impl Cuttings {
    /// Adds a value; says where it stands, counted from 1 as SQL does, and how long it is.
    fn add(&mut self, value: &[u8]) -> (usize, usize) {
        let from = self.0.len() + 1;
        self.0.extend_from_slice(value);
        (from, value.len())
    }
}

#[derive(Serialize)]
struct BodyRow<'a> {
    id: &'a str,
    source: &'a str,
    received_at: i64,
    content_type: &'a str,
    digest: String,
    body: usize,
    length: usize,
    status: &'static str,
    reason: &'a str,
    receipt: String,
}

fn body<'a>(new: &'a NewBody<'_>, bytes: &mut Cuttings) -> Result<BodyRow<'a>, Fault> {
    let Submission { id, source, received_at, body, content_type, digest, verdict, .. } = new.submission;
    let (status, reason) = match verdict {
        Verdict::Decoded(_) => (BodyStatus::Decoded, ""),
        Verdict::Undecoded { reason } => (BodyStatus::Undecoded, reason.as_str()),
        Verdict::Quarantined { reason, .. } => (BodyStatus::Quarantined, reason.as_str()),
    };
    let (body, length) = bytes.add(body);
    Ok(BodyRow {
        id: &id.0,
        source: source.as_str(),
        received_at: received_at.nanos(),
        content_type,
        digest: hex::encode(digest),
        body,
        length,
        status: column::status_word(status),
        reason,
        receipt: json(&new.receipt)?,
    })
}

#[derive(Serialize)]
struct AlertRow<'a> {
    seq: AlertSeq,
    id: &'a str,
    source: &'a str,
    condition: i64,
    severity: i64,
    observed_at: i64,
    correlation_key: &'a str,
    fired_at: i64,
    received_at: i64,
    body: &'a str,
    alert: usize,
    alert_length: usize,
    payload: Option<usize>,
    payload_length: Option<usize>,
    unrouted: bool,
}

/// An alert is kept without its payload, which most often is the body as a whole.
fn alert<'a>(new: &'a NewAlert<'_>, texts: &mut Cuttings) -> Result<AlertRow<'a>, Fault> {
    let NewAlert { seq, submission, alert, unrouted } = new;
    let payload = alert.payload.as_bytes();
    let part = (payload != &submission.body[..]).then(|| texts.add(payload));
    let bare = Alert { payload: String::new(), ..(*alert).clone() };
    let (text, text_length) = texts.add(json(&bare)?.as_bytes());
    Ok(AlertRow {
        seq: *seq,
        id: alert.id.as_str(),
        source: submission.source.as_str(),
        condition: condition_rank(alert.condition),
        severity: severity_rank(alert.severity),
        observed_at: alert.observed_at.nanos(),
        correlation_key: alert.correlation_key.as_str(),
        fired_at: alert.fired_at.nanos(),
        received_at: submission.received_at.nanos(),
        body: &submission.id.0,
        alert: text,
        alert_length: text_length,
        payload: part.map(|(from, _)| from),
        payload_length: part.map(|(_, length)| length),
        unrouted: *unrouted,
    })
}

#[derive(Serialize)]
struct TicketRow<'a> {
    seq: TicketSeq,
    problem: &'a str,
    n: u32,
    connection: &'a str,
    kind: &'static str,
    route: &'a str,
    grouping: String,
    resource: Option<&'a str>,
    storm: bool,
    created_at: i64,
    wanted: i64,
    severity: Option<i64>,
    firing: usize,
    total: usize,
    not_before: Option<i64>,
    due_at: i64,
    ready: bool,
}

/// All members of a new ticket are new too, so they are counted here and not by the database.
fn ticket<'a>(new: &NewTicket<'a>, changes: &Changes<'_>) -> Result<TicketRow<'a>, Fault> {
    let first = Membership { ticket: new.seq, key: CorrelationKey::from(""), resource: String::new() };
    let members = || {
        let from_first = changes.members.range(&first..);
        from_first.take_while(|(member, _)| member.ticket == new.seq).map(|(_, winner)| &winner.rank)
    };
    let firing = members().filter(|rank| rank.fires()).count();
    let raised = changes.raises.get(&new.seq).map_or(0, |raise| raise.by);
    Ok(TicketRow {
        seq: new.seq,
        problem: new.problem.as_str(),
        n: new.n,
        connection: new.connection.as_str(),
        kind: new.kind.as_str(),
        route: new.route.as_str(),
        grouping: json(new.group)?,
        resource: new.resource,
        storm: new.storm,
        created_at: new.created_at.nanos(),
        wanted: 1 + raised,
        severity: members().filter(|rank| firing == 0 || rank.fires()).map(|rank| severity_rank(rank.severity.0)).min(),
        firing,
        total: members().count(),
        not_before: new.not_before.map(|moment| moment.nanos()),
        due_at: new.due_at().nanos(),
        ready: new.not_before.is_none(),
    })
}

#[derive(Serialize)]
struct MemberRow<'a> {
    ticket: TicketSeq,
    correlation_key: &'a str,
    resource: &'a str,
    alert: AlertSeq,
    fired_at: i64,
    observed_at: i64,
    condition: i64,
    severity: i64,
}

fn members<'a>(changes: &'a Changes<'_>) -> Vec<MemberRow<'a>> {
    let members = changes.members.iter();
    members
        .map(|(member, winner)| MemberRow {
            ticket: member.ticket,
            correlation_key: member.key.as_str(),
            resource: &member.resource,
            alert: winner.alert,
            fired_at: winner.rank.episode.fired_at.nanos(),
            observed_at: winner.rank.episode.observed_at.nanos(),
            condition: condition_rank(winner.rank.episode.condition),
            severity: severity_rank(winner.rank.severity.0),
        })
        .collect()
}

#[derive(Serialize)]
struct RaiseRow {
    ticket: TicketSeq,
    by: i64,
    at: i64,
}

/// The raises of tickets that were there before.
fn raises(changes: &Changes<'_>) -> Vec<RaiseRow> {
    let new: BTreeSet<TicketSeq> = changes.tickets.iter().map(|ticket| ticket.seq).collect();
    let older = changes.raises.iter().filter(|(ticket, _)| !new.contains(ticket));
    older.map(|(ticket, raise)| RaiseRow { ticket: *ticket, by: raise.by, at: raise.at.nanos() }).collect()
}

/// Alerts that are, or are written here, as unrouted.
fn routed(changes: &Changes<'_>) -> Vec<AlertSeq> {
    let routed_as_written: BTreeSet<AlertSeq> =
        changes.alerts.iter().filter(|new| !new.unrouted).map(|new| new.seq).collect();
    changes.routed.difference(&routed_as_written).copied().collect()
}
