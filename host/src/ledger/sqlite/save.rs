//! Writing what workers learned, many at once.
//!
//! A save is written only while its lease is the ticket's last one; that is decided here, inside the transaction that
//! writes it. The end of a ticket, the making of the one that takes its place and the move of its members are one commit.

use super::alarm::Rings;
use super::column::{self, json};
use super::fault::Fault;
use super::timeline;
use crate::domain::{ProblemId, TicketKey, Timestamp};
use crate::ledger::rules::{Rest, TicketSeq, overtaken};
use crate::ledger::{AttemptChange, Entry, Lease, LedgerError, Save, Saved, Standing};
use serde::Serialize;
use sqlx::SqliteConnection;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

type Answer = Result<Saved, LedgerError>;

/// A save that will be written.
struct Granted<'a> {
    ticket: TicketSeq,
    save: Cow<'a, Save>,
    rest: Rest,
    key: &'a TicketKey,
    /// The row of the ticket that takes its place.
    renewal: Option<TicketSeq>,
}

/// What a save needs to know of its ticket.
struct Held {
    ticket: TicketSeq,
    wanted: i64,
    until: Timestamp,
}

#[derive(Serialize)]
struct Question<'a> {
    problem: &'a str,
    n: u32,
    token: i64,
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

/// Saves of different tickets, in two round trips however many there are.
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
        let save = overtaken(save, held.wanted);
        let renewal = save.renewal.as_ref().map(|_| {
            last_ticket += 1;
            TicketSeq(last_ticket)
        });
        let rest = Rest::after(&save, held.wanted, held.until);
        rings.note(rest.due_at.filter(|_| rest.released), rest.ready);
        rings.now += usize::from(renewal.is_some());
        granted.push(Granted { ticket: held.ticket, save, rest, key: &lease.key, renewal });
        answers.push(Ok(Saved { wanted: held.wanted }));
    }
    if !granted.is_empty() {
        write(connection, &granted).await?;
    }
    Ok(answers)
}

/// The tickets whose last lease is the one given, by key and token; and the last row that is taken.
async fn held<'a>(
    connection: &mut SqliteConnection,
    saves: &[(&'a Lease, &Save)],
) -> Result<(HashMap<(&'a str, i64), Held>, i64), Fault> {
    let questions: Vec<Question<'_>> = saves
        .iter()
        .map(|(lease, _)| {
            let (problem, n) = column::key_columns(&lease.key).unwrap_or_default();
            Question { problem, n, token: lease.token }
        })
        .collect();
    // The last row is always answered, so that one round trip says both.
    let rows: Vec<(Option<i64>, i64, i64, i64)> = sqlx::query_as(
        "SELECT q.key, t.seq, t.wanted, t.lease_until
         FROM jsonb_each($1) q
         JOIN tickets t ON t.problem = q.value ->> 'problem' AND t.n = q.value ->> 'n'
         WHERE t.lease_token = q.value ->> 'token' AND t.lease_owner IS NOT NULL AND t.standing <> 'ended'
         UNION ALL SELECT NULL, coalesce(max(seq), 0), 0, 0 FROM tickets",
    )
    .bind(json(&questions)?)
    .fetch_all(connection)
    .await?;
    let mut held = HashMap::new();
    let mut last = 0;
    for (place, ticket, wanted, until) in rows {
        let Some(place) = place else {
            last = ticket;
            continue;
        };
        if let Some((lease, _)) = usize::try_from(place).ok().and_then(|place| saves.get(place)) {
            let until = Timestamp::from_nanos(until);
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

#[derive(Serialize)]
struct TicketRow<'a> {
    ticket: TicketSeq,
    life: &'a str,
    confirmed: i64,
    standing: &'static str,
    cause: String,
    shown: Option<String>,
    not_before: Option<i64>,
    due_at: Option<i64>,
    ready: bool,
    released: bool,
}

#[derive(Serialize)]
struct OpenedRow<'a> {
    id: &'a str,
    ticket: TicketSeq,
    revision: i64,
    action: &'a str,
    at: i64,
}

#[derive(Serialize)]
struct ClosedRow<'a> {
    id: &'a str,
    ticket: TicketSeq,
    outcome: &'a str,
    exchange: &'a str,
    at: i64,
}

#[derive(Serialize)]
struct RenewalRow<'a> {
    old: TicketSeq,
    new: TicketSeq,
    at: i64,
    life: &'a str,
}

/// Writes all of it in one round trip: the rows are the arguments of `save.sql`.
async fn write(connection: &mut SqliteConnection, granted: &[Granted<'_>]) -> Result<(), Fault> {
    let mut tickets = Vec::with_capacity(granted.len());
    let mut opened = Vec::new();
    let mut closed = Vec::new();
    let mut ended = Vec::new();
    let mut renewals = Vec::new();
    let mut entries = Vec::new();
    for Granted { ticket, save, rest, key, renewal } in granted {
        let (ticket, at) = (*ticket, save.at.nanos());
        let (standing, cause) = column::standing_columns(&save.standing)?;
        tickets.push(TicketRow {
            ticket,
            life: &save.life,
            confirmed: save.confirmed,
            standing,
            cause,
            shown: save.shown.as_ref().map(json).transpose()?,
            not_before: save.not_before.map(|moment| moment.nanos()),
            due_at: rest.due_at.map(|moment| moment.nanos()),
            ready: rest.ready,
            released: rest.released,
        });
        match &save.attempt {
            Some(AttemptChange::Open { id, revision, action }) => {
                opened.push(OpenedRow { id, ticket, revision: *revision, action, at });
            }
            Some(AttemptChange::Close { id, outcome, exchange }) => {
                closed.push(ClosedRow { id, ticket, outcome, exchange, at });
            }
            None => {}
        }
        entries.extend(save.entries.iter().map(|entry| (ticket, entry.clone())));
        match renewal.zip(save.renewal.as_ref()) {
            Some((new, renewal)) => {
                renewals.push(RenewalRow { old: ticket, new, at, life: &renewal.life });
                let text = format!("takes the place of {key}");
                entries.push((new, Entry { at: save.at, event: "renews".to_owned(), text }));
            }
            None if matches!(save.standing, Standing::Ended(_)) => ended.push(ticket),
            None => {}
        }
    }
    sqlx::query(include_str!("save.sql"))
        .bind(json(&tickets)?)
        .bind(json(&opened)?)
        .bind(json(&closed)?)
        .bind(json(&ended)?)
        .bind(json(&renewals)?)
        .bind(timeline::rows(&entries)?)
        .execute(connection)
        .await?;
    Ok(())
}
