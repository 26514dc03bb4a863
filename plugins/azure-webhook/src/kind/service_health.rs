//! Service health: outages, maintenance, advisories. Each message on one tracking id is a new alert that says Fired; the stage
//! says whether it is over, and a root cause analysis that follows doesn't open it again.
//!
//! The same tracking id in the same subscription is the same problem, whichever rule saw it.

use std::collections::BTreeSet;

use serde_json::Value;
use signalbox_sdk::types::Condition;

use super::Kind;
use super::activity::Event;
use crate::arm::subscription;
use crate::envelope::{Details, Envelope};
use crate::html;
use crate::time::Time;
use crate::value::{Lenient as _, text_of};
use crate::words::squeeze;

/// Stages after which there is nothing left to wait for.
const OVER: &[&str] = &["resolved", "rca", "complete", "completed", "canceled", "cancelled"];

/// Incident types of which no message ever says that they are over.
const NEVER_OVER: &[&str] = &["informational", "actionrequired"];

/// Where the portal lists them, by incident type.
const LISTS: &[(&str, &str)] = &[
    ("incident", "serviceIssues"),
    ("maintenance", "plannedMaintenance"),
    ("security", "securityAdvisories"),
    ("informational", "healthAdvisories"),
    ("actionrequired", "healthAdvisories"),
];

pub fn read(context: &Value, envelope: &Envelope) -> Details {
    let event = Event::of(context);
    let mut details = Details::new(Kind::ServiceHealth);
    let word = |name: &str| event.property(name);
    let stage = word("stage").or_else(|| event.status.clone());
    let incident_type = word("incidentType").or_else(|| type_of(event.operation.as_deref()?));
    let squeezed_type = incident_type.as_deref().map(squeeze).unwrap_or_default();
    let title = word("title").or_else(|| word("defaultLanguageTitle"));
    let tracking_id = word("trackingId");
    let is_over = |word: &Option<String>| word.as_deref().is_some_and(|word| OVER.contains(&squeeze(word).as_str()));

    event.describe(&mut details);
    if is_over(&stage) || is_over(&event.status) {
        details.condition = Some(Condition::Resolved);
    }
    details.resolves = Some(!NEVER_OVER.contains(&squeezed_type.as_str()));
    details.impact = impact(&event);
    details.title = title.clone();
    details.rule = Some("Service health".to_owned());
    details.summary = [
        incident_type.clone(),
        stage.clone(),
        word("service").map(|service| {
            format!("{service}{}", word("region").map(|region| format!(" in {region}")).unwrap_or_default())
        }),
        tracking_id.as_ref().map(|id| format!("tracking id {id}")),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join(", ");
    let message = word("communication").or_else(|| word("defaultLanguageContent"));
    details.description = message.map(|markup| html::to_text(&markup)).filter(|text| !text.is_empty());

    for (name, value) in [
        ("Title", title),
        ("Tracking id", tracking_id.clone()),
        ("Type", incident_type.clone()),
        ("Stage", stage.clone()),
        ("Service", word("service")),
        ("Region", word("region")),
        ("Impacted services", event.properties.map(impacted_services).filter(|text| !text.is_empty())),
        ("Impact start", details.impact.0.map(|time| time.to_string())),
        ("Impact end", details.impact.1.map(|time| time.to_string())),
        ("Impact type", word("impactType")),
        ("Maintenance id", word("maintenanceId")),
    ] {
        details.fact("service health", name, value.unwrap_or_default());
    }
    details.label("tracking-id", tracking_id.clone());
    details.label("stage", stage);
    details.label("incident-type", incident_type);
    details.label("service", word("service"));
    if event.properties.and_then(|properties| properties.flag("isSynthetic")) == Some(true) {
        details.label("test", Some("true"));
    }
    let list = LISTS.iter().find(|(name, _)| *name == squeezed_type).map_or("serviceIssues", |(_, list)| list);
    details.portal = Some(("Service health".to_owned(), format!("{LIST_OF}/{list}")));
    match tracking_id {
        Some(id) => {
            details.identity.push(("tracking-id", id.to_lowercase()));
            details.identity.extend(subscriptions(envelope).into_iter().map(|id| ("subscription", id)));
            details.stands_alone = true;
        }
        None => details.identity.extend(word("maintenanceId").map(|id| ("maintenance-id", id.to_lowercase()))),
    }
    details
}

/// Those that it is about, each once: messages list them in any order.
fn subscriptions(envelope: &Envelope) -> BTreeSet<String> {
    let targets: BTreeSet<_> =
        envelope.targets.iter().filter_map(|id| subscription(id)).map(str::to_lowercase).collect();
    if targets.is_empty() { envelope.subscription.iter().map(|id| id.to_lowercase()).collect() } else { targets }
}

/// The blade that has the lists.
const LIST_OF: &str = "#blade/Microsoft_Azure_Health/AzureHealthBrowseBlade";

/// `Microsoft.ServiceHealth/maintenance/action` is of type maintenance.
fn type_of(operation: &str) -> Option<String> {
    let mut parts = operation.split('/');
    parts.next().filter(|provider| squeeze(provider) == "microsoftservicehealth")?;
    parts.next().map(str::to_owned)
}

/// When it began to hurt, and when it stopped or is planned to.
fn impact(event: &Event<'_>) -> (Option<Time>, Option<Time>) {
    let time = |name| event.properties.and_then(|properties| Time::of(properties, &[name]));
    (time("impactStartTime"), time("impactMitigationTime"))
}

/// `Storage (East US, West US); SQL Database (East US)`.
fn impacted_services(properties: &Value) -> String {
    let services = properties.list("impactedServices").into_iter().filter_map(|service| {
        let name = service.text("ServiceName").or_else(|| text_of(service))?;
        let regions: Vec<String> = service
            .list("ImpactedRegions")
            .into_iter()
            .filter_map(|region| region.text("RegionName").or_else(|| text_of(region)))
            .collect();
        Some(if regions.is_empty() { name } else { format!("{name} ({})", regions.join(", ")) })
    });
    services.collect::<Vec<_>>().join("; ")
}
