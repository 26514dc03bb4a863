//! What every alert has around it, whichever schema wrapped it.
//!
//! A schema fills the envelope, a kind adds the [`Details`]. Texts are as sent; what a body leaves out is none.

use serde_json::Value;
use signalbox_sdk::types::{Condition, Fact, Link, Resource, Severity};

use crate::arm::ArmId;
use crate::kind::Kind;
use crate::once::keep_first;
use crate::time::Time;
use crate::value::Lenient as _;

/// The outer part of a body.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The alert instance: fired and resolved share it.
    pub id: Option<String>,
    /// What the source service calls the instance.
    pub origin: Option<String>,
    pub rule_name: Option<String>,
    /// ARM id of the rule.
    pub rule_id: Option<String>,
    /// As sent; what it means is read later, since words differ from kind to kind.
    pub severity: Option<String>,
    pub signal_type: Option<String>,
    pub service: Option<String>,
    pub condition: Condition,
    /// ARM ids as a rule.
    pub targets: Vec<String>,
    /// Names or ARM ids.
    pub configuration_items: Vec<String>,
    pub target_type: Option<String>,
    pub region: Option<String>,
    pub subscription: Option<String>,
    /// When it was seen, where that is neither when it fired nor when it ended.
    pub observed: Option<Time>,
    /// When this episode began.
    pub fired: Option<Time>,
    /// When it ended; only where it did.
    pub resolved: Option<Time>,
    /// What the rule's author wrote.
    pub description: Option<String>,
    pub investigation: Option<String>,
    /// What the rule's author attached.
    pub custom: Vec<(String, String)>,
}

/// What a kind of alert knows beyond its envelope.
#[derive(Clone, Debug)]
pub struct Details {
    pub kind: Kind,
    /// The monitor's own word where the kind is not known.
    pub signal: Option<String>,
    /// Where the kind says more than the envelope: an outage that is over arrives as fired.
    pub condition: Option<Condition>,
    /// Where the envelope has none.
    pub severity: Option<Severity>,
    /// Where it depends on more than the kind.
    pub resolves: Option<bool>,
    /// The rule's name, where the envelope has none.
    pub rule: Option<String>,
    /// Without it: the rule and the first resource.
    pub title: Option<String>,
    pub summary: String,
    /// Instead of what the rule's author wrote, which then becomes a fact.
    pub description: Option<String>,
    /// When it was seen, where the envelope has no time.
    pub seen: Option<Time>,
    /// When what the alert tells of began and ended, where that is not when it fired.
    pub impact: (Option<Time>, Option<Time>),
    /// More affected than the targets.
    pub resources: Vec<Resource>,
    /// Configuration items that the kind found.
    pub configuration_items: Vec<String>,
    /// What tells problems of one rule and target apart; order does not matter.
    pub identity: Vec<(&'static str, String)>,
    /// The identity stands alone: the same problem seen by another rule is the same problem.
    pub stands_alone: bool,
    pub facts: Vec<Fact>,
    pub links: Vec<Link>,
    /// A place in the portal: its title, and what follows the portal's address.
    pub portal: Option<(String, String)>,
    /// Names in lower case.
    pub labels: Vec<(String, String)>,
}

// === impl Envelope ===

impl Envelope {
    /// One that knows only the condition.
    pub fn new(condition: Condition) -> Self {
        Self {
            id: None,
            origin: None,
            rule_name: None,
            rule_id: None,
            severity: None,
            signal_type: None,
            service: None,
            condition,
            targets: Vec::new(),
            configuration_items: Vec::new(),
            target_type: None,
            region: None,
            subscription: None,
            observed: None,
            fired: None,
            resolved: None,
            description: None,
            investigation: None,
            custom: Vec::new(),
        }
    }

    /// Adds what the rule's author attached, each name once.
    pub fn attach(&mut self, properties: Vec<(String, String)>) {
        if self.custom.is_empty() {
            self.custom = properties;
        } else {
            self.custom.extend(properties);
        }
        keep_first(&mut self.custom, |(one, _), (other, _)| one.cmp(other));
    }
}

// === impl Details ===

impl Details {
    /// Nothing but the kind.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            signal: None,
            condition: None,
            severity: None,
            resolves: None,
            rule: None,
            title: None,
            summary: String::new(),
            description: None,
            seen: None,
            impact: (None, None),
            resources: Vec::new(),
            configuration_items: Vec::new(),
            identity: Vec::new(),
            stands_alone: false,
            facts: Vec::new(),
            links: Vec::new(),
            portal: None,
            labels: Vec::new(),
        }
    }

    /// A line under a heading.
    pub fn fact(&mut self, group: &str, name: impl Into<String>, value: impl Into<String>) {
        self.unit_fact(group, name, value, "");
    }

    /// A line under a heading, with the monitor's word for its unit; empty ones are left out. Criteria over one series name its
    /// dimensions each: what stands twice is left out when all facts are there.
    pub fn unit_fact(&mut self, group: &str, name: impl Into<String>, value: impl Into<String>, unit: &str) {
        let value = value.into();
        if !value.is_empty() {
            self.facts.push(Fact { group: group.to_owned(), name: name.into(), value, unit: unit.to_owned() });
        }
    }

    /// A line for each of these members that is there: `(its name in the body, what people call it)`.
    pub fn facts_of(&mut self, group: &str, value: &Value, members: &[(&str, &str)]) {
        for (member, name) in members {
            if let Some(text) = value.text(member) {
                self.fact(group, *name, text);
            }
        }
    }

    /// A word for routes; empty ones are left out.
    pub fn label(&mut self, name: impl Into<String>, value: Option<impl Into<String>>) {
        if let Some(value) = value.map(Into::into).filter(|value| !value.is_empty()) {
            self.labels.push((name.into(), value));
        }
    }

    /// Values that tell series apart: a fact, a label `dimension.NAME` and a resource where one is named.
    pub fn dimensions(&mut self, group: &str, dimensions: &[(String, String)]) {
        for (name, value) in dimensions {
            self.fact(group, name.clone(), value.clone());
            self.label(label_name("dimension", name), Some(value.clone()));
            if RESOURCE_DIMENSIONS.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                let id = ArmId::parse(value).filter(ArmId::is_resource);
                self.resources.extend(id.map(|id| id.to_resource()));
            }
        }
    }
}

/// Dimensions and columns in which Azure looks for the affected resource.
const RESOURCE_DIMENSIONS: &[&str] = &["_ResourceId", "ResourceId", "Resource", "microsoft.resourceid"];

/// `custom.NAME` with the name in lower case and hyphens for spaces.
pub fn label_name(prefix: &str, name: &str) -> String {
    let name = name.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
    format!("{prefix}.{name}")
}
