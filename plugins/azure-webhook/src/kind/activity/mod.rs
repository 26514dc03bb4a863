//! Alerts on events of the activity log. They tell that something was done, so none is ever resolved; the same operation on the
//! same target by the same rule is the same problem.
//!
//! `claims` and `httpRequest` say who asked in a way that no ticket should: they stay in the payload.

mod autoscale;
mod policy;
mod recommendation;
mod security;

use serde_json::Value;

use super::Kind;
use crate::envelope::Details;
use crate::time::Time;
use crate::value::Lenient as _;
use crate::words::{line, title};
use crate::{arm::canonical, severity};

/// What all events of the activity log have, those of service and resource health among them.
pub struct Event<'a> {
    pub operation: Option<String>,
    pub status: Option<String>,
    pub caller: Option<String>,
    /// In words, also where it came as a number.
    pub level: Option<String>,
    /// When it happened.
    pub time: Option<Time>,
    /// What the log says of it; the rule has a description of its own.
    pub description: Option<String>,
    pub properties: Option<&'a Value>,
    raw: &'a Value,
}

/// Properties that repeat what is said elsewhere, or that no person reads.
const HIDDEN: &[&str] =
    &["eventcategory", "hierarchy", "entity", "message", "policies", "activeautoscaleprofile", "ancestors"];

pub fn read(kind: Kind, context: &Value) -> Details {
    let event = Event::of(context);
    let mut details = Details::new(kind);
    event.describe(&mut details);
    details.summary = event.sentence();
    details.identity.extend(event.operation.iter().map(|operation| ("operation", operation.to_lowercase())));
    match kind {
        Kind::ActivityPolicy => policy::read(&event, &mut details),
        Kind::ActivityAutoscale => autoscale::read(&event, &mut details),
        Kind::ActivitySecurity => security::read(&event, &mut details),
        Kind::ActivityRecommendation => recommendation::read(&event, &mut details),
        _ => {}
    }
    event.describe_properties(&mut details);
    details
}

// === impl Event ===

impl<'a> Event<'a> {
    pub fn of(context: &'a Value) -> Self {
        let authorization = context.field("authorization");
        Self {
            operation: context.text("operationName").or_else(|| authorization?.text("action")),
            status: context.text("status"),
            caller: context.text("caller"),
            level: context.text("level").map(|level| severity::level(&level)),
            time: Time::of(context, &["eventTimestamp", "submissionTimestamp"]),
            description: context.any_text(&["Activity Log Event Description", "eventDescription", "description"]),
            properties: context.field("properties").filter(|properties| properties.is_object()),
            raw: context,
        }
    }

    /// A text of its properties.
    pub fn property(&self, name: &str) -> Option<String> {
        self.properties.and_then(|properties| properties.text(name))
    }

    /// `Microsoft.Compute/virtualMachines/restart/action succeeded, by ops@example.com`.
    fn sentence(&self) -> String {
        let mut sentence = self.operation.clone().unwrap_or_default();
        if let Some(status) = &self.status {
            sentence = format!("{sentence} {}", status.to_lowercase()).trim().to_owned();
        }
        match &self.caller {
            Some(caller) if !sentence.is_empty() => format!("{sentence}, by {caller}"),
            _ => sentence,
        }
    }

    /// What all events share: facts, labels, time and severity.
    pub fn describe(&self, details: &mut Details) {
        details.seen = self.time;
        details.severity = self.level.as_deref().and_then(severity::parse);
        details.fact("event", "Operation", self.operation.clone().unwrap_or_default());
        details.fact("event", "Status", self.status.clone().unwrap_or_default());
        details.facts_of("event", self.raw, &[("subStatus", "Sub-status")]);
        details.fact("event", "Caller", self.caller.clone().unwrap_or_default());
        details.fact("event", "Level", self.level.clone().unwrap_or_default());
        details.fact("event", "Time", self.time.map(|time| time.to_string()).unwrap_or_default());
        details.fact("event", "Description", self.description.clone().unwrap_or_default());
        details.facts_of("event", self.raw, &[("correlationId", "Correlation id"), ("eventDataId", "Event id")]);
        details.label("operation", self.operation.clone());
        details.label("status", self.status.clone());
        details.label("level", self.level.clone());
        details.label("caller", self.caller.clone());
        details.label("event-source", self.raw.text("eventSource"));
        details.label("correlation-id", self.raw.text("correlationId"));
    }

    /// Properties that no reader has turned into something better.
    fn describe_properties(&self, details: &mut Details) {
        let Some(Value::Object(properties)) = self.properties else { return };
        for (name, value) in properties {
            let hidden = HIDDEN.contains(&name.to_ascii_lowercase().as_str());
            if let Some(text) = crate::value::text_of(value).filter(|_| !hidden) {
                details.fact("properties", title(name), line(&text, 1_000));
            }
        }
    }

    /// Adds a part of the identity where the event has this property.
    fn identify(&self, details: &mut Details, name: &'static str, property: &str) {
        details.identity.extend(self.property(property).map(|value| (name, canonical(&value))));
    }
}
