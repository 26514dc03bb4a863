//! The operator's settings, with defaults that fit a system as it is delivered.
//!
//! `settings.schema.json` is what people and editors read; a test holds the two together. The host has checked a value against the
//! schema before it comes here; [`Settings::findings`] says what a schema cannot.

mod parts;

pub use parts::{Condition, DateSettings, Journal, List, Operator, Phase, Reference, Search, Shape};
pub use signalbox_sdk::terms::{BySeverity, Missing, SettingFault, State};

use crate::fields::{self, Role};
use crate::time::{Dates, InvalidDates};
use serde::{Deserialize, Deserializer};
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::terms::must_mean;
use signalbox_sdk::types::TicketState;
use std::collections::BTreeMap;

/// The schema of [`Settings`].
pub const SCHEMA: &str = include_str!("../settings.schema.json");

/// Fields and their values.
pub type Values = BTreeMap<String, String>;

/// How the adapter speaks to this system.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where people open a record; empty for nowhere.
    pub record_url: String,
    /// Asked for with each call; empty for the system's own.
    pub locale: String,
    /// The field that holds the gateway's key.
    pub key_field: String,
    /// A field that shows the alert's id; empty for none.
    pub alert_field: String,
    /// Incidents.
    pub incident: Shape,
    /// Change requests.
    pub change: Shape,
    /// Where notes go.
    pub journal: Journal,
    /// Ids of business objects, by name: what is not here is asked for.
    pub ids: Values,
    /// Fields by severity.
    #[serde(deserialize_with = "priorities")]
    pub severity: BySeverity<Values>,
    /// Fields of a new incident.
    pub opening: Values,
    /// Fields of an incident that is resolved, beside its state and text.
    pub resolving: Values,
    /// Fields of an incident that is reopened, beside its state.
    pub reopening: Values,
    /// Text of a resolution where there is no note.
    pub resolution: String,
    /// Default team; empty for none.
    pub assignment: String,
    /// Default caller; empty for none.
    pub caller: String,
    /// Default configuration item; empty for none.
    pub configuration_item: String,
    /// Default service; empty for none.
    pub service: String,
    /// Default category; empty for none.
    pub category: String,
    /// What an incident's states mean.
    pub states: BTreeMap<String, State>,
    /// The state Resolved.
    pub resolved_state: String,
    /// The state after reopening.
    pub reopen_state: String,
    /// Whether a closed incident can be reopened.
    pub closed_reopens: bool,
    /// What a change's states mean.
    pub change_states: BTreeMap<String, Phase>,
    /// How names become record ids.
    pub references: BTreeMap<String, Reference>,
    /// How dates are written.
    pub dates: DateSettings,
    /// How searches count and sort.
    pub search: Search,
    /// What a pull takes.
    pub list: List,
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
        if let Err(invalid) = self.dates() {
            let at = match invalid {
                InvalidDates::Format(_) => "/dates/format",
                InvalidDates::Zone(_) => "/dates/time_zone",
            };
            faults.push(SettingFault::new(at, invalid.to_string()));
        }
        for (at, name, wanted) in [
            ("/resolved_state", &self.resolved_state, &[State::Resolved][..]),
            ("/reopen_state", &self.reopen_state, &[State::Open, State::Pending]),
        ] {
            faults.extend(must_mean(at, &format!("`{name}`"), self.state(name), wanted, "`states`"));
        }
        for (role, needed) in [
            (Role::State, "state"),
            (Role::Description, "description"),
            (Role::Resolution, "resolution"),
            (Role::UpdatedAt, "updated_at"),
        ] {
            if self.field(RecordKind::Incident, role).is_empty() {
                faults.push(SettingFault::new("/incident/fields", format!("`{needed}` needs a field")));
            }
        }
        if self.field(RecordKind::Change, Role::UpdatedAt).is_empty() {
            faults.push(SettingFault::new("/change/fields", "`updated_at` needs a field: a pull goes by it"));
        }
        for (at, values) in self.values() {
            let identity = [self.key_field.as_str(), "RecID"];
            let is_identity = |name: &&String| identity.iter().any(|own| own.eq_ignore_ascii_case(name));
            faults.extend(values.keys().find(is_identity).map(|name| {
                SettingFault::new(
                    at,
                    format!("`{name}` is how the gateway knows its tickets: nothing else is written there"),
                )
            }));
        }
        for (name, kind, conditions) in
            [("incident", RecordKind::Incident, &self.list.incident), ("change", RecordKind::Change, &self.list.change)]
        {
            let own = [self.field(kind, Role::UpdatedAt), "RecID"];
            for (index, condition) in conditions.iter().enumerate() {
                if own.iter().any(|own| own.eq_ignore_ascii_case(&condition.field)) {
                    let message = format!(
                        "`{}` is the pull's own condition: a second one would be an alternative to it",
                        condition.field
                    );
                    faults.push(SettingFault::new(format!("/list/{name}/{index}"), message));
                }
            }
        }
        faults
    }

    /// The settings that are written as they stand.
    fn values(&self) -> Vec<(String, &Values)> {
        let by_severity = self.severity.named().map(|(name, values)| (format!("/severity/{name}"), values));
        let others = [("opening", &self.opening), ("resolving", &self.resolving), ("reopening", &self.reopening)];
        others.into_iter().map(|(name, values)| (format!("/{name}"), values)).chain(by_severity).collect()
    }

    /// How dates are written.
    ///
    /// # Errors
    /// Where they can't be.
    pub fn dates(&self) -> Result<Dates, InvalidDates> {
        Dates::try_new(&self.dates.format, &self.dates.time_zone)
    }

    /// The internal name of a kind's business object.
    #[must_use]
    pub fn object(&self, kind: RecordKind) -> &str {
        let (shape, delivered) = match kind {
            RecordKind::Incident => (&self.incident, "Incident"),
            RecordKind::Change => (&self.change, "ChangeRequest"),
        };
        if shape.object.is_empty() { delivered } else { &shape.object }
    }

    /// The name of a field, by what it means; empty where there is none.
    #[must_use]
    pub fn field(&self, kind: RecordKind, role: Role) -> &str {
        let shape = match kind {
            RecordKind::Incident => &self.incident,
            RecordKind::Change => &self.change,
        };
        fields::name(&shape.fields, kind, role)
    }

    /// What an incident's state means; none where neither the settings nor the states as delivered know it.
    #[must_use]
    pub fn state(&self, value: &str) -> Option<TicketState> {
        self.states.get(value).map(|state| TicketState::from(*state)).or_else(|| crate::states::incident(value))
    }
}

