//! JSON of the operator's own, as classic log alerts could send. Taken where the settings say by JSON Pointer what is where, or
//! where it names the rule `alertname` or `AlertRuleName`, as Microsoft's examples do.

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use super::{found, log_alert};
use crate::body::malformed;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::link;
use crate::settings::{Custom, Pointer, SeverityName};
use crate::severity;
use crate::time::Time;
use crate::value::{Lenient as _, text_of};

const RULE_NAMES: &[&str] = &["alertname", "AlertRuleName"];

/// Whether a body names its rule as Microsoft's examples do.
pub fn names_a_rule(body: &Value) -> bool {
    body.any_text(RULE_NAMES).is_some()
}

/// Reads a body by the names of Microsoft's examples.
///
/// # Errors
/// `malformed` where the rule's name is missing.
pub fn read_with_known_names(body: &Value) -> Result<(Envelope, Details), DecodeError> {
    let Some(rule) = body.any_text(RULE_NAMES) else {
        return Err(malformed("/alertname", "expected the name of the rule, found nothing"));
    };
    let envelope = log_alert::envelope(rule, body);
    let details = Kind::Custom.read(body, &envelope);
    Ok((envelope, details))
}

/// Reads a body as the settings say.
///
/// # Errors
/// `malformed` where the pointer to the rule leads to nothing.
pub fn read(body: &Value, custom: &Custom) -> Result<(Envelope, Details), DecodeError> {
    let Some(rule) = custom.rule.text(body) else {
        let stands_there = found(body.pointer(&custom.rule.0));
        return Err(malformed(
            &custom.rule.0,
            format!("expected the name of the rule, as the setting `custom.rule` says, found {stands_there}"),
        ));
    };
    let text = |pointer: &Option<Pointer>| pointer.as_ref().and_then(|pointer| pointer.text(body));
    let time = |pointer: &Option<Pointer>| text(pointer).as_deref().and_then(Time::parse);
    let state = text(&custom.condition);
    let resolved = state.is_some_and(|state| custom.resolved.iter().any(|word| word.eq_ignore_ascii_case(&state)));
    let mut envelope = Envelope::new(if resolved { Condition::Resolved } else { Condition::Fired });
    envelope.rule_name = Some(rule);
    envelope.id = text(&custom.id);
    envelope.description = text(&custom.description);
    envelope.targets = match custom.resource.as_ref().and_then(|pointer| pointer.value(body)) {
        Some(Value::Array(elements)) => elements.iter().filter_map(text_of).collect(),
        Some(lone) => text_of(lone).into_iter().collect(),
        None => Vec::new(),
    };
    let seen = time(&custom.time);
    envelope.fired = time(&custom.fired);
    if resolved {
        envelope.resolved = seen;
    } else {
        envelope.observed = seen;
    }
    let mut details = Kind::Custom.read(body, &envelope);
    details.resolves = Some(custom.condition.is_some());
    details.title = text(&custom.title);
    details.severity = text(&custom.severity).and_then(|word| {
        let named =
            custom.severities.iter().find(|(name, _)| name.eq_ignore_ascii_case(&word)).map(|(_, severity)| *severity);
        named.map(SeverityName::into).or_else(|| severity::parse(&word))
    });
    if let Some(summary) = text(&custom.summary) {
        details.summary = summary;
    }
    details.links.extend(text(&custom.link).and_then(|url| link::https("Link", &url)));
    for pointer in &custom.identity {
        let value = pointer.value(body).map(|value| text_of(value).unwrap_or_else(|| value.to_string()));
        details.identity.extend(value.map(|value| ("identity", format!("{}={value}", pointer.0))));
    }
    for (name, pointer) in &custom.labels {
        details.label(name.to_lowercase(), pointer.text(body));
    }
    Ok((envelope, details))
}
