//! Business objects as a system is delivered with them: fields, their ids, states, and how objects are related.
//!
//! The ids of incidents and changes, and of some of their fields, are those of every installation; all others are made from
//! names. What an object has to be read by is its name: ids stand in answers, and requests give them back.

use super::options::Options;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// `True` or `False`.
    Logical,
    /// A time, sent as the culture writes it.
    DateTime,
}

/// A field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its internal name.
    pub name: String,
    /// What people call it.
    pub display: String,
    /// Its short id.
    pub id: String,
    /// What it holds.
    pub kind: Kind,
    /// The most characters; none for no bound.
    pub longest: Option<usize>,
    /// Whether a record without it is refused.
    pub required: bool,
    /// Whether only the system writes it: what a request says is ignored.
    pub computed: bool,
    /// The values that are taken; any where there are none.
    pub values: &'static [&'static str],
}

/// How one object owns records of another.
#[derive(Debug, Clone)]
pub struct Relation {
    /// Its id.
    pub id: String,
    /// What it is found by.
    pub display: String,
    /// The object that is owned, or the group that it is a member of.
    pub target: &'static str,
}

/// A business object.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its internal name.
    pub name: &'static str,
    /// What people call it.
    pub display: &'static str,
    /// Its id.
    pub id: String,
    /// The group that it is a member of.
    pub group: Option<&'static str>,
    /// Whether it is a group, and has no records of its own.
    pub is_group: bool,
    /// The field that people number its records by.
    pub number: Option<&'static str>,
    /// The states of its life; none where it has no life.
    pub states: &'static [&'static str],
    /// Its fields.
    pub fields: Vec<Field>,
    /// What it owns.
    pub relations: Vec<Relation>,
}

/// All business objects.
#[derive(Debug, Clone)]
pub struct Objects(Vec<Object>);

/// The states of an incident.
pub const INCIDENT_STATES: [&str; 7] = ["Pending", "Closed", "Reopened", "New", "In Progress", "Resolved", "Assigned"];
const CHANGE_STATES: [&str; 10] = [
    "New",
    "Risk Analysis",
    "Planning",
    "Approval",
    "Scheduled",
    "Rejected",
    "In Progress",
    "On Hold",
    "Closed",
    "Cancelled",
];
const TEAMS: [&str; 4] = ["Service Desk", "Network", "Database", "Cloud Operations"];
const PRIORITIES: [&str; 5] = ["1", "2", "3", "4", "5"];

/// Fields of every object that has a life.
const STAMPS: [&str; 6] =
    ["CreatedDateTime:d", "CreatedBy:c", "LastModifiedDateTime:d", "LastModifiedBy:c", "LastModTimeStamp:c", "RecID:c"];

// `:d` a time that the system writes, `:t` one that people write, `:c` text that the system writes, `:l` yes or no, `:*`
// required, `:N` the most characters.
const INCIDENT: [&str; 31] = [
    "IncidentID:c",
    "IncidentType",
    "Status",
    "StatusDesc",
    "NextStatus:c",
    "ShortDescription:100",
    "Description:*",
    "Priority:*",
    "Urgency",
    "Impact",
    "Service:*",
    "Category:*",
    "Subcategory:*",
    "Source",
    "CustomerDisplayName:c",
    "CustomerRecID:*",
    "OwnedBy",
    "OwnedByTeam",
    "ConfigItemDisplayName:c",
    "ConfigItemRecID",
    "Cause",
    "CloseDescription",
    "PendingReason",
    "ChangeID",
    "LinkedProblem",
    "ClosedDateTime:d",
    "ClosedBy:c",
    "Stat_DateTimeResolved:d",
    "Stat_DateTimeReOpened:d",
    "Stat_IncidentReopened:l",
    "Escalation",
];
const CHANGE: [&str; 24] = [
    "ChangeID:c",
    "Title:*",
    "Description",
    "Status",
    "Type",
    "Priority",
    "Urgency",
    "Impact",
    "Risk",
    "Conflict",
    "Category",
    "Source",
    "Service",
    "OwnedBy",
    "OwnedByTeam",
    "RequestedBy",
    "ConfigItemDisplayName",
    "CloseCode",
    "ClosedDateTime:d",
    "ClosedBy:c",
    "ProposedStartDate:t",
    "ProposedEndDate:t",
    "ActualStartDate:t",
    "ActualEndDate:t",
];
const NOTE: [&str; 4] = ["Details:*", "ParentRecID:c", "ParentTypeID:c", "JournalTypeName:c"];
const CUSTOMER: [&str; 2] = ["FullName:*", "Email"];
const ITEM: [&str; 3] = ["FriendlyName:*", "HostName", "AssetTag"];

