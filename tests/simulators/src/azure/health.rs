//! Resource health: `{resource}/providers/Microsoft.ResourceHealth/availabilityStatuses/current`.

use http::{Method, StatusCode};
use serde_json::json;

use super::{
    cloud::Cloud,
    contents::Health,
    directory::{Action, Caller},
    management::{self, Path, authorize, check_version},
    refusal::{JSON, Refusal},
};
use crate::shared::{Answer, Call};

const VERSIONS: [&str; 7] =
    ["2015-01-01", "2017-07-01", "2018-07-01", "2020-05-01", "2022-10-01", "2024-02-01", "2025-05-01"];

/// Serves a call.
///
/// # Errors
/// What the service refuses.
pub fn serve(cloud: &Cloud, call: &Call, path: &Path, caller: &Caller) -> Result<Answer, Refusal> {
    if call.method != Method::GET {
        return Err(management::wrong_method());
    }
    check_version(call, &VERSIONS)?;
    authorize(caller, Action::Read("Microsoft.ResourceHealth/AvailabilityStatuses/read"), &path.scope)?;
    let memory = cloud.memory();
    let resource = memory.resources.iter().find(|resource| resource.id.eq_ignore_ascii_case(&path.scope));
    let resource = resource.ok_or_else(|| management::no_resource(&path.scope))?;
    let now = cloud.apparatus.clock.now();
    let health = resource.health.clone().unwrap_or_else(|| Health {
        state: "Unknown".into(),
        title: "Unknown".into(),
        summary: "We are currently unable to determine the health of this resource.".into(),
        reason: String::new(),
        since: now,
    });
    let body = json!({
        "id": format!("{}/providers/Microsoft.ResourceHealth/availabilityStatuses/current", resource.id),
        "name": "current",
        "type": "Microsoft.ResourceHealth/AvailabilityStatuses",
        "location": resource.region,
        "properties": {
            "availabilityState": health.state,
            "title": health.title,
            "summary": health.summary,
            "reasonType": health.reason,
            "occurredTime": health.since,
            "reasonChronicity": "Persistent",
            "reportedTime": now,
        },
    });
    Ok(Answer::json(StatusCode::OK, JSON, &body))
}
