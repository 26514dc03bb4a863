//! Security events, as Defender for Cloud raises them. They have a severity of their own, High to Low, which says more than the
//! event's level.

use super::Event;
use crate::arm::resource;
use crate::envelope::Details;
use crate::severity;
use crate::words::line;

pub fn read(event: &Event<'_>, details: &mut Details) {
    let entity = event.property("compromisedEntity");
    let finding = event.description.clone().or_else(|| event.property("eventName"));
    details.summary = match (finding, &entity) {
        (Some(finding), Some(entity)) => format!("{entity}: {}", line(&finding, 300)),
        (Some(finding), None) => line(&finding, 300),
        (None, Some(entity)) => format!("security alert on {entity}"),
        (None, None) => details.summary.clone(),
    };
    if let Some(word) = event.property("severity") {
        details.severity = severity::parse(&word).or(details.severity);
        details.label("security-severity", Some(word));
    }
    details.resources.extend(entity.as_deref().map(resource));
    event.identify(details, "entity", "compromisedEntity");
    event.identify(details, "finding", "eventName");
}
