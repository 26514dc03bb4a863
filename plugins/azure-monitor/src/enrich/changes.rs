//! The activity log: who did what to a resource in the hours before the alert fired, and how it ended.
//!
//! Azure writes several events for one operation (it began, it was accepted, it succeeded); they share an id, and the latest
//! tells how it ended. What is not done to resources by somebody (health events, recommendations) is no change.

use super::words::{line, localizable};
use super::{Found, Scene};
use crate::arm::ArmId;
use crate::client;
use serde_json::Value;
use signalbox_sdk::http::Request;
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;
use std::collections::BTreeMap;

const VERSION: &str = "2015-04-01";
const GROUP: &str = "changes";
/// Of a line about a change.
const LONGEST: usize = 300;
/// What people, automation and policies do.
const CATEGORIES: [&str; 3] = ["Administrative", "Autoscale", "Policy"];

/// One operation, as its latest event tells it.
struct Change<'a> {
    at: Stamp,
    event: &'a Value,
}

/// Asks for the events of one resource.
#[must_use]
pub fn request(scene: &Scene<'_>, id: &ArmId) -> Request {
    let from = scene.fired.minus_seconds(scene.settings.enrich.change_hours.saturating_mul(3_600)).whole_second();
    let to = scene.fired.plus_seconds(scene.settings.metrics.after_minutes.saturating_mul(60)).whole_second();
    // An id that parses has no quotes.
    let filter = format!("eventTimestamp ge '{from}' and eventTimestamp le '{to}' and resourceUri eq '{id}'");
    let path =
        format!("/subscriptions/{}/providers/Microsoft.Insights/eventtypes/management/values", id.subscription());
    client::get(&path, VERSION, &[("$filter", &filter)])
}

/// What it says.
pub fn tell(scene: &Scene<'_>, id: &ArmId, answer: &Value, found: &mut Found) {
    let Some(events) = answer.get("value").and_then(Value::as_array) else {
        found.missing.push(format!("changes of {}: Azure's answer is no list", id.name()));
        return;
    };
    let mut operations: BTreeMap<&str, Change<'_>> = BTreeMap::new();
    for event in events.iter().filter(|event| is_change(event) && id.is(json::text(event, "resourceId"))) {
        let Some(at) = Stamp::from_contract(json::text(event, "eventTimestamp")) else { continue };
        let operation = ["operationId", "correlationId"].map(|name| json::text(event, name));
        let operation = operation.into_iter().find(|id| !id.is_empty()).unwrap_or_default();
        let known = operations.entry(operation).or_insert(Change { at, event });
        if at >= known.at {
            *known = Change { at, event };
        }
    }
    let mut changes: Vec<_> = operations.into_values().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    let shown = scene.settings.enrich.changes;
    let is_cut = changes.len() > shown || !json::text(answer, "nextLink").is_empty();
    if is_cut {
        found.missing.push(format!("changes of {}: older ones than those shown", id.name()));
    }
    for change in changes.iter().take(shown) {
        let name = scene.name(id, &change.at.whole_second().to_string());
        found.fact(GROUP, name, change.words(), "");
    }
    if changes.is_empty() && !is_cut {
        let hours = scene.settings.enrich.change_hours;
        found.fact(GROUP, scene.name(id, &format!("Last {hours} h")), "none".into(), "");
    }
}

fn is_change(event: &Value) -> bool {
    let category = localizable_value(event, "category");
    CATEGORIES.iter().any(|known| category.eq_ignore_ascii_case(known))
}

/// The word for programs.
fn localizable_value<'a>(event: &'a Value, name: &str) -> &'a str {
    json::text(event.get(name).unwrap_or(&Value::Null), "value")
}

// === impl Change ===

impl Change<'_> {
    /// `Restart Virtual Machine by kim@brightwater.example: Succeeded`.
    fn words(&self) -> String {
        let operation = localizable(self.event, "operationName");
        let caller = json::text(self.event, "caller");
        let by = if caller.is_empty() { String::new() } else { format!(" by {caller}") };
        let status = localizable(self.event, "status");
        let ended = if status.is_empty() { String::new() } else { format!(": {status}") };
        line(&format!("{operation}{by}{ended}"), LONGEST)
    }
}