// === impl Objects ===

impl Objects {
    /// As delivered, with what an administrator has added.
    #[must_use]
    pub fn stock(options: &Options) -> Self {
        let mut objects = vec![
            object("Incident", "Incident", "6dd53665c0c24cab86870a21cf6434ae", &INCIDENT),
            object("ChangeRequest", "Change Request", "934ec7a1701c451ce57f2c43bfbbe2e46fe4843f81", &CHANGE),
            object("Journal", "Journal", &id("Journal"), &[]),
            object("JournalNote", "Journal - Note", &id("JournalNote"), &NOTE),
            object("CustomerInternal", "Customer - Internal", &id("CustomerInternal"), &CUSTOMER),
            object("ConfigurationItem", "Configuration Item", &id("ConfigurationItem"), &ITEM),
        ];
        for object in &mut objects {
            match object.name {
                "Incident" => {
                    object.states = &INCIDENT_STATES;
                    object.number = Some("IncidentID");
                    object.relations = vec![relation("Incident Owns Journals", "Journal")];
                }
                "ChangeRequest" => {
                    object.states = &CHANGE_STATES;
                    object.number = Some("ChangeID");
                    object.relations = vec![relation("Change Request Owns Journals", "Journal")];
                }
                "Journal" => object.is_group = true,
                "JournalNote" => object.group = Some("Journal"),
                _ => {}
            }
            for (_, name) in options.custom_fields.iter().filter(|(owner, _)| owner == object.name) {
                object.fields.push(Field { longest: Some(100), ..field(object.name, name) });
            }
            for field in &mut object.fields {
                let demanded = |(owner, name): &(String, String)| owner == object.name && *name == field.name;
                field.required = (field.required || options.required.iter().any(demanded))
                    && !options.not_required.iter().any(demanded);
                field.values = match field.name.as_str() {
                    "Status" => object.states,
                    "OwnedByTeam" => &TEAMS,
                    "Priority" => &PRIORITIES,
                    _ => &[],
                };
            }
        }
        Self(objects)
    }

    /// By name, in any case.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Object> {
        self.0.iter().find(|object| object.name.eq_ignore_ascii_case(name))
    }

    /// By id, in any case.
    #[must_use]
    pub fn of_id(&self, id: &str) -> Option<&Object> {
        self.0.iter().find(|object| object.id.eq_ignore_ascii_case(id))
    }

    /// The members of a group.
    pub fn members<'a>(&'a self, group: &'a Object) -> impl Iterator<Item = &'a Object> {
        self.0.iter().filter(move |object| object.group == Some(group.name))
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Object> {
        self.0.iter()
    }
}

// === impl Object ===

impl Object {
    /// A field by its internal name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// A field by its id, short or whole.
    #[must_use]
    pub fn field_of_id(&self, id: &str) -> Option<&Field> {
        let short = id.rsplit_once("FI:").map_or(id, |(_, short)| short);
        self.fields.iter().find(|field| field.id.eq_ignore_ascii_case(short))
    }

    /// The whole id of a field.
    #[must_use]
    pub fn whole_id(&self, field: &Field) -> String {
        format!("BO:{},FI:{}", self.id, field.id)
    }

