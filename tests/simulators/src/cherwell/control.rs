//! The control interface: what every simulator has (see [`crate::shared::control`]), and people, records, notes and licences.
//!
//! | request | does |
//! |---|---|
//! | `GET /` | what listens where, and the certificate: `{"http","https","control","ca_pem"}` |
//! | `GET /records/{object}?FIELD=VALUE` | records with their stored values |
//! | `POST /records/{object}` | a person makes a record: fields and values; answers `{"rec_id","number"}` |
//! | `GET /records/{object}/keys/{field}` | how many records there are of each value of a field |
//! | `POST /people` | a person acts: `{"ticket":"10001","act":{"kind":"close"}}` |
//! | `GET /notes/{ticket}` | what stands in a ticket's journal |
//! | `GET /licences` | how many sessions take one: `{"taken":1}` |
//! | `PUT /search-lag` | `{"seconds":5}`: searches don't find younger records |
//!
//! Acts: `resolve`, `close`, `reopen`, `state` `state`, `reassign` `team` `person`, `delete`, `take_out_key`, `edit` `fields`,
//! `note` `text`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde_json::{Value, json};

use super::{
    inspect::Fields,
    people::{Act, ActError, Made},
    server::Server,
};
use crate::shared::control::{self, Person, Refused, Span, refused};

/// All routes but `GET /`, which needs the addresses that only listening gives.
pub fn router(server: Arc<Server>) -> Router {
    let shared = control::router(server.apparatus.clone());
    Router::new()
        .route("/records/{object}", get(records).post(create))
        .route("/records/{object}/keys/{field}", get(keys))
        .route("/people", post(people))
        .route("/notes/{ticket}", get(notes))
        .route("/licences", get(licences))
        .route("/search-lag", put(search_lag))
        .with_state(server)
        .merge(shared)
}

async fn records(
    State(server): State<Arc<Server>>,
    Path(object): Path<String>,
    Query(fields): Query<BTreeMap<String, String>>,
) -> Json<Vec<Fields>> {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Json(server.records(&object, &fields))
}

async fn create(
    State(server): State<Arc<Server>>,
    Path(object): Path<String>,
    Json(fields): Json<BTreeMap<String, String>>,
) -> Result<(StatusCode, Json<Made>), Refused> {
    let made = server.create(&object, &fields).map_err(unfit)?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn keys(
    State(server): State<Arc<Server>>,
    Path((object, field)): Path<(String, String)>,
) -> Json<BTreeMap<String, usize>> {
    Json(server.keys(&object, &field))
}

async fn people(State(server): State<Arc<Server>>, Json(person): Json<Person<Act>>) -> Result<StatusCode, Refused> {
    server.act(&person.ticket, &person.act).map_err(unfit)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn notes(State(server): State<Arc<Server>>, Path(ticket): Path<String>) -> Json<Vec<String>> {
    Json(server.notes(&ticket))
}

async fn licences(State(server): State<Arc<Server>>) -> Json<Value> {
    Json(json!({ "taken": server.licences() }))
}

async fn search_lag(State(server): State<Arc<Server>>, Json(lag): Json<Span>) -> Result<StatusCode, StatusCode> {
    server.set_search_lag(lag.duration()?);
    Ok(StatusCode::NO_CONTENT)
}

fn unfit(error: ActError) -> Refused {
    let status = match error {
        ActError::NoObject(_) | ActError::NoTicket(_) => StatusCode::NOT_FOUND,
        ActError::Refused(_) => StatusCode::CONFLICT,
    };
    refused(status, &error)
}
