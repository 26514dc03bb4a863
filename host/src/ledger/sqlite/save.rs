//! Writing what workers learned, many at once.
//!
//! A save is written only while its lease is the ticket's last one; that is decided here, inside the transaction that
//! writes it. The end of a ticket, the making of the one that takes its place and the move of its members are one commit.

use super::column::{self, json};
use super::fault::Fault;
use super::timeline;
use super::writer::Rings;
use crate::domain::{ProblemId, TicketKey};
use crate::ledger::rules::{Rest, TicketSeq};
use crate::ledger::{AttemptChange, Entry, Lease, LedgerError, Renewal, Save, Saved, Standing};
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

type Answer = Result<Saved, LedgerError>;

/// A save that will be written.
struct Granted<'a> {
    ticket: TicketSeq,
    save: &'a Save,
    rest: Rest,
    key: &'a TicketKey,
    /// The row of the ticket that takes its place.
    renewal: Option<(TicketSeq, &'a Renewal)>,
}

/// What a save needs to know of its ticket.
struct Held {
    ticket: TicketSeq,
    wanted: i64,
    until: i64,
}

/// Saves, in order; of saves of one ticket each sees the one before.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    saves: &[(&Lease, &Save)],
    rings: &mut Rings,
) -> Result<Vec<Answer>, Fault> {
    let mut answers: Vec<Answer> = Vec::with_capacity(saves.len());
    let mut rest = saves;
    while !rest.is_empty() {
        let mut keys = HashSet::new();
        let distinct = rest.iter().take_while(|(lease, _)| keys.insert(&lease.key)).count();
        let (round, later) = rest.split_at(distinct);
        answers.extend(save_round(connection, round, rings).await?);
        rest = later;
    }
    Ok(answers)
}

/// Saves of different tickets, by one statement a table.
async fn save_round(
    connection: &mut SqliteConnection,
    saves: &[(&Lease, &Save)],
    rings: &mut Rings,
) -> Result<Vec<Answer>, Fault> {
    let (held, mut last_ticket) = held(connection, saves).await?;
    let mut answers = Vec::with_capacity(saves.len());
    let mut granted = Vec::with_capacity(saves.len());
    for (lease, save) in saves {
        let Some(held) = held.get(&(lease.key.as_str(), lease.token)) else {
            answers.push(Err(LedgerError::LeaseLost(lease.key.clone())));
            continue;
        };
        if let Err(refusal) = check_renewal(lease, save) {
            answers.push(Err(refusal));
            continue;
        }
        let renewal = save.renewal.as_ref().map(|renewal| {
            last_ticket += 1;
            (TicketSeq(last_ticket), renewal)
        });
        let until = crate::domain::Timestamp::from_nanos(held.until);
        let rest = Rest::after(save, held.wanted, until);
        rings.note(rest.due_at.filter(|_| rest.released), rest.ready);
        rings.now += usize::from(renewal.is_some());
        granted.push(Granted { ticket: held.ticket, save, rest, key: &lease.key, renewal });
        answers.push(Ok(Saved { wanted: held.wanted }));
    }
    if !granted.is_empty() {
        write_tickets(connection, &granted).await?;
        write_attempts(connection, &granted).await?;
        write_endings(connection, &granted).await?;
        let entries = |each: &Granted<'_>| each.save.entries.iter().map(|entry| (each.ticket, entry.clone())).collect();
        let entries: Vec<Vec<(TicketSeq, Entry)>> = granted.iter().map(entries).collect();
        timeline::append(connection, &entries.concat()).await?;
        write_renewals(connection, &granted).await?;
    }
    Ok(answers)
}

