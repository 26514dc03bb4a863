//! What the ledger holds of a group's keys, put on the board.
//!
//! Each key is asked for once, however many submissions name it. Most are new: a key that no observation has needs no
//! further look.

use super::keys::KeyNumbers;
use crate::domain::{ConnectionName, CorrelationKey, Episode, ProblemId, RouteName, Timestamp, WorkItemKind};
use crate::ledger::rules::{
    AlertSeq, Board, Known, Latest, Observation, PastSeat, Rank, Recorded, Seat, TWIN_WINDOW, TicketSeq, Twin,
};
use crate::ledger::sqlite::column::{self, count, moment, parsed, text};
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::{BodyId, Placement, Submission, SubmittedAlert, Verdict};
use rusqlite::{Connection, OptionalExtension as _, Row, Rows, params};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The board for these submissions, and the numbers of their keys.
pub(in crate::ledger::sqlite) fn board<'a>(
    connection: &Connection,
    submissions: &[&'a Submission],
) -> Result<(Board<'a>, KeyNumbers), Fault> {
    let mut board = Board::default();
    let mut numbers = KeyNumbers::default();
    let mut keys: HashMap<&CorrelationKey, Sought<'_>> = HashMap::new();
    let mut problems: HashSet<&ProblemId> = HashSet::new();
    let mut routes: HashMap<&RouteName, Limit> = HashMap::new();
    for submission in submissions {
        look_up_twins(connection, submission, &mut board)?;
        for SubmittedAlert { alert, placements, .. } in decoded(submission) {
            let sought = keys.entry(&alert.correlation_key).or_default();
            let rank = Rank::of(&submission.source, alert);
            if rank.fires() {
                sought.places.extend(placements.iter().map(Place::of));
            }
            sought.ranks.insert(rank);
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

/// What came now of a key, and where it may become a member.
#[derive(Default)]
struct Sought<'a> {
    ranks: HashSet<Rank>,
    places: HashSet<Place<'a>>,
}

/// Where a key may be a member; `resource` is empty where no route splits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place<'a> {
    connection: &'a ConnectionName,
    kind: WorkItemKind,
    resource: &'a str,
}

// === impl Place ===

impl<'a> Place<'a> {
    fn of(placement: &'a Placement) -> Self {
        let resource = placement.resource.as_deref().unwrap_or_default();
        Self { connection: &placement.connection, kind: placement.kind, resource }
    }
}

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

/// Members of ended tickets that may outrank what came, the greatest first: only late bodies find any.
pub(in crate::ledger::sqlite) const PAST: &str = "
    SELECT t.connection, t.kind, m.resource,
           m.fired_at, m.observed_at, m.condition, m.severity, a.id, a.source
    FROM members m JOIN tickets t ON t.seq = m.ticket JOIN alerts a ON a.seq = m.alert
    WHERE m.key = ?1 AND m.live = 0 AND (m.fired_at, m.observed_at) >= (?2, ?3)
    ORDER BY m.fired_at DESC, m.observed_at DESC";

/// Recorded observations that may.
pub(in crate::ledger::sqlite) const RECORDED: &str = "
    SELECT seq, alert, fired_at, observed_at, condition, severity, id, source FROM alerts
    WHERE key = ?1 AND (fired_at, observed_at) >= (?2, ?3)
    ORDER BY fired_at DESC, observed_at DESC";

/// Recorded observations of one moment.
pub(in crate::ledger::sqlite) const OF_MOMENT: &str = "
    SELECT seq, fired_at, observed_at, condition, severity, id, source FROM alerts
    WHERE key = ?1 AND fired_at = ?2 AND observed_at = ?3";

/// The tickets that an observation stands or stood in.
pub(in crate::ledger::sqlite) const STANDS_IN: &str = "
    SELECT t.problem, t.n, t.connection, t.kind FROM links l JOIN tickets t ON t.seq = l.ticket
    WHERE l.alert = ?1 ORDER BY l.ticket";

fn look_up_key(
    connection: &Connection,
    (key, seq): (&CorrelationKey, i64),
    sought: &Sought<'_>,
    board: &mut Board<'_>,
) -> Result<(), Fault> {
    let mut seats = connection.prepare_cached(SEATS)?;
    let seats = seats.query_and_then([seq], seat)?.collect::<Result<_, Fault>>()?;
    board.seats.insert(key.clone(), seats);
    let moments: BTreeSet<_> = sought.ranks.iter().map(moment_of).collect();
    for (fired_at, observed_at) in &moments {
        let mut same = connection.prepare_cached(OF_MOMENT)?;
        let same = same.query_and_then(params![seq, fired_at, observed_at], |row| Ok((row.get("seq")?, rank(row)?)))?;
        for (alert, rank) in same.collect::<Result<Vec<(i64, Rank)>, Fault>>()? {
            if sought.ranks.contains(&rank) {
                let mut tickets = connection.prepare_cached(STANDS_IN)?;
                let tickets = tickets.query_and_then([alert], column::placed)?.collect::<Result<_, Fault>>()?;
                board.known.insert(Observation { key: key.clone(), rank }, Known { seq: AlertSeq(alert), tickets });
            }
        }
    }
    let Some((fired_at, observed_at)) = moments.first() else { return Ok(()) };
    let since = params![seq, fired_at, observed_at];
    let mut past = connection.prepare_cached(PAST)?;
    let stood_there = |past: &PastSeat, place: &Place<'_>| past.stood_at(place.connection, place.kind, place.resource);
    let past = greatest(past.query(since)?, &sought.places, past_seat, stood_there)?;
    board.past.insert(key.clone(), past);
    let mut recorded = connection.prepare_cached(RECORDED)?;
    let concerns = |recorded: &Recorded, place: &Place<'_>| recorded.concerns(place.resource);
    let recorded = greatest(recorded.query(since)?, &sought.places, observation, concerns)?;
    board.recorded.insert(key.clone(), recorded);
    Ok(())
}

fn moment_of(rank: &Rank) -> (i64, i64) {
    (rank.episode.fired_at.nanos(), rank.episode.observed_at.nanos())
}

/// Of rows that come by moment, the latest first, as many as it takes to know the greatest of each place. A key may have any
/// number of them: a late body is no reason to read them all.
fn greatest<T>(
    mut rows: Rows<'_>,
    places: &HashSet<Place<'_>>,
    of: fn(&Row<'_>) -> Result<T, Fault>,
    answers: impl Fn(&T, &Place<'_>) -> bool,
) -> Result<Vec<T>, Fault> {
    let mut open = places.clone();
    let mut found = Vec::new();
    let mut last = None;
    while let Some(row) = rows.next()? {
        let moment: (i64, i64) = (row.get("fired_at")?, row.get("observed_at")?);
        // What is of one moment is ordered by more than that.
        if open.is_empty() && last != Some(moment) {
            break;
        }
        let item = of(row)?;
        open.retain(|place| !answers(&item, place));
        found.push(item);
        last = Some(moment);
    }
    Ok(found)
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
