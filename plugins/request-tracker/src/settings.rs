//! The operator's settings, with defaults that fit Request Tracker 5 as it is delivered.
//!
//! `settings.schema.json` is what people and editors read; a test holds the two together. The host has checked a value against the
//! schema before it comes here; [`Settings::findings`] says what a schema cannot.

use serde::{Deserialize, Deserializer};
use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::terms::must_mean;
use signalbox_sdk::types::TicketState;
use std::collections::BTreeMap;

pub use signalbox_sdk::terms::{BySeverity, Phase, SettingFault, State};

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// How the adapter speaks to this server.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where people open it; empty for what its answers link to.
    pub web_url: String,
    /// Queue of new tickets.
    pub queue: String,
    /// Custom field that holds the gateway's key.
    pub key_field: String,
    /// Default requestor; empty for none.
    pub requestor: String,
    /// What descriptions are.
    pub content_type: ContentType,
    /// Priority by severity.
    #[serde(deserialize_with = "priorities")]
    pub priority: BySeverity<u32>,
    /// What the server's own statuses mean.
    pub states: BTreeMap<String, State>,
    /// Status of what is over.
    pub resolved_status: String,
    /// Status of what is back.
    pub reopened_status: String,
    /// Status of what was made without its key.
    pub withdrawn_status: String,
    /// Where content stands that has no field.
    pub custom_fields: CustomFields,
    /// What a pull takes.
    pub list: List,
    /// Where changes stand, by status.
    pub phases: BTreeMap<String, Phase>,
}

/// What a description is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub enum ContentType {
    /// Plain text.
    #[default]
    #[serde(rename = "text/plain")]
    Plain,
    /// HTML.
    #[serde(rename = "text/html")]
    Html,
}

/// Names of custom fields; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomFields {
    /// What the ticket is about.
    pub configuration_item: String,
    /// What suffers.
    pub service: String,
    /// What kind of problem it is.
    pub category: String,
    /// Type of a change request.
    pub change_type: String,
    /// Risk of a change request.
    pub risk: String,
}

/// Which tickets a pull takes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct List {
    /// Queues of incidents; empty for the queue of new tickets.
    pub incident: Vec<String>,
    /// Queues of change requests.
    pub change: Vec<String>,
    /// Most tickets of one answer.
    pub page: u32,
}

// === impl Settings ===

impl Settings {
    /// Reads settings.
    ///
    /// # Errors
    /// In serde's words, where they are not as the schema says.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// What a schema cannot see.
    #[must_use]
    pub fn findings(&self) -> Vec<SettingFault> {
        let mut faults = Vec::new();
        for (at, status, wanted) in [
            ("/resolved_status", &self.resolved_status, &[State::Resolved][..]),
            ("/reopened_status", &self.reopened_status, &[State::Open, State::Pending]),
            ("/withdrawn_status", &self.withdrawn_status, &[State::Resolved, State::Closed, State::Canceled]),
        ] {
            faults.extend(must_mean(at, &format!("`{status}`"), self.state(status), wanted, "`states`"));
        }
        for (name, field) in self.custom_fields.named() {
            if field.eq_ignore_ascii_case(&self.key_field) {
                let message = format!("`{field}` holds the gateway's key and nothing else");
                faults.push(SettingFault::new(format!("/custom_fields/{name}"), message));
            }
        }
        for queue in self.list.change.iter().filter(|queue| self.incident_queues().contains(queue)) {
            let message = format!("`{queue}` holds incidents: it cannot hold change requests, too");
            faults.push(SettingFault::new("/list/change", message));
        }
        faults
    }

    /// What a status means; none where neither the settings nor the lifecycle as delivered know it.
    #[must_use]
    pub fn state(&self, status: &str) -> Option<TicketState> {
        self.states.get(status).map(|state| TicketState::from(*state)).or_else(|| crate::states::incident(status))
    }

    /// Where a change of this status stands; none where neither the settings nor the lifecycle as delivered know it.
    #[must_use]
    pub fn phase(&self, status: &str) -> Option<ChangePhase> {
        self.phases.get(status).map(|phase| ChangePhase::from(*phase)).or_else(|| crate::states::change(status))
    }

    /// The queues that a pull of incidents takes.
    #[must_use]
    pub fn incident_queues(&self) -> &[String] {
        if self.list.incident.is_empty() { std::slice::from_ref(&self.queue) } else { &self.list.incident }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            web_url: String::new(),
            queue: "General".into(),
            key_field: "Signalbox Key".into(),
            requestor: String::new(),
            content_type: ContentType::Plain,
            priority: delivered_priorities(),
            states: BTreeMap::new(),
            resolved_status: "resolved".into(),
            reopened_status: "open".into(),
            withdrawn_status: "rejected".into(),
            custom_fields: CustomFields::default(),
            list: List::default(),
            phases: BTreeMap::new(),
        }
    }
}

// === impl ContentType ===

impl ContentType {
    /// As Request Tracker spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "text/plain",
            Self::Html => "text/html",
        }
    }
}

// === impl CustomFields, List ===

impl CustomFields {
    /// Those that are set, by the setting's name.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("configuration_item", self.configuration_item.as_str()),
            ("service", &self.service),
            ("category", &self.category),
            ("change_type", &self.change_type),
            ("risk", &self.risk),
        ]
        .into_iter()
        .filter(|(_, field)| !field.is_empty())
    }
}

impl Default for List {
    fn default() -> Self {
        Self { incident: Vec::new(), change: Vec::new(), page: 100 }
    }
}

/// As delivered, people see 0 as Low, 50 as Medium and 100 as High.
fn delivered_priorities() -> BySeverity<u32> {
    BySeverity { critical: 100, error: 75, warning: 50, informational: 25, verbose: 0 }
}

fn priorities<'de, D: Deserializer<'de>>(given: D) -> Result<BySeverity<u32>, D::Error> {
    delivered_priorities().overlaid(given)
}

#[cfg(test)]
mod tests;
