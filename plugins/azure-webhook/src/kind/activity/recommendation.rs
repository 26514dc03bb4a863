//! Recommendations of Azure Advisor: what to do, and where to read on.

use super::Event;
use crate::envelope::Details;
use crate::link;

pub fn read(event: &Event<'_>, details: &mut Details) {
    if let Some(name) = event.property("recommendationName") {
        let category = event.property("recommendationCategory").map(|word| format!("{word}: ")).unwrap_or_default();
        let impact = event.property("recommendationImpact").map(|word| format!(" (impact {word})")).unwrap_or_default();
        details.summary = format!("{category}{name}{impact}");
        details.title = Some(name);
    }
    details
        .links
        .extend(event.property("recommendationResourceLink").and_then(|url| link::https("Recommendation", &url)));
    event.identify(details, "recommendation", "recommendationType");
}
