//! Activity log, service health and resource health of before the common schema: `data.context.activityLog`.
//!
//! The rule's name is not in it, so operation and target alone tell problems apart. `data.status` says Activated, always; whether
//! a health event is over stands in the event.

use serde_json::Value;
use signalbox_sdk::source::DecodeError;
use signalbox_sdk::types::Condition;

use super::{condition, member};
use crate::arm::ArmId;
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;
use crate::time::Time;
use crate::value::Lenient as _;

/// # Errors
/// `malformed` where there is no event.
pub fn read(data: &Value) -> Result<(Envelope, Details), DecodeError> {
    let event = member(member(data, "/data", "context")?, "/data/context", "activityLog")?;
    let status = data.text("status").as_deref().and_then(condition).unwrap_or(Condition::Fired);
    let mut envelope = Envelope::new(status);
    envelope.id = event.text("eventDataId");
    envelope.signal_type = Some("Activity Log".to_owned());
    envelope.service = event.text("eventSource").filter(|source| source.parse::<u32>().is_err());
    let scope = event.field("authorization").and_then(|authorization| authorization.text("scope"));
    envelope.subscription = event.text("subscriptionId");
    let subscription = envelope.subscription.as_ref().map(|id| format!("/subscriptions/{id}"));
    envelope.targets = event.text("resourceId").or(scope).or(subscription).into_iter().collect();
    if envelope.subscription.is_none() {
        let target = envelope.targets.first().and_then(|target| ArmId::parse(target));
        envelope.subscription = target.map(|id| id.subscription).filter(|id| !id.is_empty());
    }
    envelope.target_type = event.text("resourceType").map(|kind| kind.to_lowercase());
    envelope.fired = Time::of(event, &["eventTimestamp", "submissionTimestamp"]);
    envelope.description = event.text("description");
    envelope.attach(data.pairs("properties"));
    let kind = match Kind::recognise(&envelope, event) {
        // The oldest bodies name no source at all.
        Kind::ActivityOther if envelope.service.is_none() && event.field("authorization").is_some() => {
            Kind::ActivityAdministrative
        }
        kind => kind,
    };
    let mut details = kind.read(event, &envelope);
    if details.rule.is_none() {
        details.rule = event.text("operationName").or_else(|| event.field("authorization")?.text("action"));
    }
    if status == Condition::Resolved {
        envelope.resolved = envelope.fired.take();
    }
    Ok((envelope, details))
}
