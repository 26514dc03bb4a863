//! `GET /v1/status`: which generation is in force, what was last refused, how the connections are, how much there is.

use super::{Admin, AdminFault};
use crate::{
    domain::Timestamp,
    ledger::{Counts, Room},
};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};

/// The gateway at one moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Status {
    /// `[gateway] name`.
    pub gateway: String,
    /// Of the program.
    pub version: String,
    /// Counts the configurations that were taken since the start.
    pub generation: u64,
    /// Since when.
    pub since: Timestamp,
    /// The configuration that was refused last, if none was taken since.
    pub refused: Option<Refusal>,
    /// Each connection's health.
    pub connections: Vec<ConnectionStatus>,
    /// How much there is.
    pub ledger: Counts,
    /// How much room there is for more.
    pub room: Room,
}

/// A configuration that was refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refusal {
    /// When.
    pub at: Timestamp,
    /// Every error, with file, line and column.
    pub errors: Vec<String>,
}

/// How a connection is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConnectionStatus {
    /// Its name.
    pub name: String,
    /// What its plugin is: `adapter`, `monitor` or `sink`.
    pub kind: String,
    /// Its plugin.
    pub plugin: String,
    /// In a word.
    pub state: ConnectionState,
    /// Why it is not working; empty when it is.
    pub reason: String,
}

/// How a connection is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionState {
    /// It takes what it is sent.
    Working,
    /// Its credentials are refused: its tickets wait until they are mended.
    Stopped,
    /// It failed too often in a row.
    BreakerOpen,
    /// The platform asked for a rest.
    Resting,
    /// The operator paused it.
    Paused,
    /// The operator retired it.
    Retired,
}

pub(super) async fn status(State(admin): State<Admin>) -> Result<Json<Status>, AdminFault> {
    let generation = admin.intake.current().load();
    Ok(Json(Status {
        gateway: generation.gateway.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        generation: generation.number,
        since: generation.since,
        refused: admin.intake.current().refusal(),
        connections: generation.connection_status(&admin.connections),
        ledger: admin.ledger.counts().await?,
        room: admin.upkeep.room().await?,
    }))
}

pub(super) async fn metrics(State(admin): State<Admin>) -> String {
    admin.metrics.render()
}
