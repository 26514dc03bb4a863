//! The control interface: what every simulator has (see [`crate::shared::control`]), and what is kept and put in.
//!
//! | request | does |
//! |---|---|
//! | `GET /` | what listens where, and the certificate: `{"http","https","control","ca_pem"}` |
//! | `PUT /rules` | makes a data collection rule: `{"immutable_id","streams":[{"name","columns":[{"name","type"}]}]}` |
//! | `DELETE /rules/{immutable id}` | deletes one |
//! | `GET /streams/{stream}/rows` | rows as they are kept, in order |
//! | `GET /streams/{stream}/uploads` | the same by call: when, by whom, and what was dropped, nulled, cut |
//! | `DELETE /rows` | forgets all rows |
//! | `POST /contents` | puts in `{"alerts":[…],"resources":[…],"events":[…],"results":[…]}` |
//! | `DELETE /resources?id=…` | deletes a resource |
//! | `GET /alerts/{id}` | an alert with what happened to it |
//! | `PATCH /alerts/{id}` | the condition changes, or a person changes the state: `{"condition":"Resolved"}`, `{"state":"Closed"}` |
//! | `DELETE /alerts/{id}` | Azure forgets it |
//! | `GET /state-changes` | all calls of `changestate`, in order, with their comments |
//! | `GET /queries` | log queries that were asked |

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{delete, get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    alerts::{Kept, StateChange},
    cloud::Cloud,
    contents::{self, Condition, Contents},
    ingestion::{CollectionRule, Upload},
    query::AskedQuery,
};
use crate::shared;

/// All routes but `GET /`, which needs the addresses that only listening gives.
pub fn router(cloud: Arc<Cloud>) -> Router {
    let shared = shared::control::router(cloud.apparatus.clone());
    Router::new()
        .route("/rules", put(set_rule))
        .route("/rules/{id}", delete(delete_rule))
        .route("/streams/{stream}/rows", get(rows))
        .route("/streams/{stream}/uploads", get(uploads))
        .route("/rows", delete(forget_rows))
        .route("/contents", post(put_in))
        .route("/resources", delete(delete_resource))
        .route("/alerts/{id}", get(alert).patch(change_alert).delete(forget_alert))
        .route("/state-changes", get(state_changes))
        .route("/queries", get(queries))
        .with_state(cloud)
        .merge(shared)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    id: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Change {
    condition: Option<Condition>,
    state: Option<contents::State>,
}

async fn set_rule(State(cloud): State<Arc<Cloud>>, Json(rule): Json<CollectionRule>) -> StatusCode {
    cloud.set_rule(rule);
    StatusCode::NO_CONTENT
}

async fn delete_rule(State(cloud): State<Arc<Cloud>>, Path(id): Path<String>) -> StatusCode {
    done(cloud.delete_rule(&id))
}

async fn rows(State(cloud): State<Arc<Cloud>>, Path(stream): Path<String>) -> Json<Vec<Map<String, Value>>> {
    Json(cloud.rows(&stream))
}

async fn uploads(State(cloud): State<Arc<Cloud>>, Path(stream): Path<String>) -> Json<Vec<Upload>> {
    Json(cloud.uploads(&stream))
}

async fn forget_rows(State(cloud): State<Arc<Cloud>>) -> StatusCode {
    cloud.forget_rows();
    StatusCode::NO_CONTENT
}

async fn put_in(State(cloud): State<Arc<Cloud>>, Json(contents): Json<Contents>) -> StatusCode {
    cloud.put(contents);
    StatusCode::NO_CONTENT
}

async fn delete_resource(State(cloud): State<Arc<Cloud>>, Query(named): Query<Named>) -> StatusCode {
    done(cloud.delete_resource(&named.id))
}

async fn alert(State(cloud): State<Arc<Cloud>>, Path(id): Path<String>) -> Result<Json<Kept>, StatusCode> {
    cloud.alert(&id).map(Json).ok_or(StatusCode::NOT_FOUND)
}

async fn change_alert(
    State(cloud): State<Arc<Cloud>>,
    Path(id): Path<String>,
    Json(change): Json<Change>,
) -> StatusCode {
    let condition = change.condition.is_none_or(|condition| cloud.set_condition(&id, condition));
    let state = change.state.is_none_or(|state| cloud.set_state(&id, state));
    done(condition && state)
}

async fn forget_alert(State(cloud): State<Arc<Cloud>>, Path(id): Path<String>) -> StatusCode {
    done(cloud.forget_alert(&id))
}

async fn state_changes(State(cloud): State<Arc<Cloud>>) -> Json<Vec<StateChange>> {
    Json(cloud.state_changes())
}

async fn queries(State(cloud): State<Arc<Cloud>>) -> Json<Vec<AskedQuery>> {
    Json(cloud.queries())
}

/// What is told of something that was to be there.
fn done(was_there: bool) -> StatusCode {
    if was_there { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
