//! Pulls, sinks and monitors: how far they are, a round now, and what sinks' other sides refuse.

use super::{
    Admin, AdminFault,
    extract::{Path, Query},
};
use crate::{
    domain::{ConnectionName, InvalidName},
    ledger::{MonitorState, PullState, RefusalRow, SinkState},
    sync::Round,
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How far pulls, sinks and monitors are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SyncStatus {
    /// What is read back.
    pub pulls: Vec<PullStatus>,
    /// What is taken away.
    pub sinks: Vec<SinkStatus>,
    /// What monitors are asked and told.
    pub monitors: Vec<MonitorStatus>,
}

/// How far the reading of one kind of records is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PullStatus {
    /// As the ledger has it.
    #[serde(flatten)]
    pub state: PullState,
    /// The rounds of its connection in this process; none where it is not read now.
    pub round: Option<Round>,
}

/// How far a sink is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SinkStatus {
    /// As the ledger has it.
    #[serde(flatten)]
    pub state: SinkState,
    /// Its rounds in this process; none where nothing is delivered to it now.
    pub round: Option<Round>,
}

/// How far a task of a monitor is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MonitorStatus {
    /// As the ledger has it.
    #[serde(flatten)]
    pub state: MonitorState,
    /// Its rounds in this process; none where it is not done now.
    pub round: Option<Round>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunQuery {
    connection: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RefusedQuery {
    limit: u32,
}

pub(super) async fn status(State(admin): State<Admin>) -> Result<Json<SyncStatus>, AdminFault> {
    let pulls = admin.records.pulls().await?.into_iter().map(|state| {
        let round = admin.rounds.of(&state.name.connection);
        PullStatus { state, round }
    });
    let sinks = admin.records.sinks().await?.into_iter().map(|state| {
        let round = state.sink.parse().ok().and_then(|name: ConnectionName| admin.rounds.of(&name));
        SinkStatus { state, round }
    });
    let monitors = admin.monitors.monitor_tasks().await?.into_iter().map(|state| {
        let name = state.monitor.parse().ok();
        let round = name.and_then(|name: ConnectionName| admin.rounds.of_monitor(&name, state.task));
        MonitorStatus { state, round }
    });
    Ok(Json(SyncStatus { pulls: pulls.collect(), sinks: sinks.collect(), monitors: monitors.collect() }))
}

pub(super) async fn run(State(admin): State<Admin>, Query(query): Query<RunQuery>) -> Result<Json<Round>, AdminFault> {
    let unknown = |error: InvalidName| AdminFault::new(StatusCode::BAD_REQUEST, "name", error.to_string());
    let name: ConnectionName = query.connection.parse().map_err(unknown)?;
    // What it was before: who waits for the round sees it rise.
    let before = admin.rounds.of(&name);
    match before.filter(|_| admin.rounds.ask(&name)) {
        Some(before) => Ok(Json(before)),
        None => {
            let words = "is not read, takes nothing and is asked nothing: it has no `pull`, is no sink and no source's monitor, is paused, or is stopped";
            Err(AdminFault::new(StatusCode::NOT_FOUND, "not-found", format!("the connection `{name}` {words}")))
        }
    }
}

pub(super) async fn refused(
    State(admin): State<Admin>,
    Query(query): Query<RefusedQuery>,
) -> Result<Json<Vec<RefusalRow>>, AdminFault> {
    Ok(Json(admin.records.refusals(query.limit).await?))
}

pub(super) async fn again(State(admin): State<Admin>, Path(id): Path<i64>) -> Result<Json<Value>, AdminFault> {
    admin.records.refused_again(id).await?;
    Ok(Json(json!({ "again": id })))
}

pub(super) async fn drop(State(admin): State<Admin>, Path(id): Path<i64>) -> Result<Json<Value>, AdminFault> {
    admin.records.drop_refused(id).await?;
    Ok(Json(json!({ "dropped": id })))
}
