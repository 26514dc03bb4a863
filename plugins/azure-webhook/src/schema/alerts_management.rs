//! The shape in which Alerts Management answers, which the page on failure anomalies documents as a webhook's body:
//! `properties.essentials` and `properties.context`, with names of its own for what the common schema has, too.

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use super::{condition, found, member};
use crate::arm::ArmId;
use crate::body::malformed;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::time::Time;
use crate::value::Lenient as _;

/// # Errors
/// `malformed` where the essentials or the condition are missing.
pub fn read(body: &Value, at: &str) -> Result<(Envelope, Details), DecodeError> {
    let properties = member(body, at, "properties")?;
    let essentials = member(properties, &format!("{at}/properties"), "essentials")?;
    let words = essentials.field("monitorCondition");
    let Some(condition) = words.and_then(Value::as_str).and_then(condition) else {
        return Err(malformed(
            format!("{at}/properties/essentials/monitorCondition"),
            format!("expected `Fired` or `Resolved`, found {}", found(words)),
        ));
    };
    let mut envelope = Envelope::new(condition);
    envelope.id = body.text("id").or_else(|| essentials.text("alertId"));
    envelope.origin = essentials.text("sourceCreatedId");
    let rule = essentials.text("alertRule");
    let rule_id = rule.as_deref().and_then(ArmId::parse);
    envelope.rule_name = rule_id.as_ref().map(|id| id.name.clone()).or(rule).or_else(|| body.text("name"));
    envelope.rule_id = rule_id.map(|id| id.text);
    envelope.severity = essentials.text("severity");
    envelope.signal_type = essentials.text("signalType");
    envelope.service = essentials.any_text(&["monitorService", "monitoringService"]);
    envelope.targets =
        essentials.text("targetResource").or_else(|| essentials.text("targetResourceName")).into_iter().collect();
    envelope.target_type = essentials.text("targetResourceType").map(|kind| kind.to_lowercase());
    envelope.fired = Time::of(essentials, &["startDateTime", "lastModifiedDateTime"]);
    if condition == Condition::Resolved {
        envelope.resolved = Time::of(essentials, &["monitorConditionResolvedDateTime", "lastModifiedDateTime"]);
    }
    envelope.description = essentials.text("description");
    envelope.attach(properties.pairs("customProperties"));
    // Some contexts are wrapped once more.
    let context = properties.any_field(&["context", "alertContext"]).unwrap_or(&Value::Null);
    let context = context.field("context").filter(|inner| inner.is_object()).unwrap_or(context);
    let details = Kind::recognise(&envelope, context).read(context, &envelope);
    Ok((envelope, details))
}
