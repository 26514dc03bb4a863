//! Autoscale events: what was scaled, from how many instances to how many. The target is the setting; the scaled resource stands
//! in the properties.

use super::Event;
use crate::arm::{ArmId, canonical};
use crate::envelope::Details;

pub fn read(event: &Event<'_>, details: &mut Details) {
    let scaled = event.property("resourceName");
    if let (Some(old), Some(new)) = (event.property("oldInstancesCount"), event.property("newInstancesCount")) {
        let status = event.status.as_ref().map(|status| format!(" {}", status.to_lowercase())).unwrap_or_default();
        details.summary = format!("scaling from {old} to {new} instances{status}");
    }
    if let Some(scaled) = scaled {
        details.identity.push(("scaled", canonical(&scaled)));
        details.resources.extend(ArmId::parse(&scaled).map(|id| id.to_resource()));
    }
}
