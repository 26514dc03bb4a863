//! What operators, probes and the command line talk to: health, status, metrics, tickets and alerts.
//!
//! It has no authentication, so it is on loopback, and it refuses what a browser might be tricked into sending: a request
//! with an `Origin`, or for a host that is not this machine.

mod alerts;
mod extract;
mod fault;
mod guard;
mod health;
mod maintenance;
mod reports;
mod status;
mod sync;
mod tickets;

pub use alerts::AlertListing;
pub use fault::AdminFault;
pub use health::Health;
pub use status::{ConnectionState, ConnectionStatus, Refusal, Status};
pub use sync::{MonitorStatus, PullStatus, SinkStatus, SyncStatus};

use crate::{
    converge::health::Health as ConnectionHealth,
    ingest::Intake,
    ledger::{Ledger, Monitors, Records, Reports, Upkeep, Windows},
    sync::Rounds,
};
use axum::{
    Router, middleware,
    routing::{get, post},
};
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// What the handlers share.
#[derive(Clone)]
pub struct Admin {
    /// The durable store.
    pub ledger: Arc<dyn Ledger>,
    /// Records that were read back, and what sinks are to take.
    pub records: Arc<dyn Records>,
    /// Knows how much room the ledger has.
    pub upkeep: Arc<dyn Upkeep>,
    /// Answers over all of it.
    pub reports: Arc<dyn Reports>,
    /// What monitors are asked and told.
    pub monitors: Arc<dyn Monitors>,
    /// Maintenance windows that people open.
    pub windows: Arc<dyn Windows>,
    /// How their rounds go.
    pub rounds: Arc<Rounds>,
    /// For bodies that are decoded again.
    pub intake: Arc<Intake>,
    /// Whether this process can do its work.
    pub health: Arc<Health>,
    /// Which connections convergence has stopped.
    pub connections: Arc<ConnectionHealth>,
    /// Renders the metrics.
    pub metrics: PrometheusHandle,
}

// === impl Admin ===

impl Admin {
    /// All that the admin listener answers.
    pub fn router(self) -> Router {
        Router::new()
            .route("/livez", get(health::livez))
            .route("/readyz", get(health::readyz))
            .route("/metrics", get(status::metrics))
            .route("/v1/status", get(status::status))
            .route("/v1/tickets", get(tickets::list))
            .route("/v1/tickets/{key}", get(tickets::show))
            .route("/v1/tickets/{key}/retry", post(tickets::retry))
            .route("/v1/tickets/{key}/drop", post(tickets::drop))
            .route("/v1/alerts", get(alerts::list))
            .route("/v1/alerts/show", get(alerts::show))
            .route("/v1/alerts/again", post(alerts::again))
            .route("/v1/alerts/drop", post(alerts::drop))
            .route("/v1/sync", get(sync::status))
            .route("/v1/sync/run", post(sync::run))
            .route("/v1/sync/refused", get(sync::refused))
            .route("/v1/sync/refused/{id}/again", post(sync::again))
            .route("/v1/sync/refused/{id}/drop", post(sync::drop))
            .route("/v1/reports", get(reports::list))
            .route("/v1/reports/{name}", get(reports::answer))
            .route("/v1/maintenance", get(maintenance::list).post(maintenance::begin))
            .route("/v1/maintenance/{id}/end", post(maintenance::end))
            .fallback(fault::not_found)
            .method_not_allowed_fallback(fault::method_not_allowed)
            .layer(middleware::from_fn(guard::loopback_only))
            .with_state(self)
    }
}
