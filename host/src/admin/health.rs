//! `GET /livez`: the process runs. `GET /readyz`: it can accept alerts: it has a generation, its ledger answers and has room,
//! and it is not stopping.

use super::Admin;
use crate::domain::{Timestamp, with_causes};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::json;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// How long the ledger may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

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

/// Why nothing is accepted though the ledger answers.
async fn no_room(admin: &Admin) -> Option<String> {
    match admin.upkeep.room().await {
        Ok(room) if room.full => Some("the ledger is full".to_owned()),
        Ok(_) => None,
        Err(error) => Some(with_causes(&error)),
    }
}

pub(super) async fn readyz(State(admin): State<Admin>) -> Response {
    let reason = if admin.health.is_stopping() {
        Some("the gateway is stopping".to_owned())
    } else {
        // A claim of nothing: it waits its turn among the writes, as an alert would.
        let now = Timestamp::now();
        let claimed = admin.ledger.claim("readyz", &[], now, now, 0);
        match tokio::time::timeout(PATIENCE, claimed).await {
            Ok(Ok(_)) => no_room(&admin).await,
            Ok(Err(error)) => Some(with_causes(&error)),
            Err(_) => Some("the ledger gives no answer".to_owned()),
        }
    };
    match reason {
        None => Json(json!({ "ready": true })).into_response(),
        Some(reason) => {
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "reason": reason }))).into_response()
        }
    }
}
