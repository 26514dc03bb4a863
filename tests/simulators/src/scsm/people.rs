//! What people do to tickets behind the gateway's back.
//!
//! A person is an analyst at the portal: the rules hold for them, too, and the portal writes the dates and comments that go with
//! what they do.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    ids,
    portal::Portal,
    projections::opened,
    refusal::Refusal,
    rules,
    schema::{Class, Kind},
    seed::PERSON,
    store::{Comment, Object, Store, new_id, plain, to_millisecond},
    write,
};

/// One thing that a person does to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Resolves it.
    Resolve,
    /// Closes it for good.
    Close,
    /// Activates it again.
    Reopen,
    /// Lets it wait.
    Pend,
    /// Hands it over, by names.
    Reassign {
        /// A support group's path.
        #[serde(default)]
        group: Option<String>,
        /// A person's name.
        #[serde(default)]
        person: Option<String>,
    },
    /// Takes it out of the database.
    Delete,
    /// Empties the property that holds its key.
    TakeOutKey,
    /// Edits properties: texts, numbers, flags; entries by their path.
    Edit {
        /// Names and new values.
        properties: Map<String, Value>,
    },
    /// Adds a comment that only analysts see.
    Note {
        /// Its text.
        text: String,
    },
    /// Adds a comment of the affected user.
    Comment {
        /// Its text.
        text: String,
    },
}

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// No work item has this identity, number or key.
    #[error("there is no ticket {0}")]
    NoTicket(String),
    /// The rules forbid it to people, too.
    #[error("Service Manager refuses: {0}")]
    Refused(#[from] Refusal),
}

/// A work item that a person made.
#[derive(Debug, Clone, Serialize)]
pub struct Made {
    /// Its identity.
    pub base_id: String,
    /// What people call it.
    pub number: String,
}

impl Portal {
    /// Does to a ticket what a person would. The ticket is named by identity, number or key; where several have that key, the newest
    /// is meant.
    ///
    /// # Errors
    /// Where there is no such ticket, or not even people may.
    pub fn act(&self, ticket: &str, act: &Act) -> Result<(), ActError> {
        let mut store = self.store();
        let before = self.ticket(&store, ticket)?.clone();
        if *act == Act::Delete {
            store.objects.remove(&before.base_id);
            return Ok(());
        }
        let now = to_millisecond(self.apparatus.clock.now());
        let mut after = before.clone();
        let mut comment = |text: &str, by_analyst: bool| {
            after.log.push(Comment {
                base_id: new_id(),
                by_analyst,
                text: text.to_owned(),
                entered_by: PERSON.to_owned(),
                entered: now,
                private: by_analyst,
            });
        };
        match act {
            Act::Note { text } => comment(text, true),
            Act::Comment { text } => comment(text, false),
            _ => {
                let edit = self.edit(&store, &before, act)?;
                write::write(self, &store, &mut after, &edit, None)?;
            }
        }
        self.settle(&mut store, Some(&before), after)
    }

    /// Makes a work item as a person would.
    ///
    /// # Errors
    /// Where a rule refuses it.
    pub fn create(&self, class: Class, properties: &Map<String, Value>) -> Result<Made, ActError> {
        let mut store = self.store();
        let number = store.next_number(class);
        let now = to_millisecond(self.apparatus.clock.now());
        let mut object = Object { added: now, modified: now, ..opened(class, new_id(), number.clone(), self) };
        let edit = self.read(class, properties);
        write::write(self, &store, &mut object, &edit, None)?;
        let made = Made { base_id: object.base_id.clone(), number };
        self.settle(&mut store, None, object)?;
        Ok(made)
    }

    fn settle(&self, store: &mut Store, before: Option<&Object>, mut after: Object) -> Result<(), ActError> {
        let name = format!("{} - {}", after.number(), after.text("Title"));
        if before.is_none_or(|before| before.text("Title") != after.text("Title")) {
            after.set("DisplayName", name.into());
        }
        rules::check(self, before, &after)?;
        rules::compute(&mut after);
        if before.is_some_and(|before| rules::differs(before, &after)) {
            after.touch(to_millisecond(self.apparatus.clock.now()));
        }
        store.objects.insert(after.base_id.clone(), after);
        Ok(())
    }

