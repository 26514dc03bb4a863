//! Classes and their properties: what each can hold, and who writes it.

use super::ids;

/// A class of objects that are committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// `System.WorkItem.Incident`.
    Incident,
    /// `System.WorkItem.ChangeRequest`.
    Change,
}

/// What a property can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text of at most so many UTF-16 code units.
    Text(usize),
    /// A whole number.
    Number,
    /// True or false.
    Flag,
    /// A moment.
    Time,
    /// An entry of the list of this name.
    Entry(&'static str),
}

/// One property of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// What it can hold.
    pub kind: Kind,
    /// The identity of the class that declares it, as criteria must name it.
    pub class: &'static str,
    /// Whether Service Manager writes it: what a client says of it is not looked at.
    pub computed: bool,
}

/// The properties of both classes.
#[derive(Debug)]
pub struct Schema {
    incident: Vec<Property>,
    change: Vec<Property>,
}

/// What relates an object to one user.
pub const PEOPLE: [&str; 3] = ["RequestedWorkItem", "AssignedWorkItem", "CreatedWorkItem"];
/// What relates an object to configuration items.
pub const ITEMS: &str = "RelatesToConfigItem";
/// What relates an object to other work items.
pub const WORK_ITEMS: &str = "RelatesToWorkItem";

// === impl Class ===

impl Class {
    /// The class of this identity.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        [Self::Incident, Self::Change].into_iter().find(|class| class.id().eq_ignore_ascii_case(id))
    }

    /// Its identity.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Incident => ids::INCIDENT,
            Self::Change => ids::CHANGE,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Incident => "System.WorkItem.Incident",
            Self::Change => "System.WorkItem.ChangeRequest",
        }
    }

    /// What its numbers begin with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Incident => "IR",
            Self::Change => "CR",
        }
    }

    /// The word that faults and tests know it by.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Change => "change",
        }
    }

    /// What relates an object to its comments.
    #[must_use]
    pub fn log(self) -> &'static str {
        match self {
            Self::Incident => "AppliesToTroubleTicket",
            Self::Change => "AppliesToWorkItem",
        }
    }
}

// === impl Schema ===

impl Schema {
    /// The properties as delivered, and the text properties that an administrator has added to incidents.
    #[must_use]
    pub fn new(extensions: &[String]) -> Self {
        let mut incident = declared(ids::WORK_ITEM, WORK_ITEM);
        incident.extend(declared(ids::INCIDENT, INCIDENT));
        incident.extend(extensions.iter().map(|name| Property {
            name: name.clone(),
            kind: Kind::Text(256),
            class: ids::EXTENSION,
            computed: false,
        }));
        let mut change = declared(ids::WORK_ITEM, WORK_ITEM);
        change.extend(declared(ids::CHANGE, CHANGE));
        Self { incident, change }
    }

    /// The properties of a class.
    #[must_use]
    pub fn of(&self, class: Class) -> &[Property] {
        match class {
            Class::Incident => &self.incident,
            Class::Change => &self.change,
        }
    }

    /// A property by its name, which is case-sensitive.
    #[must_use]
    pub fn property(&self, class: Class, name: &str) -> Option<&Property> {
        self.of(class).iter().find(|property| property.name == name)
    }
}

type Declared = (&'static str, Kind, bool);

fn declared(class: &'static str, properties: &[Declared]) -> Vec<Property> {
    let property = |(name, kind, computed): &Declared| Property {
        name: (*name).to_owned(),
        kind: kind.clone(),
        class,
        computed: *computed,
    };
    properties.iter().map(property).collect()
}

const WORK_ITEM: &[Declared] = &[
    ("Id", Kind::Text(256), true),
    ("Title", Kind::Text(200), false),
    ("Description", Kind::Text(4000), false),
    ("DisplayName", Kind::Text(4000), false),
    ("ContactMethod", Kind::Text(256), false),
    ("CreatedDate", Kind::Time, false),
    ("FirstAssignedDate", Kind::Time, false),
    ("ScheduledStartDate", Kind::Time, false),
    ("ScheduledEndDate", Kind::Time, false),
    ("ActualStartDate", Kind::Time, false),
    ("ActualEndDate", Kind::Time, false),
    ("UserInput", Kind::Text(4000), false),
];

const INCIDENT: &[Declared] = &[
    ("Status", Kind::Entry("incident status"), false),
    ("Impact", Kind::Entry("impact"), false),
    ("Urgency", Kind::Entry("urgency"), false),
    ("Priority", Kind::Number, true),
    ("Classification", Kind::Entry("classification"), false),
    ("Source", Kind::Entry("source"), false),
    ("TierQueue", Kind::Entry("support group"), false),
    ("Escalated", Kind::Flag, false),
    ("ResolutionCategory", Kind::Entry("resolution category"), false),
    ("ResolutionDescription", Kind::Text(4000), false),
    ("ResolvedDate", Kind::Time, false),
    ("ClosedDate", Kind::Time, false),
    ("FirstResponseDate", Kind::Time, false),
    ("TargetResolutionTime", Kind::Time, true),
];

const CHANGE: &[Declared] = &[
    ("Status", Kind::Entry("change status"), false),
    ("Impact", Kind::Entry("change impact"), false),
    ("Priority", Kind::Entry("change priority"), false),
    ("Risk", Kind::Entry("change risk"), false),
    ("Category", Kind::Entry("change category"), false),
    ("Area", Kind::Entry("change area"), false),
    ("Reason", Kind::Text(4000), false),
    ("RequiredBy", Kind::Time, false),
    ("ImplementationPlan", Kind::Text(4000), false),
    ("TestPlan", Kind::Text(4000), false),
    ("BackoutPlan", Kind::Text(4000), false),
];
