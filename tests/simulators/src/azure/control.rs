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

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{delete, get, put},
};
use serde_json::{Map, Value};

use super::{
    cloud::Cloud,
    ingestion::{CollectionRule, Upload},
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
        .with_state(cloud)
        .merge(shared)
}

async fn set_rule(State(cloud): State<Arc<Cloud>>, Json(rule): Json<CollectionRule>) -> StatusCode {
    cloud.set_rule(rule);
    StatusCode::NO_CONTENT
}

async fn delete_rule(State(cloud): State<Arc<Cloud>>, Path(id): Path<String>) -> StatusCode {
    if cloud.delete_rule(&id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
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
