//! Maintenance windows of the ledger: list, open, end.

use super::{
    Admin, AdminFault,
    extract::{Path, Query},
};
use crate::{
    domain::{Timestamp, with_causes},
    ledger::{NewWindow, WindowRow},
    maintenance::Schedule,
    route::Condition,
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BeginQuery {
    name: String,
    #[serde(default = "every_alert")]
    when: String,
    from: Option<String>,
    until: String,
}

pub(super) async fn list(State(admin): State<Admin>) -> Result<Json<Vec<WindowRow>>, AdminFault> {
    Ok(Json(admin.windows.windows(Timestamp::now()).await?))
}

pub(super) async fn begin(
    State(admin): State<Admin>,
    Query(query): Query<BeginQuery>,
) -> Result<Json<WindowRow>, AdminFault> {
    let now = Timestamp::now();
    let BeginQuery { name, when, from, until } = query;
    if name.trim().is_empty() {
        return Err(AdminFault::new(StatusCode::BAD_REQUEST, "name", "the window's name is empty"));
    }
    Condition::compile(&when).map_err(|error| refused("condition", &error))?;
    let from = from.map_or(Ok(now), |from| from.parse()).map_err(|error| refused("time", &error))?;
    let until = until.parse().map_err(|error| refused("time", &error))?;
    Schedule::once(from, until).map_err(|error| refused("time", &error))?;
    let window = NewWindow { name, when, from, until };
    let id = admin.windows.open_window(window.clone(), now).await?;
    let NewWindow { name, when, from, until } = window;
    Ok(Json(WindowRow { id, name, when, from, until }))
}

pub(super) async fn end(State(admin): State<Admin>, Path(id): Path<i64>) -> Result<Json<Value>, AdminFault> {
    admin.windows.end_window(id, Timestamp::now()).await?;
    Ok(Json(json!({ "ended": id })))
}

fn refused(code: &'static str, error: &dyn Error) -> AdminFault {
    AdminFault::new(StatusCode::BAD_REQUEST, code, with_causes(error))
}

fn every_alert() -> String {
    "true".to_owned()
}
