//! Alerts: list, show, decode again, drop. Identities are in the query, since monitors put slashes in theirs.

use super::{Admin, AdminFault, extract::Query};
use crate::ledger::{AlertRow, AlertSelection, BodyId, BodyRow, BodyStatus, LedgerError};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a list or a look answers: alerts, and bodies that are none yet.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct AlertListing {
    /// Decoded.
    pub alerts: Vec<AlertRow>,
    /// Quarantined or undecoded.
    pub bodies: Vec<BodyRow>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ListQuery {
    quarantined: bool,
    undecoded: bool,
    unrouted: bool,
    limit: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdQuery {
    id: String,
}

pub(super) async fn list(
    State(admin): State<Admin>,
    Query(query): Query<ListQuery>,
) -> Result<Json<AlertListing>, AdminFault> {
    let mut listing = AlertListing::default();
    for (wanted, status) in [(query.quarantined, BodyStatus::Quarantined), (query.undecoded, BodyStatus::Undecoded)] {
        if wanted {
            listing.bodies.extend(admin.ledger.bodies(status, query.limit).await?);
        }
    }
    if query.unrouted || !(query.quarantined || query.undecoded) {
        let selection = AlertSelection { unrouted: query.unrouted, id: None, limit: query.limit };
        listing.alerts = admin.ledger.alerts(&selection).await?;
    }
    Ok(Json(listing))
}

pub(super) async fn show(
    State(admin): State<Admin>,
    Query(IdQuery { id }): Query<IdQuery>,
) -> Result<Json<AlertListing>, AdminFault> {
    let selection = AlertSelection { unrouted: false, id: Some(id.clone()), limit: 0 };
    let alerts = admin.ledger.alerts(&selection).await?;
    let bodies = match admin.ledger.body(&BodyId(id.clone())).await {
        Ok(body) => vec![body],
        Err(LedgerError::NotFound(_)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    if alerts.is_empty() && bodies.is_empty() {
        return Err(not_found(&id));
    }
    Ok(Json(AlertListing { alerts, bodies }))
}

/// Decodes a body again, or routes an unrouted alert again: by the body's identity, or by the alert's.
pub(super) async fn again(
    State(admin): State<Admin>,
    Query(IdQuery { id }): Query<IdQuery>,
) -> Result<Json<Value>, AdminFault> {
    let body = match admin.ledger.body(&BodyId(id.clone())).await {
        Err(LedgerError::NotFound(_)) => {
            let of_id = |unrouted| AlertSelection { unrouted, id: Some(id.clone()), limit: 1 };
            match admin.ledger.alerts(&of_id(true)).await?.first() {
                Some(alert) => admin.ledger.body(&alert.body).await?,
                None if admin.ledger.alerts(&of_id(false)).await?.is_empty() => return Err(not_found(&id)),
                None => return Err(refused("a route took this alert already, or an operator dropped it")),
            }
        }
        Ok(body) if body.status == BodyStatus::Decoded => {
            return Err(refused("it is decoded already: name an alert of it that no route took"));
        }
        other => other?,
    };
    let outcome = admin.intake.again(body).await.map_err(|why| AdminFault::new(StatusCode::CONFLICT, "again", why))?;
    Ok(Json(json!(outcome)))
}

pub(super) async fn drop(
    State(admin): State<Admin>,
    Query(IdQuery { id }): Query<IdQuery>,
) -> Result<Json<Value>, AdminFault> {
    admin.ledger.drop_alert(&id).await?;
    Ok(Json(json!({ "dropped": id })))
}

fn refused(why: &str) -> AdminFault {
    AdminFault::new(StatusCode::CONFLICT, "refused", why)
}

fn not_found(id: &str) -> AdminFault {
    AdminFault::new(StatusCode::NOT_FOUND, "not-found", format!("neither an alert nor a body has the id {id}"))
}
