//! What the ledger holds of a group's keys, put on the board.
//!
//! Each key is asked for once, however many submissions name it. Most are new: a key that no observation has needs no
//! further look.

use super::keys::KeyNumbers;
use crate::domain::{CorrelationKey, Episode, ProblemId, RouteName, Timestamp};
use crate::ledger::rules::{
    AlertSeq, Board, Known, Latest, Observation, PastSeat, Rank, Recorded, Seat, TWIN_WINDOW, TicketSeq, Twin,
};
use crate::ledger::sqlite::column::{self, count, moment, parsed, text};
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::{BodyId, Placement, Submission, SubmittedAlert, Verdict};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// The board for these submissions, and the numbers of their keys.
pub(super) fn board<'a>(
    connection: &Connection,
    submissions: &[&'a Submission],
) -> Result<(Board<'a>, KeyNumbers), Fault> {
    let mut board = Board::default();
    let mut numbers = KeyNumbers::default();
    let mut keys: HashMap<&CorrelationKey, Sought> = HashMap::new();
    let mut problems: HashSet<&ProblemId> = HashSet::new();
    let mut routes: HashMap<&RouteName, Limit> = HashMap::new();
    for submission in submissions {
        look_up_twins(connection, submission, &mut board)?;
        for SubmittedAlert { alert, placements, .. } in decoded(submission) {
            keys.entry(&alert.correlation_key).or_default().push(Rank::of(&submission.source, alert));
            for placement in placements {
                problems.insert(&placement.problem);
                problems.extend(placement.storm.as_ref().map(|storm| &storm.problem));
                limit(&mut routes, placement, submission.received_at);
            }
        }
    }
    for (key, sought) in keys {
        if let Some(seq) = numbers.look_up(connection, key)? {
            look_up_key(connection, (key, seq), &sought, &mut board)?;
        }
    }
    for problem in problems {
        look_up_latest(connection, problem, &mut board)?;
    }
    for (route, limit) in routes {
        let made = connection
            .prepare_cached(RECENT)?
            .query_one(params![route.as_str(), limit.since, limit.most], |row| Ok(count(row, "made")))??;
        board.recent.insert(route.clone(), made);
    }
    (board.last_alert, board.last_ticket) =
        connection.prepare_cached(LAST)?.query_one((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((board, numbers))
}

/// What came now of a key.
type Sought = Vec<Rank>;

/// The longest window of a route's storms, and the greatest number of tickets in it.
struct Limit {
    since: i64,
    most: u32,
}

fn limit<'a>(routes: &mut HashMap<&'a RouteName, Limit>, placement: &'a Placement, at: Timestamp) {
    if let Some(storm) = &placement.storm {
        let since = at.before(storm.window).nanos();
        let limit = routes.entry(&placement.route).or_insert(Limit { since, most: 0 });
        limit.since = limit.since.min(since);
        limit.most = limit.most.max(storm.max_new);
    }
}

fn decoded(submission: &Submission) -> &[SubmittedAlert] {
    match &submission.verdict {
        Verdict::Decoded(alerts) => alerts,
        Verdict::Undecoded { .. } | Verdict::Quarantined { .. } => &[],
    }
}

/// Bodies with the same bytes, first ones first.
pub(in crate::ledger::sqlite) const TWINS: &str = "
    SELECT id, received_at, receipt FROM bodies
    WHERE source = ?1 AND digest = ?2 AND received_at >= ?3 ORDER BY received_at, seq";

fn look_up_twins(connection: &Connection, submission: &Submission, board: &mut Board<'_>) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(TWINS)?;
    let since = submission.received_at.before(TWIN_WINDOW).nanos();
    let mut rows = statement.query(params![submission.source.as_str(), submission.digest, since])?;
    while let Some(row) = rows.next()? {
        let twins = board.twins.entry((submission.source.clone(), submission.digest)).or_default();
        let id = text(row, "id")?;
        // Twins within one group each find the same rows.
        if twins.iter().all(|twin| twin.id.0 != id) {
            let receipt = column::from_json(row, "receipt")?;
            twins.push(Twin { id: BodyId(id.to_owned()), received_at: moment(row, "received_at")?, receipt });
        }
    }
    Ok(())
}

/// A key's live members.
pub(in crate::ledger::sqlite) const SEATS: &str = "
    SELECT m.ticket, t.problem, t.n, t.connection, t.kind, m.resource,
           m.fired_at, m.observed_at, m.condition, m.severity, a.id, a.source
    FROM members m JOIN tickets t ON t.seq = m.ticket JOIN alerts a ON a.seq = m.alert
    WHERE m.key = ?1 AND m.live = 1
    ORDER BY m.ticket, m.resource";

/// Members of ended tickets that may outrank what came: only late bodies find any.
pub(in crate::ledger::sqlite) const PAST: &str = "
    SELECT t.connection, t.kind, m.resource,
           m.fired_at, m.observed_at, m.condition, m.severity, a.id, a.source
    FROM members m JOIN tickets t ON t.seq = m.ticket JOIN alerts a ON a.seq = m.alert
    WHERE m.key = ?1 AND m.live = 0 AND (m.fired_at, m.observed_at) >= (?2, ?3)";

/// Recorded observations that may.
pub(in crate::ledger::sqlite) const RECORDED: &str = "
    SELECT seq, alert, fired_at, observed_at, condition, severity, id, source FROM alerts
    WHERE key = ?1 AND (fired_at, observed_at) >= (?2, ?3)";

/// The tickets that an observation stands or stood in.
pub(in crate::ledger::sqlite) const STANDS_IN: &str = "
    SELECT t.problem, t.n, t.connection, t.kind FROM links l JOIN tickets t ON t.seq = l.ticket
    WHERE l.alert = ?1 ORDER BY l.ticket";

fn look_up_key(
    connection: &Connection,
    (key, seq): (&CorrelationKey, i64),
    sought: &Sought,
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let mut seats = connection.prepare_cached(SEATS)?;
    let seats = seats.query_and_then([seq], seat)?.collect::<Result<_, Fault>>()?;
    board.seats.insert(key.clone(), seats);
    let moments = sought.iter().map(|rank| (rank.episode.fired_at.nanos(), rank.episode.observed_at.nanos()));
    let (fired_at, observed_at) = moments.min().unwrap_or_default();
    let mut past = connection.prepare_cached(PAST)?;
    let past = past.query_and_then([seq, fired_at, observed_at], past_seat)?;
    board.past.insert(key.clone(), past.collect::<Result<_, Fault>>()?);
    let mut recorded = connection.prepare_cached(RECORDED)?;
    let recorded = recorded.query_and_then([seq, fired_at, observed_at], observation)?;
    let recorded = recorded.collect::<Result<Vec<_>, Fault>>()?;
    let sought: HashSet<&Rank> = sought.iter().collect();
    for same in recorded.iter().filter(|recorded| sought.contains(&recorded.rank)) {
        let mut tickets = connection.prepare_cached(STANDS_IN)?;
        let tickets = tickets.query_and_then([same.seq.0], column::placed)?.collect::<Result<_, Fault>>()?;
        let observation = Observation { key: key.clone(), rank: same.rank.clone() };
        board.known.insert(observation, Known { seq: same.seq, tickets });
    }
    board.recorded.insert(key.clone(), recorded);
    Ok(())
}

fn seat(row: &Row<'_>) -> Result<Seat, Fault> {
    Ok(Seat {
        ticket: TicketSeq(row.get("ticket")?),
        placed: column::placed(row)?,
        resource: row.get("resource")?,
        rank: rank(row)?,
    })
}

fn past_seat(row: &Row<'_>) -> Result<PastSeat, Fault> {
    Ok(PastSeat {
        connection: parsed(row, "connection")?,
        kind: column::kind(row)?,
        resource: row.get("resource")?,
        rank: rank(row)?,
    })
}

fn observation(row: &Row<'_>) -> Result<Recorded, Fault> {
    let alert: crate::domain::Alert = column::from_json(row, "alert")?;
    Ok(Recorded {
        seq: AlertSeq(row.get("seq")?),
        rank: rank(row)?,
        title: alert.title,
        resources: alert.resources.into_iter().map(|resource| resource.id).collect(),
    })
}

fn rank(row: &Row<'_>) -> Result<Rank, Fault> {
    let episode = Episode {
        fired_at: moment(row, "fired_at")?,
        observed_at: moment(row, "observed_at")?,
        condition: column::condition(row)?,
    };
    let severity = Reverse(column::severity(row)?);
    Ok(Rank { episode, severity, id: text(row, "id")?.into(), source: parsed(row, "source")? })
}

/// A problem's newest ticket.
pub(in crate::ledger::sqlite) const LATEST: &str = "
    SELECT seq, problem, n, standing = 'ended' AS ended, connection, kind FROM tickets
    WHERE problem = ?1 ORDER BY place DESC LIMIT 1";

fn look_up_latest(connection: &Connection, problem: &ProblemId, board: &mut Board<'_>) -> Result<(), Fault> {
    let latest = |row: &Row<'_>| {
        Ok::<_, Fault>(Latest {
            ticket: TicketSeq(row.get("seq")?),
            n: count(row, "n")?,
            ended: row.get("ended")?,
            placed: column::placed(row)?,
        })
    };
    let found = connection.prepare_cached(LATEST)?.query_one([problem.as_str()], |row| Ok(latest(row))).optional()?;
    board.latest.extend(found.transpose()?.map(|latest| (problem.clone(), latest)));
    let forgotten = connection.prepare_cached(FORGOTTEN)?.query_one([problem.as_str()], |row| row.get(0)).optional()?;
    board.forgotten.extend(forgotten.map(|n| (problem.clone(), n)));
    Ok(())
}

/// The greatest number of a problem's tickets that were deleted.
pub(in crate::ledger::sqlite) const FORGOTTEN: &str = "SELECT n FROM forgotten WHERE problem = ?1";

/// How many tickets a route made, counted no further than its limit.
pub(in crate::ledger::sqlite) const RECENT: &str = "
    SELECT count(*) AS made
    FROM (SELECT 1 FROM tickets WHERE route = ?1 AND storm = 0 AND created_at > ?2 LIMIT ?3)";

/// The last rows that are taken.
pub(in crate::ledger::sqlite) const LAST: &str = "
    SELECT (SELECT coalesce(max(seq), 0) FROM alerts), (SELECT coalesce(max(seq), 0) FROM tickets)";
