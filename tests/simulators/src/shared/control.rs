//! The part of the control interface that every simulator has: faults, journal, clock, tokens; and what the vendors' own parts are
//! made of.
//!
//! | request | does |
//! |---|---|
//! | `GET /faults` | faults in force, with how often each matched and hit |
//! | `POST /faults` | puts one in force: `{"select":{"method","path","table","body"},"when":{"after","every","probability","seed","times"},"effect":{"kind":…}}`, answers `{"id":1}` |
//! | `DELETE /faults`, `DELETE /faults/{id}` | ends all, or one |
//! | `GET /journal` | requests, oldest first; `?method=POST&table=incident&path=…` narrows |
//! | `DELETE /journal` | forgets them |
//! | `GET /clock`, `POST /clock` `{"advance_seconds":3600}` | the platform's time; moves it forward |
//! | `POST /tokens/expire` `{"refresh":false}` | ends all access tokens, with `true` refresh tokens too |
//! | `PUT /network` `{"reachable":false}` | closes the platform's ports, or opens them again |
//!
//! Effects: `drop_before`, `drop_after`, `commit_late` `seconds`, `delay` `seconds`, `hold_answer` `seconds`, `status`
//! `code` `committed`, `page`, `truncate`, `throttle` `retry_after`, `refuse_credentials`, `redirect` `to`.

use std::{fmt, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{delete, get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Apparatus, Fault, fault::Standing, journal::Entry};

/// The routes, for a vendor's own to be merged with.
pub fn router(apparatus: Arc<Apparatus>) -> Router {
    Router::new()
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/faults/{id}", delete(remove_fault))
        .route("/journal", get(journal).delete(clear_journal))
        .route("/clock", get(clock).post(advance))
        .route("/tokens/expire", post(expire))
        .route("/network", put(network))
        .with_state(apparatus)
}

/// A person acts on a ticket: `{"ticket":"INC0010001","act":{"kind":"close"}}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person<Act> {
    /// By its key, its number or its id.
    pub ticket: String,
    /// What the person does.
    pub act: Act,
}

/// A span of time: `{"seconds":5}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    seconds: f64,
}

/// What a person is refused, and with which status.
pub type Refused = (StatusCode, Json<Value>);

/// A refusal in these words.
pub fn refused(status: StatusCode, words: &impl fmt::Display) -> Refused {
    (status, Json(json!({ "error": words.to_string() })))
}

// === impl Span ===

impl Span {
    /// As the clock counts it.
    ///
    /// # Errors
    /// 422 where it is no span of time.
    pub fn duration(&self) -> Result<Duration, StatusCode> {
        Duration::try_from_secs_f64(self.seconds).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Narrow {
    method: Option<String>,
    table: Option<String>,
    path: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: f64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expire {
    refresh: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Network {
    reachable: bool,
}

async fn faults(State(apparatus): State<Arc<Apparatus>>) -> Json<Vec<Standing>> {
    Json(apparatus.faults.list())
}

async fn add_fault(State(apparatus): State<Arc<Apparatus>>, Json(fault): Json<Fault>) -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, Json(json!({ "id": apparatus.faults.add(fault) })))
}

async fn clear_faults(State(apparatus): State<Arc<Apparatus>>) -> StatusCode {
    apparatus.faults.clear();
    StatusCode::NO_CONTENT
}

async fn remove_fault(State(apparatus): State<Arc<Apparatus>>, Path(id): Path<u64>) -> StatusCode {
    if apparatus.faults.remove(id) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn journal(State(apparatus): State<Arc<Apparatus>>, Query(narrow): Query<Narrow>) -> Json<Vec<Entry>> {
    let mut entries = apparatus.journal.entries();
    entries.retain(|entry| {
        narrow.method.as_deref().is_none_or(|method| entry.method == method)
            && narrow.table.as_deref().is_none_or(|table| entry.table == table)
            && narrow.path.as_deref().is_none_or(|path| entry.path.contains(path))
    });
    Json(entries)
}

async fn clear_journal(State(apparatus): State<Arc<Apparatus>>) -> StatusCode {
    apparatus.journal.clear();
    StatusCode::NO_CONTENT
}

async fn clock(State(apparatus): State<Arc<Apparatus>>) -> Json<Value> {
    Json(json!({ "now": apparatus.clock.now(), "ahead_seconds": apparatus.clock.ahead().as_secs_f64() }))
}

async fn advance(
    State(apparatus): State<Arc<Apparatus>>,
    Json(body): Json<Advance>,
) -> Result<Json<Value>, StatusCode> {
    let by = Duration::try_from_secs_f64(body.advance_seconds).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    apparatus.clock.advance(by);
    Ok(clock(State(apparatus)).await)
}

async fn expire(State(apparatus): State<Arc<Apparatus>>, body: Option<Json<Expire>>) -> StatusCode {
    if body.is_some_and(|Json(body)| body.refresh) {
        apparatus.tokens.expire_all();
    } else {
        apparatus.tokens.expire_access();
    }
    StatusCode::NO_CONTENT
}

async fn network(State(apparatus): State<Arc<Apparatus>>, Json(network): Json<Network>) -> StatusCode {
    apparatus.set_reachable(network.reachable);
    StatusCode::NO_CONTENT
}
