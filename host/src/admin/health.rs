//! `GET /livez`: the process runs. `GET /readyz`: it can accept alerts: it has a generation, its ledger answers, and it is not
//! stopping.

use super::Admin;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether this process can do its work.
#[derive(Debug, Default)]
pub struct Health {
    stopping: AtomicBool,
}

// === impl Health ===

impl Health {
    /// From now on it is not ready: whoever balances load sends it nothing more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it is going to end.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

pub(super) async fn livez() -> Json<serde_json::Value> {
    Json(json!({ "live": true }))
}

pub(super) async fn readyz(State(admin): State<Admin>) -> Response {
    let reason = if admin.health.is_stopping() {
        Some("the gateway is stopping".to_owned())
    } else {
        admin.ledger.counts().await.err().map(|error| error.to_string())
    };
    match reason {
        None => Json(json!({ "ready": true })).into_response(),
        Some(reason) => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "reason": reason }))).into_response()
        }
    }
}
