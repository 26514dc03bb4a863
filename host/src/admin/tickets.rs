//! Tickets: list, show, retry, drop.

use super::{
    Admin, AdminFault,
    extract::{Path, Query},
};
use crate::{
    domain::{ConnectionName, InvalidName, TicketKey, Timestamp},
    ledger::{TicketRow, TicketSelection, TicketStory},
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListQuery {
    parked: bool,
    ended: bool,
    connection: Option<String>,
    limit: u32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct DropQuery {
    why: String,
}

pub(super) async fn list(
    State(admin): State<Admin>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<TicketRow>>, AdminFault> {
    let connection = query.connection.map(|name| name.parse::<ConnectionName>()).transpose();
    let unknown = |error: InvalidName| AdminFault::new(StatusCode::BAD_REQUEST, "name", error.to_string());
    let selection = TicketSelection {
        parked: query.parked,
        ended: query.ended,
        connection: connection.map_err(unknown)?,
        limit: query.limit,
    };
    Ok(Json(admin.ledger.tickets(&selection).await?))
}

pub(super) async fn show(State(admin): State<Admin>, Path(key): Path<String>) -> Result<Json<TicketStory>, AdminFault> {
    Ok(Json(admin.ledger.ticket(&TicketKey::from(key)).await?))
}

pub(super) async fn retry(State(admin): State<Admin>, Path(key): Path<String>) -> Result<Json<Value>, AdminFault> {
    let key = TicketKey::from(key);
    admin.ledger.retry(&key, Timestamp::now()).await?;
    Ok(Json(json!({ "retried": key })))
}

pub(super) async fn drop(
    State(admin): State<Admin>,
    Path(key): Path<String>,
    Query(query): Query<DropQuery>,
) -> Result<Json<Value>, AdminFault> {
    let key = TicketKey::from(key);
    let why = if query.why.is_empty() { "dropped by the operator" } else { &query.why };
    admin.ledger.drop_ticket(&key, why, Timestamp::now()).await?;
    Ok(Json(json!({ "dropped": key })))
}
