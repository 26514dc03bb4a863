//! The control interface: what every simulator has (see [`crate::shared::control`]), and people, rows and limits.
//!
//! | request | does |
//! |---|---|
//! | `GET /` | what listens where, and the certificate: `{"http","https","control","ca_pem"}` |
//! | `GET /tables/{table}` | all rows with their stored values; `?filter=` takes an OData condition |
//! | `POST /tables/{table}` | a person makes a row: columns as the Web API takes them; answers `{"id","number"}` |
//! | `GET /tables/{table}/keys` | how many rows there are of each key |
//! | `POST /people` | a person acts: `{"ticket":"CAS-01001","act":{"kind":"resolve"}}` |
//! | `GET /notes/{id}` | what was noted on a row |
//! | `GET /resolutions/{id}` | what a Case was resolved with |
//! | `PUT /protection` | `{"limit":"execution_time"}`: which of the three limits a throttled call meets |
//!
//! Acts: `resolve`, `cancel`, `reopen`, `status` `status`, `reassign` `team` `person`, `delete`, `merge` `into`, `take_out_key`,
//! `edit` `fields`, `note` `text`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    inspect::Fields,
    organisation::Organisation,
    people::{Act, ActError, Made},
    refusal::Protection,
};
use crate::shared::control::{self, Person, Refused, refused};

/// All routes but `GET /`, which needs the addresses that only listening gives.
pub fn router(organisation: Arc<Organisation>) -> Router {
    let shared = control::router(organisation.apparatus.clone());
    Router::new()
        .route("/tables/{table}", get(rows).post(create))
        .route("/tables/{table}/keys", get(keys))
        .route("/people", post(people))
        .route("/notes/{id}", get(notes))
        .route("/resolutions/{id}", get(resolutions))
        .route("/protection", put(protection))
        .with_state(organisation)
        .merge(shared)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rows {
    filter: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    limit: Protection,
}

async fn rows(
    State(organisation): State<Arc<Organisation>>,
    Path(table): Path<String>,
    Query(rows): Query<Rows>,
) -> Json<Vec<Fields>> {
    Json(organisation.rows(&table, &rows.filter))
}

async fn create(
    State(organisation): State<Arc<Organisation>>,
    Path(table): Path<String>,
    Json(fields): Json<Map<String, Value>>,
) -> Result<(StatusCode, Json<Made>), Refused> {
    let made = organisation.create(&table, &fields).map_err(unfit)?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn keys(
    State(organisation): State<Arc<Organisation>>,
    Path(table): Path<String>,
) -> Json<BTreeMap<String, usize>> {
    Json(organisation.keys(&table))
}

async fn people(
    State(organisation): State<Arc<Organisation>>,
    Json(person): Json<Person<Act>>,
) -> Result<StatusCode, Refused> {
    organisation.act(&person.ticket, &person.act).map_err(unfit)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn notes(State(organisation): State<Arc<Organisation>>, Path(id): Path<String>) -> Json<Vec<String>> {
    Json(organisation.notes(&id))
}

async fn resolutions(
    State(organisation): State<Arc<Organisation>>,
    Path(id): Path<String>,
) -> Json<Vec<(String, String)>> {
    Json(organisation.resolutions(&id))
}

async fn protection(State(organisation): State<Arc<Organisation>>, Json(limit): Json<Limit>) -> StatusCode {
    organisation.set_protection(limit.limit);
    StatusCode::NO_CONTENT
}

fn unfit(error: ActError) -> Refused {
    let status = match error {
        ActError::NoTable(_) | ActError::NoTicket(_) | ActError::Nobody(_) => StatusCode::NOT_FOUND,
        ActError::Refused(_) => StatusCode::CONFLICT,
    };
    refused(status, &error)
}