impl Default for Settings {
    fn default() -> Self {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Values>()
        };
        Self {
            record_url: String::new(),
            locale: "en-US".into(),
            key_field: "ExternalAlertID".into(),
            alert_field: String::new(),
            incident: Shape::new("Incident", RecordKind::Incident),
            change: Shape::new("ChangeRequest", RecordKind::Change),
            journal: Journal::default(),
            ids: Values::new(),
            severity: delivered_priorities(),
            opening: pairs(&[("IncidentType", "Incident"), ("Source", "Event")]),
            resolving: Values::new(),
            reopening: Values::new(),
            resolution: "The monitor reports that the problem is over.".into(),
            assignment: String::new(),
            caller: String::new(),
            configuration_item: String::new(),
            service: String::new(),
            category: String::new(),
            states: BTreeMap::new(),
            resolved_state: "Resolved".into(),
            reopen_state: "Reopened".into(),
            closed_reopens: false,
            change_states: BTreeMap::new(),
            references: BTreeMap::new(),
            dates: DateSettings::default(),
            search: Search::default(),
            list: List::default(),
        }
    }
}

/// The priorities 1 to 5.
fn delivered_priorities() -> BySeverity<Values> {
    BySeverity::made(["1", "2", "3", "4", "5"], |value| Values::from([("Priority".to_owned(), value.to_owned())]))
}

fn priorities<'de, D: Deserializer<'de>>(given: D) -> Result<BySeverity<Values>, D::Error> {
    delivered_priorities().overlaid(given)
}

#[cfg(test)]
mod tests;
