//! What there is to be asked for: alerts, resources with metrics and health, events of the activity log, results of queries.
//! The same in a constructor and over the control interface.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Things to put in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contents {
    /// Alerts.
    pub alerts: Vec<Alert>,
    /// Resources.
    pub resources: Vec<Resource>,
    /// Events of the activity log.
    pub events: Vec<Event>,
    /// Results of log queries.
    pub results: Vec<QueryResult>,
}

/// An alert as it is put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// The last part of its id, a GUID in life.
    pub id: String,
    /// Its target's resource id, which is also where its subscription is from.
    pub target: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Its rule's resource id.
    #[serde(default)]
    pub rule: String,
    /// `Sev0` to `Sev4`.
    #[serde(default = "severity")]
    pub severity: String,
    /// `Metric`, `Log`.
    #[serde(default = "signal_type")]
    pub signal_type: String,
    /// As Alerts Management spells it.
    #[serde(default = "monitor_service")]
    pub monitor_service: String,
    /// Whether it fires still.
    #[serde(default)]
    pub condition: Condition,
    /// What people say of it.
    #[serde(default)]
    pub state: State,
    /// When it fired; now where nothing is said.
    #[serde(default)]
    pub started: Option<Timestamp>,
    /// Whether a processing rule took its notifications away.
    #[serde(default)]
    pub suppressed: bool,
    /// Its rule's description.
    #[serde(default)]
    pub description: String,
}

/// Whether an alert fires.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// It does.
    #[default]
    Fired,
    /// It does not any more.
    Resolved,
}

/// What people say of an alert.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Nobody has looked.
    #[default]
    New,
    /// Somebody is at it.
    Acknowledged,
    /// It is done with.
    Closed,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its id; its type decides which metrics it has.
    pub id: String,
    /// Where it is.
    #[serde(default = "region")]
    pub region: String,
    /// Measured values, by the metric's name.
    #[serde(default)]
    pub metrics: BTreeMap<String, Vec<(Timestamp, f64)>>,
    /// How it is; unknown where nothing is said.
    #[serde(default)]
    pub health: Option<Health>,
}

/// How a resource is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// `Available`, `Unavailable`, `Degraded`, `Unknown`.
    pub state: String,
    /// What people read first.
    pub title: String,
    /// And then.
    #[serde(default)]
    pub summary: String,
    /// `Planned`, `Unplanned`, `UserInitiated`; empty for an available one.
    #[serde(default)]
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
}

/// An event of the activity log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// What it happened to.
    pub resource: String,
    /// When.
    pub at: Timestamp,
    /// What was done: `Microsoft.Compute/virtualMachines/restart/action`.
    pub operation: String,
    /// What people read for it.
    #[serde(default)]
    pub operation_title: String,
    /// Who did it.
    #[serde(default)]
    pub caller: String,
    /// `Started`, `Accepted`, `Succeeded`, `Failed`.
    #[serde(default = "succeeded")]
    pub status: String,
    /// `Critical`, `Error`, `Warning`, `Informational`.
    #[serde(default = "informational")]
    pub level: String,
    /// `Administrative`, `Autoscale`, `Policy`, `ResourceHealth`, …
    #[serde(default = "administrative")]
    pub category: String,
    /// What belongs to the same act.
    #[serde(default)]
    pub correlation: String,
    /// More.
    #[serde(default)]
    pub properties: Map<String, Value>,
}

/// What a log query answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryResult {
    /// What is queried: `workspaces/{guid}`, or a resource's id.
    pub target: String,
    /// The query, letter by letter; none for every query of this target.
    #[serde(default)]
    pub query: Option<String>,
    /// Names and types of columns.
    pub columns: Vec<(String, String)>,
    /// Rows.
    pub rows: Vec<Vec<Value>>,
}

// === impl Alert ===

impl Alert {
    /// One that fires since now, of a metric.
    #[must_use]
    pub fn new(id: &str, target: &str) -> Self {
        Self {
            id: id.to_owned(),
            target: target.to_owned(),
            name: String::new(),
            rule: String::new(),
            severity: severity(),
            signal_type: signal_type(),
            monitor_service: monitor_service(),
            condition: Condition::default(),
            state: State::default(),
            started: None,
            suppressed: false,
            description: String::new(),
        }
    }
}

// === impl Resource ===

impl Resource {
    /// What is said of a machine that is being repaired.
    pub const REPAIR: &str = "The host is being repaired.";

    /// One of which nothing is known.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), region: region(), metrics: BTreeMap::new(), health: None }
    }

    /// A machine whose host went down then: it was at 97.5 % of its processor, and is being repaired.
    #[must_use]
    pub fn machine_under_repair(id: &str, since: Timestamp) -> Self {
        let health = Health {
            state: "Unavailable".to_owned(),
            title: "Stopped by its host".to_owned(),
            summary: Self::REPAIR.to_owned(),
            reason: "Unplanned".to_owned(),
            since,
        };
        let metrics = BTreeMap::from([("Percentage CPU".to_owned(), vec![(since, 97.5)])]);
        Self { metrics, health: Some(health), ..Self::new(id) }
    }
}

// === impl State ===

impl State {
    /// The state of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::New, Self::Acknowledged, Self::Closed].into_iter().find(|state| state.name() == name)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Acknowledged => "Acknowledged",
            Self::Closed => "Closed",
        }
    }
}

// === impl Condition ===

impl Condition {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fired => "Fired",
            Self::Resolved => "Resolved",
        }
    }
}

fn severity() -> String {
    "Sev3".into()
}

fn signal_type() -> String {
    "Metric".into()
}

fn monitor_service() -> String {
    "Platform".into()
}

fn region() -> String {
    "westeurope".into()
}

fn succeeded() -> String {
    "Succeeded".into()
}

fn informational() -> String {
    "Informational".into()
}

fn administrative() -> String {
    "Administrative".into()
}
