//! Services that have no reader of their own: SCOM, VM insights, whatever Azure adds next. Everything in the context becomes a
//! fact; the rule and its targets tell problems apart.

use serde_json::Value;

use super::Kind;
use super::criteria::Criteria;
use crate::arm::canonical_value;
use crate::envelope::{Details, Envelope};
use crate::value::{Lenient as _, pairs_of, text_of};
use crate::words::{slug, title};

/// Facts beyond this are left to the payload, as is what lies deeper.
const FACTS: usize = 60;
const DEPTH: u8 = 4;

pub fn read(context: &Value, envelope: &Envelope) -> Details {
    let mut details = Details::new(Kind::Other);
    let word = envelope.service.as_ref().or(envelope.signal_type.as_ref());
    details.signal = word.map(|word| slug(word)).filter(|word| !word.is_empty());
    let criteria = Criteria::of(context);
    details.summary = criteria.summary(envelope.condition);
    criteria.describe(&mut details);
    let series: Vec<(String, String)> =
        ["dimensions", "labels"].iter().filter_map(|name| context.field(name)).flat_map(pairs_of).collect();
    details.dimensions("dimensions", &series);
    details.identity.extend(
        series.iter().map(|(name, value)| ("dimension", format!("{}={}", name.to_lowercase(), canonical_value(value)))),
    );
    flatten("context", context, &mut details);
    if details.summary.is_empty() {
        details.summary = context.any_text(&["summary", "title", "message", "description"]).unwrap_or_default();
    }
    details
}

/// Every scalar under a value as a fact, named by the way to it.
pub fn flatten(group: &str, value: &Value, details: &mut Details) {
    let before = details.facts.len();
    walk(group, "", value, DEPTH, before, details);
}

fn walk(group: &str, path: &str, value: &Value, depth: u8, before: usize, details: &mut Details) {
    let told = details.facts.get(before..).unwrap_or_default();
    if told.len() >= FACTS {
        return;
    }
    let text = match value {
        Value::Object(members) if depth > 0 => {
            for (name, member) in members {
                let path = if path.is_empty() { title(name) } else { format!("{path}, {}", title(name)) };
                walk(group, &path, member, depth - 1, before, details);
            }
            return;
        }
        Value::Array(elements) if depth > 0 => {
            let texts: Vec<String> = elements.iter().filter_map(text_of).collect();
            if texts.len() != elements.len() {
                elements.iter().for_each(|element| walk(group, path, element, depth - 1, before, details));
                return;
            }
            texts.join(", ")
        }
        Value::Object(_) | Value::Array(_) => value.to_string(),
        scalar => text_of(scalar).unwrap_or_default(),
    };
    // Elements that are alike take no place from others.
    if !told.iter().any(|fact| fact.name == path && fact.value == text) {
        details.fact(group, path, text);
    }
}
