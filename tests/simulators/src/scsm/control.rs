//! The control interface: what every simulator has (see [`crate::shared::control`]), and people and work items.
//!
//! | request | does |
//! |---|---|
//! | `GET /` | what listens where, and the certificate: `{"http","https","control","ca_pem"}` |
//! | `GET /objects/{class}` | all work items of `incident` or `change`; `?PROPERTY=VALUE` narrows |
//! | `POST /objects/{class}` | a person makes one: properties as people see them; answers `{"base_id","number"}` |
//! | `GET /keys` | how many incidents there are of each key |
//! | `GET /comments/{base_id}` | what an action log says |
//! | `POST /people` | a person acts: `{"ticket":"IR1","act":{"kind":"close"}}` |
//!
//! Acts: `resolve`, `close`, `reopen`, `pend`, `reassign` `group` `person`, `delete`, `take_out_key`, `edit` `properties`, `note`
//! `text`, `comment` `text`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post},
};
use serde_json::{Map, Value};

use super::{
    inspect::Fields,
    people::{Act, ActError, Made},
    portal::Portal,
    schema::Class,
};
use crate::shared::control::{self, Person, Refused, refused};

/// All routes but `GET /`, which needs the addresses that only listening gives.
pub fn router(portal: Arc<Portal>) -> Router {
    let shared = control::router(portal.apparatus.clone());
    Router::new()
        .route("/objects/{class}", get(objects).post(create))
        .route("/keys", get(keys))
        .route("/comments/{base_id}", get(comments))
        .route("/people", post(people))
        .with_state(portal)
        .merge(shared)
}

async fn objects(
    State(portal): State<Arc<Portal>>,
    Path(class): Path<String>,
    Query(having): Query<BTreeMap<String, String>>,
) -> Result<Json<Vec<Fields>>, StatusCode> {
    let having: Vec<_> = having.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(Json(portal.rows(known(&class)?, &having)))
}

async fn create(
    State(portal): State<Arc<Portal>>,
    Path(class): Path<String>,
    Json(properties): Json<Map<String, Value>>,
) -> Result<(StatusCode, Json<Made>), Refused> {
    let class = known(&class).map_err(|status| (status, Json(Value::Null)))?;
    let made = portal.create(class, &properties).map_err(unfit)?;
    Ok((StatusCode::CREATED, Json(made)))
}

async fn keys(State(portal): State<Arc<Portal>>) -> Json<BTreeMap<String, usize>> {
    Json(portal.keys())
}

async fn comments(State(portal): State<Arc<Portal>>, Path(base_id): Path<String>) -> Json<Vec<String>> {
    Json(portal.comments(&base_id))
}

async fn people(State(portal): State<Arc<Portal>>, Json(person): Json<Person<Act>>) -> Result<StatusCode, Refused> {
    portal.act(&person.ticket, &person.act).map_err(unfit)?;
    Ok(StatusCode::NO_CONTENT)
}

fn known(class: &str) -> Result<Class, StatusCode> {
    [Class::Incident, Class::Change].into_iter().find(|known| known.word() == class).ok_or(StatusCode::NOT_FOUND)
}

fn unfit(error: ActError) -> Refused {
    let status = match error {
        ActError::NoTicket(_) => StatusCode::NOT_FOUND,
        ActError::Refused(_) => StatusCode::CONFLICT,
    };
    refused(status, &error)
}
