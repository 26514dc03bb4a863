//! The operator's settings. Which subscriptions may be asked about has no default; all else has.
//!
//! `settings.schema.json` is what people and editors read; a test holds the two together. The host has checked a value against the
//! schema before it comes here; [`Settings::findings`] says what a schema cannot.

use crate::alert::AlertState;
use crate::arm::{ArmId, is_guid};
use serde::Deserialize;
use signalbox_sdk::types::TicketState;

pub use metrics::{Aggregation, Interval, Metric, Metrics};
pub use signalbox_sdk::terms::SettingFault;

mod metrics;

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// What may be asked and told.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The subscriptions that an alert may be about, as GUIDs.
    pub subscriptions: Vec<String>,
    /// The workspaces and applications whose data a search may read: GUIDs, or ids of Azure Resource Manager.
    #[serde(default)]
    pub workspaces: Vec<String>,
    /// Which state an alert has for each of its ticket's.
    #[serde(default)]
    pub report: Report,
    /// How much is asked about an alert.
    #[serde(default)]
    pub enrich: Enrich,
    /// Which metrics are asked for, and over what time.
    #[serde(default)]
    pub metrics: Metrics,
}

/// What an alert is given for each state of its ticket.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    open: Told,
    pending: Told,
    resolved: Told,
    closed: Told,
    canceled: Told,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Told {
    Acknowledged,
    Closed,
    Leave,
}

/// How much is asked about an alert.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Enrich {
    /// What is asked for, in the order to show it.
    pub groups: Vec<Group>,
    /// About how many resources at most.
    pub resources: usize,
    /// How many rows of a search are shown at most.
    pub rows: usize,
    /// How many changes are shown at most.
    pub changes: usize,
    /// How far back changes are asked for.
    pub change_hours: u32,
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Values around the time of firing.
    Metrics,
    /// First rows of the search that fired.
    Results,
    /// What Azure says of the resource's availability.
    Health,
    /// What was done to the resource.
    Changes,
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
        for (index, workspace) in self.workspaces.iter().enumerate().filter(|(_, workspace)| !is_guid(workspace)) {
            if let Err(why) = ArmId::within(workspace, &self.subscriptions) {
                let message = format!("`{workspace}` is no GUID and {why}");
                faults.push(SettingFault::new(format!("/workspaces/{index}"), message));
            }
        }
        faults
    }
}

// === impl Report ===

impl Report {
    /// The alert's state for a ticket's; none where it is left.
    #[must_use]
    pub fn of(&self, state: TicketState) -> Option<AlertState> {
        let told = match state {
            TicketState::Open => self.open,
            TicketState::Pending => self.pending,
            TicketState::Resolved => self.resolved,
            TicketState::Closed => self.closed,
            TicketState::Canceled => self.canceled,
        };
        match told {
            Told::Acknowledged => Some(AlertState::Acknowledged),
            Told::Closed => Some(AlertState::Closed),
            Told::Leave => None,
        }
    }
}

impl Default for Report {
    fn default() -> Self {
        Self {
            open: Told::Acknowledged,
            pending: Told::Acknowledged,
            resolved: Told::Closed,
            closed: Told::Closed,
            canceled: Told::Closed,
        }
    }
}

// === impl Enrich ===

impl Default for Enrich {
    fn default() -> Self {
        Self {
            groups: vec![Group::Metrics, Group::Results, Group::Health, Group::Changes],
            resources: 3,
            rows: 10,
            changes: 10,
            change_hours: 24,
        }
    }
}

#[cfg(test)]
mod tests;
