//! The common alert schema: `data.essentials` is the same for all kinds, `data.alertContext` is not.
//!
//! Nearly everything in the essentials may be null. What must be there is the condition, and one thing to know the alert by.

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use super::{condition, found, member};
use crate::arm::{ArmId, subscription};
use crate::body::malformed;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::time::Time;
use crate::value::Lenient as _;

/// Names by which an alert or its problem can be known.
const IDENTITIES: &[&str] =
    &["alertId", "alertRule", "alertRuleId", "alertTargetIDs", "configurationItems", "originAlertId"];

/// # Errors
/// `malformed` where essentials or condition are missing, or nothing names the alert.
pub fn read(body: &Value) -> Result<(Envelope, Details), DecodeError> {
    // Relays were seen to post what is inside `data`.
    let (data, at) = if body.field("essentials").is_some() { (body, "") } else { (member(body, "", "data")?, "/data") };
    let essentials = member(data, at, "essentials")?;
    let context = match data.field("alertContext") {
        None => &Value::Null,
        Some(context) if context.is_object() => context,
        Some(other) => {
            return Err(malformed(
                format!("{at}/alertContext"),
                format!("expected an object or null, found {}", found(Some(other))),
            ));
        }
    };
    let mut envelope = envelope(essentials, &format!("{at}/essentials"))?;
    envelope.attach(data.pairs("customProperties"));
    // Rules of metrics and logs repeat their custom properties here; the activity log has its event's properties.
    if context.field("condition").is_some() {
        envelope.attach(context.pairs("properties"));
    }
    let details = Kind::recognise(&envelope, context).read(context, &envelope);
    Ok((envelope, details))
}

fn envelope(essentials: &Value, at: &str) -> Result<Envelope, DecodeError> {
    let words = essentials.field("monitorCondition");
    let Some(condition) = words.and_then(Value::as_str).and_then(condition) else {
        return Err(malformed(
            format!("{at}/monitorCondition"),
            format!("expected `Fired` or `Resolved`, found {}", found(words)),
        ));
    };
    if IDENTITIES.iter().all(|name| essentials.texts(name).is_empty()) {
        return Err(malformed(at, "expected `alertId`, `alertRule` or `alertTargetIDs`, found none of them"));
    }
    let mut envelope = Envelope::new(condition);
    envelope.id = essentials.text("alertId");
    envelope.origin = essentials.text("originAlertId");
    envelope.rule_id = essentials.text("alertRuleId");
    envelope.rule_name = essentials.text("alertRule");
    // Some services put the rule's id where its name belongs.
    if let Some(id) = envelope.rule_name.as_deref().and_then(ArmId::parse) {
        envelope.rule_id.get_or_insert(id.text);
        envelope.rule_name = Some(id.name);
    }
    envelope.severity = essentials.text("severity");
    envelope.signal_type = essentials.text("signalType");
    envelope.service = essentials.any_text(&["monitoringService", "monitorService"]);
    envelope.targets = essentials.texts("alertTargetIDs");
    envelope.configuration_items = essentials.texts("configurationItems");
    envelope.target_type = essentials.text("targetResourceType").map(|kind| kind.to_lowercase());
    envelope.region = essentials.any_text(&["region", "targetResourceRegion"]);
    envelope.fired = Time::of(essentials, &["firedDateTime"]);
    if condition == Condition::Resolved {
        envelope.resolved = Time::of(essentials, &["resolvedDateTime"]);
    }
    envelope.description = essentials.text("description");
    envelope.investigation = essentials.text("investigationLink");
    let ids = envelope.targets.iter().chain(&envelope.id).chain(&envelope.rule_id);
    envelope.subscription = ids.filter_map(|id| subscription(id)).next().map(str::to_owned);
    Ok(envelope)
}
