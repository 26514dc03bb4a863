//! The operator's settings.
//!
//! `settings.schema.json` is what people and editors read; a test holds the two together. The host has checked a value against
//! the schema before it comes here.

use serde::Deserialize;
use signalbox_sdk::terms::SettingFault;

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Where rows go, and in what form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Immutable id of the data collection rule.
    pub dcr: String,
    /// Stream of incidents and change requests.
    #[serde(default = "work_items")]
    pub stream_work_items: String,
    /// Stream of ticket events.
    #[serde(default = "ticket_events")]
    pub stream_ticket_events: String,
    /// Whether rows have the platform's own fields.
    #[serde(default = "yes")]
    pub platform_fields: bool,
    /// Whether bodies are compressed.
    #[serde(default = "yes")]
    pub gzip: bool,
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
        if self.stream_work_items == self.stream_ticket_events {
            let words = "is the stream of the work items too, whose columns are others";
            return vec![SettingFault::new("/stream_ticket_events", words)];
        }
        Vec::new()
    }
}

fn work_items() -> String {
    "Custom-ServiceDesk_CL".into()
}

fn ticket_events() -> String {
    "Custom-SignalboxTicketEvents_CL".into()
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests;
