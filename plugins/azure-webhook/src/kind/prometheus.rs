//! Alerts of managed Prometheus rules. There is no condition with criteria: an expression, its value, and the labels of the
//! series, which Prometheus, too, takes for its identity.

use serde_json::Value;

use super::Kind;
use crate::arm::canonical_value;
use crate::envelope::{Details, Envelope};
use crate::link;
use crate::time::duration_seconds;
use crate::value::{Lenient as _, pairs_of};
use crate::words::{duration, line};
use signalbox_sdk::types::Condition;

/// Annotations that by custom hold an address.
const LINKS: &[(&str, &str)] = &[
    ("runbook_url", "Runbook"),
    ("dashboard_url", "Dashboard"),
    ("dashboardURL", "Dashboard"),
    ("generatorURL", "Expression"),
];

pub fn read(context: &Value, envelope: &Envelope) -> Details {
    let mut details = Details::new(Kind::Prometheus);
    let expression = context.text("expression").unwrap_or_default();
    let value = context.any_text(&["expressionValue", "value"]);
    let held =
        context.text("for").map(|text| duration_seconds(&text).map_or(text, duration)).filter(|held| held != "0 s");
    details.summary = line(&expression, 300);
    if let Some(value) = &value {
        details.summary.push_str(&format!(" (value {value})"));
    }
    if let Some(held) = held.as_ref().filter(|_| envelope.condition == Condition::Fired) {
        details.summary.push_str(&format!(" for {held}"));
    }
    if envelope.condition == Condition::Resolved && !details.summary.is_empty() {
        details.summary = format!("no longer {}", details.summary);
    }
    details.fact("condition", "Expression", expression);
    details.fact("condition", "Measured value", value.unwrap_or_default());
    details.fact("condition", "Held for", held.unwrap_or_default());
    details.fact(
        "condition",
        "Evaluated every",
        context.text("interval").map(|text| duration_seconds(&text).map_or(text, duration)).unwrap_or_default(),
    );
    let labels = context.pairs("labels");
    details.dimensions("labels", &labels);
    details.identity.extend(
        labels.iter().map(|(name, value)| ("label", format!("{}={}", name.to_lowercase(), canonical_value(value)))),
    );
    if let Some(group) = context.text("ruleGroup") {
        details.identity.push(("rule-group", crate::arm::canonical(&group)));
        details.label("rule-group", Some(group));
    }
    details.rule =
        labels.iter().find(|(name, _)| name.eq_ignore_ascii_case("alertname")).map(|(_, value)| value.clone());
    if let Some(annotations) = context.field("annotations") {
        for (name, value) in pairs_of(annotations) {
            details.fact("annotations", name, value);
        }
        details.links =
            LINKS.iter().filter_map(|(member, title)| link::https(title, &annotations.text(member)?)).collect();
        if envelope.description.is_none() {
            details.description = annotations.any_text(&["description", "message", "summary"]);
        }
    }
    details
}
