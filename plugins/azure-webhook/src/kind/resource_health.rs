//! Resource health: a resource became unavailable, or is back. Both arrive as Fired; the status tells them apart.

use serde_json::Value;
use signalbox_sdk::types::Condition;

use super::Kind;
use super::activity::Event;
use crate::envelope::Details;
use crate::words::squeeze;

const FACTS: &[(&str, &str)] = &[
    ("currentHealthStatus", "Health"),
    ("previousHealthStatus", "Health before"),
    ("title", "Title"),
    ("details", "Details"),
    ("type", "Type"),
    ("cause", "Cause"),
];

pub fn read(context: &Value) -> Details {
    let event = Event::of(context);
    let mut details = Details::new(Kind::ResourceHealth);
    event.describe(&mut details);
    let current = event.property("currentHealthStatus");
    let previous = event.property("previousHealthStatus");
    let is = |word: &Option<String>, what: &str| word.as_deref().is_some_and(|word| squeeze(word) == what);
    let operation_says_so = event.operation.as_deref().is_some_and(|name| name.to_lowercase().contains("/resolved/"));
    if is(&event.status, "resolved") || operation_says_so || is(&current, "available") {
        details.condition = Some(Condition::Resolved);
    }
    let change = match (&current, &previous) {
        (Some(current), Some(previous)) => format!("{current}, was {previous}"),
        (Some(current), None) => current.clone(),
        (None, _) => event.status.clone().unwrap_or_default(),
    };
    let why = event.property("title");
    details.summary = [Some(change).filter(|change| !change.is_empty()), why.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(": ");
    details.rule = Some("Resource health".to_owned());
    if let Some(properties) = event.properties {
        details.facts_of("resource health", properties, FACTS);
    }
    details.label("health", current);
    details.label("previous-health", previous);
    details.label("cause", event.property("cause"));
    details
}