    /// The short id of a field; empty where there is none.
    #[must_use]
    pub fn short_id(&self, name: &str) -> &str {
        self.field(name).map_or("", |field| &field.id)
    }
}

fn object(name: &'static str, display: &'static str, id: &str, fields: &[&str]) -> Object {
    let fields = if fields.is_empty() { Vec::new() } else { [fields, &STAMPS].concat() };
    Object {
        name,
        display,
        id: id.to_owned(),
        group: None,
        is_group: false,
        number: None,
        states: &[],
        fields: fields.into_iter().map(|spec| field(name, spec)).collect(),
        relations: Vec::new(),
    }
}

fn field(object: &str, spec: &str) -> Field {
    let (name, mark) = spec.split_once(':').unwrap_or((spec, ""));
    Field {
        name: name.to_owned(),
        display: spaced(name),
        id: known_id(object, name).map_or_else(|| id(&format!("{object}.{name}")), str::to_owned),
        kind: match mark {
            "d" | "t" => Kind::DateTime,
            "l" => Kind::Logical,
            _ => Kind::Text,
        },
        longest: mark.parse().ok(),
        required: mark == "*",
        computed: matches!(mark, "d" | "c" | "l"),
        values: &[],
    }
}

fn relation(display: &str, target: &'static str) -> Relation {
    Relation { id: id(display), display: display.to_owned(), target }
}

/// The ids that every installation has.
fn known_id(object: &str, name: &str) -> Option<&'static str> {
    Some(match (object, name) {
        ("Incident", "Description") => "252b836fc72c4149915053ca1131d138",
        ("Incident", "Status") => "5eb3234ae1344c64a19819eda437f18d",
        ("Incident", "IncidentID") => "6ae282c55e8e4266ae66ffc070c17fa3",
        ("Incident", "RecID") => "fa03d51b709e4a6eb2d52885b2ef7e04",
        ("Incident", "ShortDescription") => "93e8ea93ff67fd95118255419690a50ef2d56f910c",
        _ => return None,
    })
}

/// An id of 42 digits that is the same in every run.
fn id(name: &str) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in name.bytes() {
        hash = (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("9{hash:032x}{:09x}", hash >> 92)
}

/// `ShortDescription` as people read it.
fn spaced(name: &str) -> String {
    let mut spaced = String::new();
    let mut before = 'A';
    for character in name.chars() {
        if character.is_ascii_uppercase() && before.is_ascii_lowercase() {
            spaced.push(' ');
        }
        spaced.push(character);
        before = character;
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_found_by_name_and_by_id() {
        let objects = Objects::stock(&Options::default());
        let incident = objects.named("incident").unwrap();
        assert_eq!(objects.of_id(&incident.id.to_uppercase()).unwrap().name, "Incident");
        let status = incident.field("Status").unwrap();
        assert_eq!(incident.field_of_id(&incident.whole_id(status)).unwrap().name, "Status");
        assert_eq!(incident.field_of_id(&status.id).unwrap().name, "Status");
        assert_eq!(incident.field("ShortDescription").unwrap().display, "Short Description");
        let journal = objects.named("Journal").unwrap();
        assert_eq!(objects.members(journal).map(|member| member.name).collect::<Vec<_>>(), ["JournalNote"]);
    }

    #[test]
    fn every_id_is_one_that_a_path_can_hold_and_stands_once() {
        let objects = Objects::stock(&Options::default());
        let mut ids: Vec<_> = objects.all().map(|object| object.id.clone()).collect();
        ids.extend(objects.all().flat_map(|object| object.fields.iter().map(|field| field.id.clone())));
        ids.extend(objects.all().flat_map(|object| object.relations.iter().map(|relation| relation.id.clone())));
        let hex = |id: &String| matches!(id.len(), 32 | 42) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(ids.iter().all(hex), "{ids:?}");
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
