//! What the ledger holds of a group's keys.
//!
//! All is asked in one round trip: [`Questions`] become the arguments of `look_up.sql`, whose rows say which question of
//! which kind they answer. So no text that went in need come back and compare equal.

use super::answers;
use crate::domain::{CorrelationKey, ProblemId, RouteName, Timestamp};
use crate::ledger::rules::{Board, Observation, TWIN_WINDOW};
use crate::ledger::sqlite::column::{self, json};
use crate::ledger::sqlite::fault::Fault;
use crate::ledger::{Placement, Submission, SubmittedAlert, Verdict};
use serde::Serialize;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The board for these submissions.
pub(super) async fn board<'a>(
    connection: &mut SqliteConnection,
    submissions: &[&'a Submission],
) -> Result<Board<'a>, Fault> {
    let questions = Questions::of(submissions);
    let rows = sqlx::query(include_str!("look_up.sql"))
        .bind(questions.twins()?)
        .bind(questions.known()?)
        .bind(json(&questions.keys)?)
        .bind(json(&questions.problems)?)
        .bind(json(&questions.routes)?)
        .bind(i64::from(questions.most_recent))
        .fetch_all(connection)
        .await?;
    let mut board = Board::default();
    for row in &rows {
        answers::put(row, &questions, &mut board)?;
    }
    Ok(board)
}

/// What is asked; an answer names its question by its place in these lists.
pub(super) struct Questions<'a> {
    pub(super) submissions: &'a [&'a Submission],
    pub(super) observations: Vec<Observation>,
    pub(super) keys: Vec<KeyQuestion<'a>>,
    pub(super) problems: Vec<&'a ProblemId>,
    pub(super) routes: Vec<RouteQuestion<'a>>,
    /// The greatest limit of a storm.
    most_recent: u32,
}

#[derive(Serialize)]
pub(super) struct KeyQuestion<'a> {
    pub(super) key: &'a CorrelationKey,
    fired_at: i64,
    observed_at: i64,
}

#[derive(Serialize)]
pub(super) struct RouteQuestion<'a> {
    pub(super) route: &'a RouteName,
    since: i64,
}

#[derive(Serialize)]
struct TwinQuestion<'a> {
    source: &'a str,
    digest: String,
    since: i64,
}

#[derive(Serialize)]
struct ObservationQuestion<'a> {
    id: &'a str,
    source: &'a str,
    condition: i64,
    severity: i64,
    observed_at: i64,
}

// === impl Questions ===

impl<'a> Questions<'a> {
    fn of(submissions: &'a [&'a Submission]) -> Self {
        let alerts: Vec<(&Submission, &SubmittedAlert)> = submissions.iter().flat_map(|each| decoded(each)).collect();
        let placements: Vec<(Timestamp, &Placement)> = alerts
            .iter()
            .flat_map(|(submission, submitted)| {
                submitted.placements.iter().map(|placement| (submission.received_at, placement))
            })
            .collect();
        let storms = placements.iter().filter_map(|(_, placement)| placement.storm.as_ref());
        let problems: BTreeSet<&ProblemId> = placements
            .iter()
            .map(|(_, placement)| &placement.problem)
            .chain(storms.clone().map(|storm| &storm.problem))
            .collect();
        Self {
            submissions,
            observations: alerts
                .iter()
                .map(|(submission, submitted)| Observation::of(&submission.source, &submitted.alert))
                .collect(),
            keys: keys(&alerts),
            problems: problems.into_iter().collect(),
            routes: routes(&placements),
            most_recent: storms.map(|storm| storm.max_new).max().unwrap_or_default(),
        }
    }

    fn twins(&self) -> Result<String, Fault> {
        let questions = self.submissions.iter().map(|submission| TwinQuestion {
            source: submission.source.as_str(),
            digest: hex::encode(submission.digest),
            since: submission.received_at.before(TWIN_WINDOW).nanos(),
        });
        json(&questions.collect::<Vec<_>>())
    }

    fn known(&self) -> Result<String, Fault> {
        let questions = self.observations.iter().map(|observation| ObservationQuestion {
            id: observation.id.as_str(),
            source: observation.source.as_str(),
            condition: column::condition_rank(observation.condition),
            severity: column::severity_rank(observation.severity),
            observed_at: observation.observed_at.nanos(),
        });
        json(&questions.collect::<Vec<_>>())
    }
}

fn decoded(submission: &Submission) -> impl Iterator<Item = (&Submission, &SubmittedAlert)> {
    let alerts: &[SubmittedAlert] = match &submission.verdict {
        Verdict::Decoded(alerts) => alerts,
        Verdict::Undecoded { .. } | Verdict::Quarantined { .. } => &[],
    };
    alerts.iter().map(move |submitted| (submission, submitted))
}

/// Each key with the least of its observations.
fn keys<'a>(alerts: &[(&'a Submission, &'a SubmittedAlert)]) -> Vec<KeyQuestion<'a>> {
    let mut least: BTreeMap<&CorrelationKey, (i64, i64)> = BTreeMap::new();
    for (_, SubmittedAlert { alert, .. }) in alerts {
        let this = (alert.fired_at.nanos(), alert.observed_at.nanos());
        least.entry(&alert.correlation_key).and_modify(|least| *least = this.min(*least)).or_insert(this);
    }
    least.into_iter().map(|(key, (fired_at, observed_at))| KeyQuestion { key, fired_at, observed_at }).collect()
}

/// Each route that watches for storms, with the beginning of its longest window.
fn routes<'a>(placements: &[(Timestamp, &'a Placement)]) -> Vec<RouteQuestion<'a>> {
    let mut since: BTreeMap<&RouteName, i64> = BTreeMap::new();
    for (received_at, placement) in placements {
        if let Some(storm) = &placement.storm {
            let from = received_at.before(storm.window).nanos();
            since.entry(&placement.route).and_modify(|least| *least = from.min(*least)).or_insert(from);
        }
    }
    since.into_iter().map(|(route, since)| RouteQuestion { route, since }).collect()
}