    fn ticket<'a>(&self, store: &'a Store, name: &str) -> Result<&'a Object, ActError> {
        let by =
            |is: &dyn Fn(&Object) -> bool| store.objects.values().filter(|object| is(object)).max_by_key(|o| o.added);
        by(&|object| object.base_id == plain(name))
            .or_else(|| by(&|object| object.number() == name))
            .or_else(|| by(&|object| object.text(&self.options.key) == name))
            .ok_or_else(|| ActError::NoTicket(name.to_owned()))
    }

    /// The properties that an act writes, as a form would.
    fn edit(&self, store: &Store, object: &Object, act: &Act) -> Result<Map<String, Value>, ActError> {
        let now = self.apparatus.clock.now();
        let status = |id: &str| json!({ "Id": id, "Name": "" });
        let written = match (act, object.class) {
            (Act::Resolve, Class::Incident) => json!({
                "Status": status(ids::RESOLVED), "ResolutionCategory": status(ids::FIXED_BY_ANALYST),
                "ResolutionDescription": "Resolved by hand.", "ResolvedDate": now
            }),
            (Act::Close, Class::Incident) => json!({ "Status": status(ids::CLOSED), "ClosedDate": now }),
            (Act::Reopen, Class::Incident) => json!({
                "Status": status(ids::ACTIVE), "ResolutionCategory": null, "ResolutionDescription": null,
                "ResolvedDate": null
            }),
            (Act::Pend, Class::Incident) => json!({ "Status": status(ids::PENDING) }),
            (Act::Resolve, Class::Change) => return Ok(self.read(object.class, &set("Status", "Completed"))),
            (Act::Close, Class::Change) => return Ok(self.read(object.class, &set("Status", "Closed"))),
            (Act::Reopen, Class::Change) => return Ok(self.read(object.class, &set("Status", "In Progress"))),
            (Act::Pend, Class::Change) => return Ok(self.read(object.class, &set("Status", "On Hold"))),
            (Act::Reassign { group, person }, class) => {
                let mut edit =
                    group.as_ref().map(|group| self.read(class, &set("TierQueue", group))).unwrap_or_default();
                let named =
                    |name: &String| store.users.iter().find(|user| user.name == *name).map(|user| user.base_id.clone());
                if let Some(person) = person {
                    edit.insert("AssignedWorkItem".into(), json!({ "BaseId": named(person) }));
                }
                return Ok(edit);
            }
            (Act::TakeOutKey, _) => json!({ (self.options.key.as_str()): null }),
            (Act::Edit { properties }, class) => return Ok(self.read(class, properties)),
            (Act::Delete | Act::Note { .. } | Act::Comment { .. }, _) => Value::Null,
        };
        Ok(match written {
            Value::Object(properties) => properties,
            _ => Map::new(),
        })
    }

    /// Properties as people see them, as a form has them: entries by their path.
    fn read(&self, class: Class, properties: &Map<String, Value>) -> Map<String, Value> {
        let form = |name: &String, value: &Value| match self.schema.property(class, name).map(|known| &known.kind) {
            Some(Kind::Entry(list)) => {
                let entries = ids::list(list).map(|(_, _, entries)| *entries).unwrap_or_default();
                let path = value.as_str().unwrap_or_default();
                let id = entries.iter().find(|(_, known)| *known == path).map_or(path, |(id, _)| *id);
                json!({ "Id": id, "Name": path })
            }
            _ => value.clone(),
        };
        properties.iter().map(|(name, value)| (name.clone(), form(name, value))).collect()
    }
}

fn set(property: &str, value: &str) -> Map<String, Value> {
    [(property.to_owned(), Value::from(value))].into_iter().collect()
}
