//! What the ledger holds of a group's keys.

use crate::domain::{AlertId, ConnectionName, CorrelationKey, Episode, ProblemId, RouteName, Timestamp};
use crate::ledger::rules::{
    AlertSeq, Board, Known, Latest, Observation, PastSeat, Rank, Recorded, Seat, TWIN_WINDOW, TicketSeq, Twin,
};
use crate::ledger::sqlite::column;
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::{BodyId, PlacedTicket, Submission, SubmittedAlert, Verdict};
use serde_json::json;
use sqlx::{FromRow, SqliteConnection};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The board for these submissions.
pub(super) async fn board<'a>(
    connection: &mut SqliteConnection,
    submissions: &[&'a Submission],
) -> Result<Board<'a>, Fault> {
    let mut board = Board::default();
    twins(connection, submissions, &mut board).await?;
    let alerts: Vec<(&Submission, &SubmittedAlert)> = submissions
        .iter()
        .flat_map(|submission| decoded(submission).iter().map(move |each| (*submission, each)))
        .collect();
    if alerts.is_empty() {
        return Ok(board);
    }
    known(connection, &alerts, &mut board).await?;
    seats(connection, &alerts, &mut board).await?;
    if alerts.iter().any(|(_, submitted)| !submitted.placements.is_empty()) {
        greater(connection, &alerts, &mut board).await?;
        latest(connection, &alerts, &mut board).await?;
        recent(connection, &alerts, &mut board).await?;
    }
    (board.last_alert, board.last_ticket) = sqlx::query_as(
        "SELECT (SELECT coalesce(max(seq), 0) FROM alerts), (SELECT coalesce(max(seq), 0) FROM tickets)",
    )
    .fetch_one(connection)
    .await?;
    Ok(board)
}

fn decoded(submission: &Submission) -> &[SubmittedAlert] {
    match &submission.verdict {
        Verdict::Decoded(alerts) => alerts,
        Verdict::Undecoded { .. } | Verdict::Quarantined { .. } => &[],
    }
}

/// Looks up the question that a row answers: rows carry its place instead of its texts.
fn asked<T>(questions: &[T], place: i64) -> Result<&T, Fault> {
    let found = usize::try_from(place).ok().and_then(|place| questions.get(place));
    found.ok_or_else(|| Fault::Unreadable(format!("row {place} of {}", questions.len())))
}

async fn twins(
    connection: &mut SqliteConnection,
    submissions: &[&Submission],
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let questions: Vec<_> = submissions
        .iter()
        .map(|submission| {
            let since = submission.received_at.before(TWIN_WINDOW).nanos();
            json!({"source": submission.source, "digest": hex::encode(submission.digest), "since": since})
        })
        .collect();
    let rows: Vec<(i64, String, i64, String)> = sqlx::query_as(
        "SELECT q.key, b.id, b.received_at, b.receipt
         FROM json_each(?1) q JOIN bodies b
           ON b.source = q.value ->> 'source' AND b.digest = unhex(q.value ->> 'digest')
          AND b.received_at >= q.value ->> 'since'
         ORDER BY b.seq",
    )
    .bind(column::json(&questions)?)
    .fetch_all(connection)
    .await?;
    for (place, id, received_at, receipt) in rows {
        let submission = asked(submissions, place)?;
        let twins = board.twins.entry((submission.source.clone(), submission.digest)).or_default();
        if twins.iter().all(|twin| twin.id.0 != id) {
            let receipt = column::from_json("receipt", &receipt)?;
            twins.push(Twin { id: BodyId(id), received_at: Timestamp::from_nanos(received_at), receipt });
        }
    }
    Ok(())
}

