//! The rows of `look_up.sql`, put on the board.

use super::look_up::Questions;
use crate::domain::{Alert, AlertId, ConnectionName, Episode, Timestamp};
use crate::ledger::rules::{AlertSeq, Board, Known, Latest, PastSeat, Rank, Recorded, Seat, TicketSeq, Twin};
use crate::ledger::sqlite::column;
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::{BodyId, PlacedTicket};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};
use std::cmp::Reverse;

/// Puts one row on the board.
pub(super) fn put(row: &SqliteRow, questions: &Questions<'_>, board: &mut Board<'_>) -> Result<(), Fault> {
    match row.try_get("what")? {
        "twin" => twin(FromRow::from_row(row)?, questions, board),
        "known" => known(FromRow::from_row(row)?, questions, board),
        "seat" => seat(FromRow::from_row(row)?, questions, board),
        "past" => past(FromRow::from_row(row)?, questions, board),
        "recorded" => recorded(FromRow::from_row(row)?, questions, board),
        "latest" => latest(FromRow::from_row(row)?, questions, board),
        "recent" => {
            let route = asked(&questions.routes, row.try_get("place")?)?.route.clone();
            board.recent.insert(route, column::count("count of tickets", row.try_get("made")?)?);
            Ok(())
        }
        "last" => {
            board.last_alert = row.try_get("alert")?;
            board.last_ticket = row.try_get("ticket")?;
            Ok(())
        }
        other => Err(Fault::Unreadable(format!("answer `{other}`"))),
    }
}

fn asked<T>(questions: &[T], place: i64) -> Result<&T, Fault> {
    let found = usize::try_from(place).ok().and_then(|place| questions.get(place));
    found.ok_or_else(|| Fault::Unreadable(format!("answer {place} of {}", questions.len())))
}

#[derive(FromRow)]
struct TwinRow {
    place: i64,
    id: String,
    received_at: i64,
    receipt: String,
}

fn twin(row: TwinRow, questions: &Questions<'_>, board: &mut Board<'_>) -> Result<(), Fault> {
    let submission = asked(questions.submissions, row.place)?;
    let twins = board.twins.entry((submission.source.clone(), submission.digest)).or_default();
    // Twins within one group each find the same rows.
    if twins.iter().all(|twin| twin.id.0 != row.id) {
        twins.push(Twin {
            id: BodyId(row.id),
            received_at: Timestamp::from_nanos(row.received_at),
            receipt: column::from_json("receipt", &row.receipt)?,
        });
    }
    Ok(())
}

/// A recorded observation, with one of its tickets if it has any.
#[derive(FromRow)]
struct KnownRow {
    place: i64,
    seq: i64,
    problem: Option<String>,
    n: Option<i64>,
    connection: Option<String>,
    kind: Option<String>,
}

fn known(row: KnownRow, questions: &Questions<'_>, board: &mut Board<'_>) -> Result<(), Fault> {
    let observation = asked(&questions.observations, row.place)?;
    let unplaced = || Known { seq: AlertSeq(row.seq), tickets: Vec::new() };
    let known = board.known.entry(observation.clone()).or_insert_with(unplaced);
    if let (Some(problem), Some(n), Some(connection), Some(kind)) = (row.problem, row.n, row.connection, row.kind) {
        let placed = placed(&problem, n, &connection, &kind)?;
        if !known.tickets.contains(&placed) {
            known.tickets.push(placed);
        }
    }
    Ok(())
}

#[derive(FromRow)]
struct SeatRow {
    place: i64,
    ticket: i64,
    problem: String,
    n: i64,
    connection: String,
    kind: String,
    resource: String,
    #[sqlx(flatten)]
    rank: RankRow,
}

fn seat(row: SeatRow, questions: &Questions<'_>, board: &mut Board<'_>) -> Result<(), Fault> {
    let key = asked(&questions.keys, row.place)?.key;
    let placed = placed(&row.problem, row.n, &row.connection, &row.kind)?;
    let seat = Seat { ticket: TicketSeq(row.ticket), placed, resource: row.resource, rank: row.rank.rank()? };
    board.seats.entry(key.clone()).or_default().push(seat);
    Ok(())
}

fn past(row: SeatRow, questions: &Questions<'_>, board: &mut Board<'_>) -> Result<(), Fault> {
    let key = asked(&questions.keys, row.place)?.key;
    let past = PastSeat {
        connection: column::parsed("connection", &row.connection)?,
        kind: column::kind(&row.kind)?,
        resource: row.resource,
        rank: row.rank.rank()?,
    };
    board.past.entry(key.clone()).or_default().push(past);
    Ok(())
}

#[derive(FromRow)]
struct RecordedRow {
    place: i64,
    seq: i64,
    alert: String,
    #[sqlx(flatten)]
    rank: RankRow,
}

fn recorded(row: RecordedRow, questions: &Questions<'_>, board: &mut Board<'_>) -> Result<(), Fault> {
    let key = asked(&questions.keys, row.place)?.key;
    let alert: Alert = column::from_json("alert", &row.alert)?;
    board.recorded.entry(key.clone()).or_default().push(Recorded {
        seq: AlertSeq(row.seq),
        rank: row.rank.rank()?,
        title: alert.title,
        resources: alert.resources.into_iter().map(|resource| resource.id).collect(),
    });
    Ok(())
}

#[derive(FromRow)]
struct LatestRow {
    place: i64,
    seq: i64,
    problem: String,
    n: i64,
    ended: bool,
    connection: String,
    kind: String,
}

fn latest(row: LatestRow, questions: &Questions<'_>, board: &mut Board<'_>) -> Result<(), Fault> {
    let problem = *asked(&questions.problems, row.place)?;
    let latest = Latest {
        ticket: TicketSeq(row.seq),
        n: column::count("ticket number", row.n)?,
        ended: row.ended,
        placed: placed(&row.problem, row.n, &row.connection, &row.kind)?,
    };
    board.latest.insert(problem.clone(), latest);
    Ok(())
}

#[derive(FromRow)]
struct RankRow {
    fired_at: i64,
    observed_at: i64,
    condition: i64,
    severity: i64,
    id: String,
    source: String,
}

impl RankRow {
    fn rank(self) -> Result<Rank, Fault> {
        let episode = Episode {
            fired_at: Timestamp::from_nanos(self.fired_at),
            observed_at: Timestamp::from_nanos(self.observed_at),
            condition: column::condition(self.condition)?,
        };
        let severity = Reverse(column::severity(self.severity)?);
        Ok(Rank { episode, severity, id: AlertId::from(self.id), source: column::parsed("source", &self.source)? })
    }
}

fn placed(problem: &str, n: i64, connection: &str, kind: &str) -> Result<PlacedTicket, Fault> {
    let (key, _) = column::keys(problem, n)?;
    let connection: ConnectionName = column::parsed("connection", connection)?;
    Ok(PlacedTicket { key, connection, kind: column::kind(kind)? })
}
