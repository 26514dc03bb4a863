//! How a body is wrapped: the common alert schema, the older ones, JSON of the operator's own.
//!
//! Recognised by `schemaId`, which not all have and not all relays keep, else by the one place where a schema has what no other
//! has. What fits none is refused with what was looked for.

mod activity_log;
mod alerts_management;
mod budget;
mod common;
mod custom;
mod log_alert;
mod metric_alert;

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use crate::body::malformed;
use crate::envelope::{Details, Envelope};
use crate::settings::Settings;
use crate::value::{Lenient as _, type_name};
use crate::words::squeeze;

const COMMON: &str = "azureMonitorCommonAlertSchema";

/// Envelope and details of a body.
///
/// # Errors
/// `malformed` where it lacks what its schema must have, or fits no schema; `unsupported` where its `schemaId` is one of Azure's
/// that this plugin does not take.
pub fn read(body: &Value, settings: &Settings) -> Result<(Envelope, Details), DecodeError> {
    if let Some(schema_id) = body.text("schemaId") {
        match squeeze(&schema_id).as_str() {
            "azuremonitorcommonalertschema" => return common::read(body),
            "azuremonitormetricalert" => return metric_alert::read(member(body, "", "data")?, "/data"),
            "microsoftinsightsactivitylogs" => return activity_log::read(member(body, "", "data")?),
            "microsoftinsightslogalert" => return log_alert::read(member(body, "", "data")?, "/data"),
            "aipbudgetnotification" => return budget::read(member(body, "", "data")?),
            _ if settings.custom.is_none() && !custom::names_a_rule(body) => return Err(unknown_schema(&schema_id)),
            _ => {}
        }
    }
    let data = body.field("data");
    let within = |holder: Option<&Value>, name: &str| holder.is_some_and(|holder| holder.field(name).is_some());
    if within(data, "essentials") || within(Some(body), "essentials") {
        common::read(body)
    } else if within(body.field("properties"), "essentials") {
        alerts_management::read(body, "")
    } else if within(data.and_then(|data| data.field("properties")), "essentials") {
        alerts_management::read(member(body, "", "data")?, "/data")
    } else if within(data.and_then(|data| data.field("context")), "activityLog") {
        activity_log::read(member(body, "", "data")?)
    } else if let Some(settings) = &settings.custom {
        custom::read(body, settings)
    } else if log_alert::is_flat(body) {
        log_alert::read(body, "")
    } else if within(body.field("context"), "condition") {
        metric_alert::read(body, "")
    } else if custom::names_a_rule(body) {
        custom::read_with_known_names(body)
    } else if data.is_some_and(metric_alert::is_one) {
        metric_alert::read(member(body, "", "data")?, "/data")
    } else if data.is_some_and(budget::is_one) {
        budget::read(member(body, "", "data")?)
    } else {
        Err(malformed(
            "/schemaId",
            format!(
                "expected `{COMMON}` or one of the older schemas of Azure Monitor; JSON of your own is taken where the source's \
                 settings name its fields under `custom`, or where it has `alertname` or `AlertRuleName`"
            ),
        ))
    }
}

fn unknown_schema(schema_id: &str) -> DecodeError {
    DecodeError::Unsupported(format!(
        "schemaId `{schema_id}` is not taken: turn on the common alert schema for this action of the action group, or name the \
         body's fields in the source's settings under `custom`"
    ))
}

/// A member that must be an object.
fn member<'a>(holder: &'a Value, at: &str, name: &str) -> Result<&'a Value, DecodeError> {
    match holder.field(name) {
        Some(value) if value.is_object() => Ok(value),
        other => Err(malformed(format!("{at}/{name}"), format!("expected an object, found {}", found(other)))),
    }
}

/// Fired or resolved, in the words of all schemas.
fn condition(text: &str) -> Option<Condition> {
    match squeeze(text).as_str() {
        "fired" | "activated" | "active" => Some(Condition::Fired),
        "resolved" | "deactivated" => Some(Condition::Resolved),
        _ => None,
    }
}

/// What stands somewhere, for messages.
fn found(value: Option<&Value>) -> String {
    value.map_or_else(
        || "nothing".to_owned(),
        |value| value.as_str().map_or_else(|| type_name(value).to_owned(), |text| format!("`{text}`")),
    )
}
