//! Resource Health: what Azure itself says of a resource's availability now, and since when.

use super::words::line;
use super::{Found, Scene};
use crate::arm::ArmId;
use crate::client;
use serde_json::Value;
use signalbox_sdk::http::Request;
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;

const VERSION: &str = "2020-05-01";
const GROUP: &str = "health";
/// Azure explains itself in paragraphs.
const LONGEST: usize = 600;

/// Asks for the current status.
#[must_use]
pub fn request(id: &ArmId) -> Request {
    client::get(&id.child("Microsoft.ResourceHealth/availabilityStatuses/current"), VERSION, &[])
}

/// What it says.
pub fn tell(scene: &Scene<'_>, id: &ArmId, answer: &Value, found: &mut Found) {
    let status = answer.get("properties").unwrap_or(&Value::Null);
    let state = json::text(status, "availabilityState");
    if state.is_empty() {
        found.missing.push(format!("health of {}: Azure's answer has no state", id.name()));
        return;
    }
    // Older versions of the API spell it so.
    let since = ["occurredTime", "occuredTime"].iter().find_map(|name| Stamp::from_contract(json::text(status, name)));
    let summary = json::text(status, "summary");
    for (name, value) in [
        ("Availability", state.to_owned()),
        ("Since", since.map(|since| since.whole_second().to_string()).unwrap_or_default()),
        ("Reason", json::text(status, "reasonType").to_owned()),
        ("Summary", summary.to_owned()),
    ] {
        found.fact(GROUP, scene.name(id, name), line(&value, LONGEST), "");
    }
}