async fn known(
    connection: &mut SqliteConnection,
    alerts: &[(&Submission, &SubmittedAlert)],
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let observations: Vec<Observation> =
        alerts.iter().map(|(submission, submitted)| Observation::of(&submission.source, &submitted.alert)).collect();
    let questions: Vec<_> = observations
        .iter()
        .map(|observation| {
            json!({
                "id": observation.id,
                "source": observation.source,
                "condition": column::condition_rank(observation.condition),
                "severity": column::severity_rank(observation.severity),
                "observed_at": observation.observed_at.nanos(),
            })
        })
        .collect();
    let rows: Vec<KnownRow> = sqlx::query_as(
        "SELECT q.key AS place, a.seq, t.problem, t.n, t.connection, t.kind
         FROM json_each(?1) q
         JOIN alerts a
           ON a.id = q.value ->> 'id' AND a.source = q.value ->> 'source'
          AND a.condition = q.value ->> 'condition' AND a.severity = q.value ->> 'severity'
          AND a.observed_at = q.value ->> 'observed_at'
         LEFT JOIN links l ON l.alert = a.seq
         LEFT JOIN tickets t ON t.seq = l.ticket
         ORDER BY t.seq",
    )
    .bind(column::json(&questions)?)
    .fetch_all(connection)
    .await?;
    for row in rows {
        let observation = asked(&observations, row.place)?;
        let unplaced = || Known { seq: AlertSeq(row.seq), tickets: Vec::new() };
        let known = board.known.entry(observation.clone()).or_insert_with(unplaced);
        if let (Some(problem), Some(n), Some(connection), Some(kind)) = (row.problem, row.n, row.connection, row.kind) {
            let placed = placed(&problem, n, &connection, &kind)?;
            if !known.tickets.contains(&placed) {
                known.tickets.push(placed);
            }
        }
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

/// A member's ticket, and the winning observation's rank.
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

async fn seats(
    connection: &mut SqliteConnection,
    alerts: &[(&Submission, &SubmittedAlert)],
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let keys: Vec<&CorrelationKey> = distinct(alerts.iter().map(|(_, submitted)| &submitted.alert.correlation_key));
    let rows: Vec<SeatRow> = sqlx::query_as(
        "SELECT q.key AS place, m.ticket, t.problem, t.n, t.connection, t.kind, m.resource,
                m.fired_at, m.observed_at, m.condition, m.severity, a.id, a.source
         FROM json_each(?1) q
         JOIN members m ON m.correlation_key = q.value AND m.live = 1
         JOIN tickets t ON t.seq = m.ticket
         JOIN alerts a ON a.seq = m.alert
         ORDER BY m.ticket, m.resource",
    )
    .bind(column::json(&keys)?)
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = asked(&keys, row.place)?;
        let placed = placed(&row.problem, row.n, &row.connection, &row.kind)?;
        let seat = Seat { ticket: TicketSeq(row.ticket), placed, resource: row.resource, rank: row.rank.rank()? };
        board.seats.entry((*key).clone()).or_default().push(seat);
    }
    Ok(())
}

/// Past members and recorded observations that may outrank what comes: only late bodies find any.
async fn greater(
    connection: &mut SqliteConnection,
    alerts: &[(&Submission, &SubmittedAlert)],
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let mut earliest: BTreeMap<&CorrelationKey, (i64, i64)> = BTreeMap::new();
    for (_, submitted) in alerts {
        let alert = &submitted.alert;
        let this = (alert.fired_at.nanos(), alert.observed_at.nanos());
        earliest.entry(&alert.correlation_key).and_modify(|least| *least = this.min(*least)).or_insert(this);
    }
    let keys: Vec<&CorrelationKey> = earliest.keys().copied().collect();
    let questions: Vec<_> = earliest
        .iter()
        .map(|(key, (fired_at, observed_at))| json!({"key": key, "fired_at": fired_at, "observed_at": observed_at}))
        .collect();
    let questions = column::json(&questions)?;

    let rows: Vec<SeatRow> = sqlx::query_as(
        "SELECT q.key AS place, m.ticket, t.problem, t.n, t.connection, t.kind, m.resource,
                m.fired_at, m.observed_at, m.condition, m.severity, a.id, a.source
         FROM json_each(?1) q
         JOIN members m
           ON m.correlation_key = q.value ->> 'key' AND m.live = 0
          AND (m.fired_at, m.observed_at) >= (q.value ->> 'fired_at', q.value ->> 'observed_at')
         JOIN tickets t ON t.seq = m.ticket
         JOIN alerts a ON a.seq = m.alert",
    )
    .bind(&questions)
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let key = asked(&keys, row.place)?;
        board.past.entry((*key).clone()).or_default().push(PastSeat {
            connection: column::parsed("connection", &row.connection)?,
            kind: column::kind(&row.kind)?,
            resource: row.resource,
            rank: row.rank.rank()?,
        });
    }

    let rows: Vec<RecordedRow> = sqlx::query_as(
        "SELECT q.key AS place, a.seq, a.alert, a.fired_at, a.observed_at, a.condition, a.severity, a.id, a.source
         FROM json_each(?1) q
         JOIN alerts a
           ON a.correlation_key = q.value ->> 'key'
          AND (a.fired_at, a.observed_at) >= (q.value ->> 'fired_at', q.value ->> 'observed_at')",
    )
    .bind(&questions)
    .fetch_all(connection)
    .await?;
    for row in rows {
        let key = asked(&keys, row.place)?;
        let alert: crate::domain::Alert = column::from_json("alert", &row.alert)?;
        board.recorded.entry((*key).clone()).or_default().push(Recorded {
            seq: AlertSeq(row.seq),
            rank: row.rank.rank()?,
            title: alert.title,
            resources: alert.resources.into_iter().map(|resource| resource.id).collect(),
        });
    }
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

async fn latest(
    connection: &mut SqliteConnection,
    alerts: &[(&Submission, &SubmittedAlert)],
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let placements = alerts.iter().flat_map(|(_, submitted)| &submitted.placements);
    let problems: Vec<&ProblemId> = distinct(
        placements
            .flat_map(|placement| [Some(&placement.problem), placement.storm.as_ref().map(|storm| &storm.problem)])
            .flatten(),
    );
    let rows: Vec<(i64, i64, i64, bool, String, String)> = sqlx::query_as(
        "SELECT q.key, t.seq, t.n, t.standing = 'ended', t.connection, t.kind
         FROM json_each(?1) q
         JOIN tickets t
           ON t.problem = q.value AND t.n = (SELECT max(newest.n) FROM tickets newest WHERE newest.problem = q.value)",
    )
    .bind(column::json(&problems)?)
    .fetch_all(connection)
    .await?;
    for (place, ticket, n, ended, connection, kind) in rows {
        let problem = asked(&problems, place)?;
        let latest = Latest {
            ticket: TicketSeq(ticket),
            n: column::count("ticket number", n)?,
            ended,
            placed: placed(problem.as_str(), n, &connection, &kind)?,
        };
        board.latest.insert((*problem).clone(), latest);
    }
    Ok(())
}

/// How many tickets the storm-limited routes made lately; counted no further than their greatest limit.
async fn recent(
    connection: &mut SqliteConnection,
    alerts: &[(&Submission, &SubmittedAlert)],
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let mut since: HashMap<&RouteName, Timestamp> = HashMap::new();
    let mut most = 0;
    for (submission, submitted) in alerts {
        for placement in &submitted.placements {
            if let Some(storm) = &placement.storm {
                let from = submission.received_at.before(storm.window);
                since.entry(&placement.route).and_modify(|least| *least = from.min(*least)).or_insert(from);
                most = most.max(storm.max_new);
            }
        }
    }
    if since.is_empty() {
        return Ok(());
    }
    let questions: Vec<_> =
        since.iter().map(|(route, since)| json!({"route": route, "since": since.nanos()})).collect();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT q.value ->> 'route',
                (SELECT count(*) FROM (SELECT 1 FROM tickets t
                                       WHERE t.route = q.value ->> 'route' AND t.storm = 0
                                         AND t.created_at > q.value ->> 'since' LIMIT ?2))
         FROM json_each(?1) q",
    )
    .bind(column::json(&questions)?)
    .bind(i64::from(most))
    .fetch_all(connection)
    .await?;
    for (route, made) in rows {
        board.recent.insert(column::parsed("route", &route)?, column::count("count of tickets", made)?);
    }
    Ok(())
}

fn placed(problem: &str, n: i64, connection: &str, kind: &str) -> Result<PlacedTicket, Fault> {
    let (key, _) = column::keys(problem, n)?;
    let connection: ConnectionName = column::parsed("connection", connection)?;
    Ok(PlacedTicket { key, connection, kind: column::kind(kind)? })
}

fn distinct<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.collect::<std::collections::BTreeSet<T>>().into_iter().collect()
}