/// The tickets whose last lease is the one given, by key and token; and the last row that is taken.
async fn held<'a>(
    connection: &mut SqliteConnection,
    saves: &[(&'a Lease, &Save)],
) -> Result<(HashMap<(&'a str, i64), Held>, i64), Fault> {
    let questions: Vec<Value> = saves
        .iter()
        .map(|(lease, _)| {
            let (problem, n) = column::key_columns(&lease.key).unwrap_or_default();
            json!({"problem": problem, "n": n, "token": lease.token})
        })
        .collect();
    let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT q.key, t.seq, t.wanted, t.lease_until
         FROM json_each(?1) q
         JOIN tickets t ON t.problem = q.value ->> 'problem' AND t.n = q.value ->> 'n'
         WHERE t.lease_token = q.value ->> 'token' AND t.lease_owner IS NOT NULL AND t.standing <> 'ended'",
    )
    .bind(json(&questions)?)
    .fetch_all(&mut *connection)
    .await?;
    let last = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM tickets").fetch_one(connection).await?;
    let mut held = HashMap::new();
    for (place, ticket, wanted, until) in rows {
        if let Some((lease, _)) = usize::try_from(place).ok().and_then(|place| saves.get(place)) {
            held.insert((lease.key.as_str(), lease.token), Held { ticket: TicketSeq(ticket), wanted, until });
        }
    }
    Ok((held, last))
}

/// A ticket is renewed by the next of its problem, and ends with it.
fn check_renewal(lease: &Lease, save: &Save) -> Result<(), LedgerError> {
    let Some(renewal) = &save.renewal else { return Ok(()) };
    if !matches!(save.standing, Standing::Ended(_)) {
        return Err(LedgerError::Refused(format!("ticket {} can't be renewed before it ends", lease.key)));
    }
    let next = column::key_columns(&lease.key)
        .and_then(|(problem, n)| Some(TicketKey::of(&ProblemId::from(problem), n.checked_add(1)?)));
    if next.as_ref() != Some(&renewal.key) {
        return Err(LedgerError::Refused(format!("ticket {} can't be renewed by {}", lease.key, renewal.key)));
    }
    Ok(())
}

async fn write_tickets(connection: &mut SqliteConnection, granted: &[Granted<'_>]) -> Result<(), Fault> {
    let mut rows = Vec::with_capacity(granted.len());
    for Granted { ticket, save, rest, .. } in granted {
        let (standing, cause) = column::standing_columns(&save.standing)?;
        rows.push(json!({
            "ticket": ticket,
            "life": save.life,
            "confirmed": save.confirmed,
            "standing": standing,
            "cause": cause,
            "shown": save.shown.as_ref().map(json).transpose()?,
            "not_before": save.not_before.map(|moment| moment.nanos()),
            "due_at": rest.due_at.map(|moment| moment.nanos()),
            "ready": rest.ready,
            "released": rest.released,
        }));
    }
    sqlx::query(
        "UPDATE tickets
         SET life = r.life, confirmed = r.confirmed, standing = r.standing, cause = r.cause,
             shown = coalesce(r.shown, tickets.shown), not_before = r.not_before, due_at = r.due_at, ready = r.ready,
             lease_owner = CASE WHEN r.released THEN NULL ELSE tickets.lease_owner END,
             lease_until = CASE WHEN r.released THEN NULL ELSE tickets.lease_until END
         FROM (SELECT value ->> 'ticket' AS ticket, value ->> 'life' AS life, value ->> 'confirmed' AS confirmed,
                      value ->> 'standing' AS standing, value ->> 'cause' AS cause, value ->> 'shown' AS shown,
                      value ->> 'not_before' AS not_before, value ->> 'due_at' AS due_at, value ->> 'ready' AS ready,
                      value ->> 'released' AS released FROM json_each(?1)) r
         WHERE tickets.seq = r.ticket",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await?;
    Ok(())
}

async fn write_attempts(connection: &mut SqliteConnection, granted: &[Granted<'_>]) -> Result<(), Fault> {
    let mut opened = Vec::new();
    let mut closed = Vec::new();
    for Granted { ticket, save, .. } in granted {
        let at = save.at.nanos();
        match &save.attempt {
            Some(AttemptChange::Open { id, revision, action }) => {
                opened.push(json!({"id": id, "ticket": ticket, "revision": revision, "action": action, "at": at}));
            }
            Some(AttemptChange::Close { id, outcome, exchange }) => {
                closed.push(json!({"id": id, "ticket": ticket, "outcome": outcome, "exchange": exchange, "at": at}));
            }
            None => {}
        }
    }
    if !opened.is_empty() {
        sqlx::query(
            "INSERT INTO attempts (id, ticket, revision, action, opened_at)
             SELECT r.value ->> 'id', r.value ->> 'ticket', r.value ->> 'revision', r.value ->> 'action', r.value ->> 'at'
             FROM json_each(?1) r",
        )
        .bind(json(&opened)?)
        .execute(&mut *connection)
        .await?;
    }
    if !closed.is_empty() {
        sqlx::query(
            "UPDATE attempts SET closed_at = r.at, outcome = r.outcome, exchange = r.exchange
             FROM (SELECT value ->> 'id' AS id, value ->> 'ticket' AS ticket, value ->> 'at' AS at,
                          value ->> 'outcome' AS outcome, value ->> 'exchange' AS exchange FROM json_each(?1)) r
             WHERE attempts.id = r.id AND attempts.ticket = r.ticket",
        )
        .bind(json(&closed)?)
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// Members of a ticket that has ended are its past, unless they move.
async fn write_endings(connection: &mut SqliteConnection, granted: &[Granted<'_>]) -> Result<(), Fault> {
    let ended = |each: &&Granted<'_>| matches!(each.save.standing, Standing::Ended(_)) && each.renewal.is_none();
    let ended: Vec<TicketSeq> = granted.iter().filter(ended).map(|each| each.ticket).collect();
    retire_members(connection, &ended).await
}

/// Makes the members of ended tickets past ones.
pub(super) async fn retire_members(connection: &mut SqliteConnection, ended: &[TicketSeq]) -> Result<(), Fault> {
    if !ended.is_empty() {
        sqlx::query("UPDATE members SET live = 0 WHERE ticket IN (SELECT value FROM json_each(?1))")
            .bind(json(ended)?)
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn write_renewals(connection: &mut SqliteConnection, granted: &[Granted<'_>]) -> Result<(), Fault> {
    let mut rows = Vec::new();
    let mut entries = Vec::new();
    for Granted { ticket, save, key, renewal, .. } in granted {
        if let Some((renewed, renewal)) = renewal {
            rows.push(json!({"old": ticket, "new": renewed, "at": save.at.nanos(), "life": renewal.life}));
            let text = format!("takes the place of {key}");
            entries.push((*renewed, Entry { at: save.at, event: "renews".to_owned(), text }));
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    let rows = json(&rows)?;
    sqlx::query(
        "INSERT INTO tickets (seq, problem, n, connection, kind, route, grouping, resource, storm, created_at, wanted,
                              severity, firing, total, life, due_at, ready)
         SELECT r.value ->> 'new', t.problem, t.n + 1, t.connection, t.kind, t.route, t.grouping, t.resource, t.storm,
                r.value ->> 'at', 1, t.severity, t.firing, t.total, r.value ->> 'life', r.value ->> 'at', 1
         FROM json_each(?1) r JOIN tickets t ON t.seq = r.value ->> 'old'",
    )
    .bind(&rows)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE members SET ticket = r.new
         FROM (SELECT value ->> 'old' AS old, value ->> 'new' AS new FROM json_each(?1)) r WHERE members.ticket = r.old",
    )
    .bind(&rows)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO links (alert, ticket)
         SELECT m.alert, m.ticket FROM json_each(?1) r JOIN members m ON m.ticket = r.value ->> 'new' WHERE true
         ON CONFLICT DO NOTHING",
    )
    .bind(&rows)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE tickets SET firing = 0, total = 0 WHERE seq IN (SELECT value ->> 'old' FROM json_each(?1))")
        .bind(&rows)
        .execute(&mut *connection)
        .await?;
    timeline::append(connection, &entries).await
}
