//! Metric alerts of before the common schema: `AzureMonitorMetricAlert`, and the classic ones that have no `schemaId` and one
//! criterion instead of `allOf`. `context.id` is the rule; there is no id of the alert.

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use super::{condition, found, member};
use crate::arm::ArmId;
use crate::body::malformed;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::link;
use crate::time::Time;
use crate::value::Lenient as _;

/// Whether the data of a body without `schemaId` is of this schema: only here does a condition stand in a context of `data`.
pub fn is_one(data: &Value) -> bool {
    let condition = data.field("context").and_then(|context| context.field("condition"));
    condition.is_some_and(Value::is_object)
}

/// # Errors
/// `malformed` where the status is missing, or there is nothing to know the rule or the resource by.
pub fn read(data: &Value, at: &str) -> Result<(Envelope, Details), DecodeError> {
    let context = member(data, at, "context")?;
    let (words, at_status) = match (data.field("status"), context.field("status")) {
        (None, Some(inner)) => (Some(inner), format!("{at}/context/status")),
        (outer, _) => (outer, format!("{at}/status")),
    };
    let Some(condition) = words.and_then(Value::as_str).and_then(condition) else {
        return Err(malformed(at_status, format!("expected `Activated` or `Deactivated`, found {}", found(words))));
    };
    let mut envelope = Envelope::new(condition);
    envelope.rule_name = context.text("name");
    envelope.rule_id = context.text("id");
    envelope.targets = target(context).into_iter().collect();
    if envelope.rule_name.is_none() && envelope.rule_id.is_none() && envelope.targets.is_empty() {
        return Err(malformed(format!("{at}/context"), "expected `name`, `id` or `resourceId`, found none of them"));
    }
    envelope.severity = context.text("severity");
    envelope.signal_type = Some("Metric".to_owned());
    envelope.service = Some("Platform".to_owned());
    envelope.target_type = context.text("resourceType").map(|kind| kind.to_lowercase());
    envelope.region = context.any_text(&["resourceRegion", "region"]);
    envelope.subscription = context.text("subscriptionId");
    envelope.description = context.text("description");
    let time = Time::of(context, &["timestamp"]);
    match condition {
        Condition::Fired => envelope.fired = time,
        Condition::Resolved => envelope.resolved = time,
    }
    envelope.attach(data.pairs("properties"));
    let kind = Kind::recognise(&envelope, context);
    let mut details = kind.read(context, &envelope);
    details.links.extend(context.text("portalLink").and_then(|url| link::https("Resource", &url)));
    Ok((envelope, details))
}

/// The resource's id, or one made of its parts, or its bare name.
fn target(context: &Value) -> Option<String> {
    context.text("resourceId").or_else(|| {
        let name = context.text("resourceName")?;
        let made = || {
            let (subscription, group) = (context.text("subscriptionId")?, context.text("resourceGroupName")?);
            let (provider, kind) =
                context.text("resourceType").as_deref()?.split_once('/').map(|(p, k)| (p.to_owned(), k.to_owned()))?;
            let id = format!("/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{kind}/{name}");
            // Nested types name one parent each, which the parts do not.
            ArmId::parse(&id).filter(|_| !kind.contains('/')).map(|id| id.text)
        };
        Some(made().unwrap_or(name))
    })
}
