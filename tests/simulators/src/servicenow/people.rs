//! What people do to tickets behind the gateway's back.
//!
//! A person is an administrator called [`PERSON`]: the platform's rules hold for them, only fewer. A closed incident stays
//! closed for them, too.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    accounts::Account,
    input::Input,
    instance::{Instance, Memory},
    query::{View, Zone},
    refusal::Refusal,
    seed::PERSON,
    store::{Row, SysId},
};

/// One thing that a person does to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Resolves it.
    Resolve,
    /// Closes it for good.
    Close,
    /// Cancels it.
    Cancel,
    /// Opens it again, which only works from Resolved.
    Reopen,
    /// Sets its state, by value.
    State {
        /// `2`, `-4`.
        state: String,
    },
    /// Hands it over, by names.
    Reassign {
        /// A group's name.
        #[serde(default)]
        group: Option<String>,
        /// A person's name.
        #[serde(default)]
        person: Option<String>,
    },
    /// Takes it out of the table.
    Delete,
    /// Closes it as a duplicate of another.
    Merge {
        /// The other, by number, sys_id or correlation_id.
        into: String,
    },
    /// Empties its correlation_id.
    TakeOutKey,
    /// Edits fields; values as people see them.
    Edit {
        /// Field names and their new values.
        fields: Map<String, Value>,
    },
    /// Adds a work note.
    Note {
        /// Its text.
        text: String,
    },
    /// Adds a comment that the caller sees.
    Comment {
        /// Its text.
        text: String,
    },
}

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such table.
    #[error("there is no table {0}")]
    NoTable(String),
    /// No row has this number, sys_id or correlation_id.
    #[error("there is no ticket {0}")]
    NoTicket(String),
    /// The platform's rules forbid it to people, too.
    #[error("the platform refuses: {0}")]
    Refused(#[from] Refusal),
}

/// A ticket that a person made.
#[derive(Debug, Clone, Serialize)]
pub struct Made {
    /// Its identity.
    pub sys_id: String,
    /// What people call it; empty where its table has no numbers.
    pub number: String,
}

impl Instance {
    /// Does to a ticket what a person would. The ticket is named by number, sys_id or correlation_id; where several
    /// have that key, the newest is meant.
    ///
    /// # Errors
    /// Where there is no such ticket, or not even people may.
    pub fn act(&self, ticket: &str, act: &Act) -> Result<(), ActError> {
        let mut memory = self.memory();
        let person = person();
        let caller = self.caller(&memory, &person);
        let row = self.ticket(&memory, ticket)?;
        let (sys_id, table): (SysId, _) = (row.sys_id.clone(), row.table.clone());
        if *act == Act::Delete {
            return Ok(self.delete(&mut memory, &caller, &sys_id)?);
        }
        let body = self.edit(&memory, &table, act)?;
        let input = self.read_shown(&memory, &table, &body)?;
        Ok(self.update(&mut memory, &caller, &sys_id, input)?)
    }

    /// Makes a row as a person would; values as people see them.
    ///
    /// # Errors
    /// Where there is no such table, or a rule refuses it.
    pub fn create(&self, table: &str, fields: &Map<String, Value>) -> Result<Made, ActError> {
        let mut memory = self.memory();
        let person = person();
        let caller = self.caller(&memory, &person);
        let definition = self.schema.table(table).ok_or_else(|| ActError::NoTable(table.to_owned()))?;
        let input = self.read_shown(&memory, table, fields)?;
        let sys_id = self.insert(&mut memory, &caller, definition, input)?;
        let number = memory.store.row(&sys_id).map_or("", |row| row.get("number"));
        Ok(Made { number: number.to_owned(), sys_id: sys_id.to_string() })
    }

    fn ticket<'a>(&self, memory: &'a Memory, name: &str) -> Result<&'a Row, ActError> {
        let by = |field| memory.store.find(field, name).unwrap_or_default().into_iter().max_by_key(|row| row.born);
        by("sys_id")
            .or_else(|| by("number"))
            .or_else(|| by("correlation_id"))
            .or_else(|| by("message_key"))
            .ok_or_else(|| ActError::NoTicket(name.to_owned()))
    }

    fn read_shown(&self, memory: &Memory, table: &str, body: &Map<String, Value>) -> Result<Input, ActError> {
        let definition = self.schema.table(table).ok_or_else(|| ActError::NoTable(table.to_owned()))?;
        Ok(Input::read(View { schema: &self.schema, store: &memory.store }, definition, body, Some(Zone::default())))
    }

    /// The fields that an act writes.
    fn edit(&self, memory: &Memory, table: &str, act: &Act) -> Result<Map<String, Value>, ActError> {
        let change = self.schema.is_a(table, "change_request");
        let (closed, code) = if change { ("3", "successful") } else { ("7", "Solution provided") };
        let written = match act {
            Act::Resolve => json!({ "state": "6", "close_code": code, "close_notes": "Resolved by hand." }),
            Act::Close if table == "em_alert" => json!({ "state": "Closed" }),
            Act::Close => json!({ "state": closed, "close_code": code, "close_notes": "Closed by hand." }),
            Act::Cancel => json!({ "state": if change { "4" } else { "8" } }),
            Act::Reopen => json!({ "state": "2", "work_notes": "Reopened by hand." }),
            Act::State { state } => json!({ "state": state }),
            Act::Reassign { group, person } => {
                let fields = [("assignment_group", group), ("assigned_to", person)];
                fields.into_iter().filter_map(|(field, name)| Some((field, json!(name.as_ref()?)))).collect()
            }
            Act::Merge { into } => {
                let into = self.ticket(memory, into)?;
                let note = format!("Duplicate of {}.", into.get("number"));
                json!({ "state": "7", "close_code": "Duplicate", "close_notes": note, "parent_incident": &*into.sys_id })
            }
            Act::TakeOutKey => json!({ "correlation_id": "" }),
            Act::Edit { fields } => Value::Object(fields.clone()),
            Act::Note { text } => json!({ "work_notes": text }),
            Act::Comment { text } => json!({ "comments": text }),
            Act::Delete => Value::Null,
        };
        Ok(match written {
            Value::Object(fields) => fields,
            _ => Map::new(),
        })
    }
}

fn person() -> Account {
    Account::new(PERSON, "", &["admin"])
}
