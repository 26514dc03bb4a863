//! The control interface: what every simulator has (see [`crate::shared::control`]), and people, rows and search lag.
//!
//! | request | does |
//! |---|---|
//! | `GET /` | what listens where, and the certificate: `{"http","https","control","ca_pem"}` |
//! | `GET /tables/{table}` | all rows with their stored values; `?query=` takes an encoded query |
//! | `POST /tables/{table}` | a person makes a row: fields as people see them; answers `{"sys_id","number"}` |
//! | `GET /tables/{table}/keys` | how many rows there are of each correlation_id |
//! | `GET /tables/{table}/count?correlation_id=` | how many of one: `{"count":1}` |
//! | `POST /people` | a person acts: `{"ticket":"INC0010001","act":{"kind":"close"}}` |
//! | `GET /journal/{sys_id}/{element}` | what was written to `work_notes` or `comments` of a ticket |
//! | `PUT /search-lag` | `{"seconds":5}`: queries don't find younger rows |
//!
//! Acts: `resolve`, `close`, `cancel`, `reopen`, `state` `state`, `reassign` `group` `person`, `delete`, `merge` `into`,
//! `take_out_key`, `edit` `fields`, `note` `text`, `comment` `text`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    inspect::Fields,
    instance::Instance,
    people::{Act, ActError, Made},
};
use crate::shared::control::{self, Person, Refused, Span, refused};

/// All routes but `GET /`, which needs the addresses that only listening gives.
pub fn router(instance: Arc<Instance>) -> Router {
    let shared = control::router(instance.apparatus.clone());
    Router::new()
        .route("/tables/{table}", get(rows).post(create))
        .route("/tables/{table}/keys", get(keys))
        .route("/tables/{table}/count", get(count))
        .route("/people", post(people))
        .route("/journal/{sys_id}/{element}", get(journal))
        .route("/search-lag", put(search_lag))
        .with_state(instance)
        .merge(shared)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Rows {
    query: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    correlation_id: String,
}

async fn rows(
    State(instance): State<Arc<Instance>>,
    Path(table): Path<String>,
    Query(rows): Query<Rows>,
) -> Json<Vec<Fields>> {
    Json(instance.rows(&table, &rows.query))
}

async fn create(
    State(instance): State<Arc<Instance>>,
    Path(table): Path<String>,
    Json(fields): Json<Map<String, Value>>,
) -> Result<(StatusCode, Json<Made>), Refused> {
    let made = instance.create(&table, &fields).map_err(unfit)?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn keys(State(instance): State<Arc<Instance>>, Path(table): Path<String>) -> Json<BTreeMap<String, usize>> {
    Json(instance.keys(&table))
}

async fn count(
    State(instance): State<Arc<Instance>>,
    Path(table): Path<String>,
    Query(key): Query<Key>,
) -> Json<Value> {
    Json(json!({ "count": instance.count(&table, &key.correlation_id) }))
}

async fn people(State(instance): State<Arc<Instance>>, Json(person): Json<Person<Act>>) -> Result<StatusCode, Refused> {
    instance.act(&person.ticket, &person.act).map_err(unfit)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn journal(
    State(instance): State<Arc<Instance>>,
    Path((sys_id, element)): Path<(String, String)>,
) -> Json<Vec<String>> {
    Json(instance.journal(&sys_id, &element))
}

async fn search_lag(State(instance): State<Arc<Instance>>, Json(lag): Json<Span>) -> Result<StatusCode, StatusCode> {
    instance.set_search_lag(lag.duration()?);
    Ok(StatusCode::NO_CONTENT)
}

fn unfit(error: ActError) -> Refused {
    let status = match error {
        ActError::NoTable(_) | ActError::NoTicket(_) => StatusCode::NOT_FOUND,
        ActError::Refused(_) => StatusCode::CONFLICT,
    };
    refused(status, &error)
}
