//! `GET /v1/reports`: which there are. `GET /v1/reports/{name}`: one, answered.

use super::{
    Admin, AdminFault,
    extract::{Path, Query},
};
use crate::{
    domain::Timestamp,
    report::{Answer, Asked, Entry, Question, Report, UnknownReport},
};
use axum::{Json, extract::State};
use http::StatusCode;

pub(super) async fn list() -> Json<[Entry; Report::ALL.len()]> {
    Json(Report::ALL.map(Report::entry))
}

pub(super) async fn answer(
    State(admin): State<Admin>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Answer>, AdminFault> {
    let unknown = |error: UnknownReport| AdminFault::new(StatusCode::NOT_FOUND, "not-found", error.to_string());
    let report: Report = name.parse().map_err(unknown)?;
    let wrong = |error| AdminFault::new(StatusCode::BAD_REQUEST, "parameter", error);
    let question = Question::try_new(report, &asked, Timestamp::now()).map_err(|error| wrong(error.to_string()))?;
    Ok(Json(admin.reports.answer(question).await?))
}
