//! The operator's settings, with defaults that fit the Cireson portal in front of Service Manager as it is delivered.
//!
//! `settings.schema.json` is what people and editors read; a test holds the two together. The host has checked a value against the
//! schema before it comes here; [`Settings::findings`] says what a schema cannot.

use crate::element::Guid;
use crate::lists::List;
use serde::Deserialize;
use signalbox_sdk::terms::must_mean;
use signalbox_sdk::types::TicketState;
use std::collections::BTreeMap;

mod defaults;

pub use signalbox_sdk::terms::{BySeverity, Missing, SettingFault, State};

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// How the adapter speaks to this portal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where people open tickets; empty for nowhere.
    pub portal_url: String,
    /// The user that the gateway signs in as.
    pub created_by: String,
    /// What new incidents are made from.
    pub template: String,
    /// Where the gateway's key stands.
    pub key: KeyProperty,
    /// Status of a resolved incident.
    pub resolved_status: String,
    /// Status after reopening.
    pub reopen_status: String,
    /// Resolution category.
    pub resolution_category: String,
    /// Resolution description where there is no note.
    pub resolution_description: String,
    /// Comment on reopening where there is no note.
    pub reopen_comment: String,
    /// Source of new incidents; empty for the template's.
    pub source: String,
    /// Default classification; empty for the template's.
    pub category: String,
    /// Default support group; empty for the template's.
    pub support_group: String,
    /// Default affected user; empty for none.
    pub caller: String,
    /// Default configuration item; empty for none.
    pub configuration_item: String,
    /// Default service; empty for none.
    pub service: String,
    /// What to do with an item that no single record stands for.
    pub missing_items: Missing,
    /// Impact and urgency by severity.
    #[serde(deserialize_with = "defaults::weights")]
    pub severity: BySeverity<Weight>,
    /// What the installation's own statuses mean.
    pub states: BTreeMap<String, State>,
    /// Lists of the installation's own, by property.
    pub lists: BTreeMap<String, String>,
    /// How notes stand in the action log.
    pub comment: CommentSettings,
    /// Longest texts.
    pub lengths: Lengths,
    /// How a pull asks.
    pub list: ListSettings,
    /// Type projections.
    pub projections: Projections,
    /// Where the calls are.
    pub paths: Paths,
    /// Headers of every request.
    pub headers: BTreeMap<String, String>,
}

/// A property that criteria can name.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeyProperty {
    /// Its name.
    pub property: String,
    /// The class that it belongs to.
    pub class: String,
}

/// What Service Manager computes a priority from.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// How much it affects.
    pub impact: String,
    /// How soon it must end.
    pub urgency: String,
}

/// How notes stand in the action log.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommentSettings {
    /// Who has entered them.
    pub by: String,
    /// Whether only analysts see them.
    pub private: bool,
}

/// Longest texts, in UTF-16 code units.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lengths {
    /// Of a title.
    pub title: usize,
    /// Of a description.
    pub description: usize,
    /// Of a comment.
    pub comment: usize,
}

/// How a pull asks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListSettings {
    /// Most records of one page.
    pub page: u32,
    /// The first stretch of time, in seconds.
    pub stretch: u32,
    /// How a time is asked for.
    pub times: Times,
}

/// How a time is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Times {
    /// `2026-11-22T13:06:00.000Z`.
    #[default]
    Marked,
    /// `2026-11-22T13:06:00.000`.
    Bare,
}

/// Type projections.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Projections {
    /// Of incidents.
    pub incident: String,
    /// Of change requests.
    pub change: String,
    /// Of configuration items.
    pub configuration_item: String,
}

/// Where the calls are.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Paths {
    /// Projections by criteria.
    pub query: String,
    /// A new object from a template.
    pub template: String,
    /// Making and changing objects.
    pub commit: String,
    /// Entries of a list.
    pub list: String,
    /// Users by name.
    pub users: String,
    /// Templates of a class.
    pub templates: String,
    /// The page of an incident.
    pub incident_form: String,
    /// The page of a change request.
    pub change_form: String,
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
        let ids = [
            ("/template", &self.template),
            ("/key/class", &self.key.class),
            ("/projections/incident", &self.projections.incident),
            ("/projections/change", &self.projections.change),
            ("/projections/configuration_item", &self.projections.configuration_item),
        ];
        let ids = ids.into_iter().map(|(at, id)| (at.to_owned(), id));
        let states = self.states.keys().map(|id| (format!("/states/{id}"), id));
        let lists = self.lists.iter().map(|(property, id)| (format!("/lists/{property}"), id));
        for (at, id) in ids.chain(states).chain(lists) {
            if Guid::parse(id).is_none() {
                faults.push(SettingFault::new(at, format!("`{id}` is no GUID")));
            }
        }
        for (at, name, wanted) in [
            ("/resolved_status", &self.resolved_status, &[State::Resolved][..]),
            ("/reopen_status", &self.reopen_status, &[State::Open, State::Pending]),
        ] {
            // A name that only the portal knows is for `probe`.
            faults.extend(
                self.fixed_state(name)
                    .and_then(|means| must_mean(at, &format!("`{name}`"), Some(means), wanted, "`states`")),
            );
        }
        if crate::incident::OWN.contains(&self.key.property.as_str()) {
            let message = format!("`{}` is Service Manager's own: it cannot hold a key", self.key.property);
            faults.push(SettingFault::new("/key/property", message));
        }
        faults
    }

    /// What an incident's status means; none where neither the settings nor the statuses as delivered know it.
    #[must_use]
    pub fn state(&self, status: Guid) -> Option<TicketState> {
        let own = self.states.iter().find(|(id, _)| Guid::parse(id) == Some(status));
        own.map(|(_, state)| TicketState::from(*state)).or_else(|| crate::states::incident(status))
    }

    /// The same for a status as a setting names it; none where only the portal knows that name.
    fn fixed_state(&self, status: &str) -> Option<TicketState> {
        let id = Guid::parse(status);
        // A GUID of the installation's own without a meaning would leave a resolved ticket open for ever.
        id.map(|id| self.state(id).unwrap_or(TicketState::Canceled))
            .or_else(|| List::Status.entry(status).and_then(|id| self.state(id)))
    }
}

#[cfg(test)]
mod tests;
