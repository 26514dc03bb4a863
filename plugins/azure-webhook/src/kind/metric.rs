//! Metric alerts: static, dynamic, over several resources, and of web tests.
//!
//! Each firing time series is an alert of its own; its dimensions tell it apart. A Resolved carries the value that recovered and
//! may lack the window.

use serde_json::Value;

use super::Kind;
use super::criteria::{Criteria, failing_periods};
use crate::envelope::{Details, Envelope};
use crate::value::Lenient as _;
use crate::words::squeeze;

pub fn read(kind: Kind, context: &Value, envelope: &Envelope) -> Details {
    let criteria = Criteria::of(context);
    let mut details = Details::new(kind);
    details.summary = criteria.summary(envelope.condition);
    let web_tests: Vec<String> =
        criteria.all.iter().filter_map(|criterion| criterion.raw.text("webTestName")).collect();
    if !web_tests.is_empty() {
        details.summary = format!("web test {}: {}", web_tests.join(", "), details.summary);
    }
    criteria.describe(&mut details);
    if let Some(periods) =
        context.field("condition").and_then(|condition| condition.field("staticThresholdFailingPeriods"))
    {
        details.fact("condition", "Failing periods", failing_periods(periods));
    }
    details.identity.extend(web_tests.into_iter().map(|name| ("web-test", name.to_lowercase())));
    details.seen = criteria.end;
    if let Some(condition_type) = context.text("conditionType") {
        details.identity.push(("condition-type", squeeze(&condition_type)));
        details.label("condition-type", Some(condition_type));
    }
    details
}
