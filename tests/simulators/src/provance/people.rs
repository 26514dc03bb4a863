//! What people do to tickets behind the gateway's back. The platform's rules hold for them, too.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    accounts::{Caller, Role},
    address::Key,
    input::Input,
    inspect::key_column,
    organisation::Organisation,
    refusal::Refusal,
    rules,
    schema::Table,
    seed::PERSON,
    serve::Service,
    write,
};

/// One thing that a person does to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Resolves it.
    Resolve,
    /// Cancels it.
    Cancel,
    /// Opens it again.
    Reopen,
    /// Sets its status reason, and the state that goes with it.
    Status {
        /// `2`.
        status: i64,
    },
    /// Hands it over, by name.
    Reassign {
        /// A team's name.
        #[serde(default)]
        team: Option<String>,
        /// A person's name.
        #[serde(default)]
        person: Option<String>,
    },
    /// Takes it out of the table.
    Delete,
    /// Merges it into another.
    Merge {
        /// The other, by number, identity or key.
        into: String,
    },
    /// Empties the gateway's column.
    TakeOutKey,
    /// Edits columns.
    Edit {
        /// Columns and their new values.
        fields: Map<String, Value>,
    },
    /// Attaches a note.
    Note {
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
    /// No ticket has this number, identity or key.
    #[error("there is no ticket {0}")]
    NoTicket(String),
    /// No row has this name.
    #[error("nobody is called {0}")]
    Nobody(String),
    /// The platform's rules forbid it to people, too.
    #[error("the platform refuses: {0}")]
    Refused(#[from] Refusal),
}

/// A row that a person made.
#[derive(Debug, Clone, Serialize)]
pub struct Made {
    /// Its identity.
    pub id: String,
    /// What people call it; empty where its table has no numbers.
    pub number: String,
}

/// Tables whose rows people call tickets, with the columns of their numbers.
const TICKETS: [(&str, &str); 3] =
    [("incident", "ticketnumber"), ("acme_ticket", "acme_number"), ("acme_change", "acme_number")];

impl Organisation {
    /// Does to a ticket what a person would. The ticket is named by number (or how it begins), identity or key; where several
    /// have that key, the newest is meant.
    ///
    /// # Errors
    /// Where there is no such ticket, or not even people may.
    pub fn act(&self, ticket: &str, act: &Act) -> Result<(), ActError> {
        let caller = Caller { user: PERSON.to_owned(), role: Role::Agent };
        let mut memory = self.memory();
        let mut service = self.service(&mut memory, &caller, "/api/data/v9.2".to_owned());
        let (name, id) = service.ticket(ticket).map(|(table, id)| (table.logical_name.clone(), id))?;
        let table = self.schema.table(&name).ok_or(ActError::NoTable(name))?;
        service.act(table, &id, act)
    }

    /// Makes a row as a person would, with columns as the Web API takes them. A Case without a customer gets one.
    ///
    /// # Errors
    /// Where there is no such table, or a rule refuses it.
    pub fn create(&self, table: &str, fields: &Map<String, Value>) -> Result<Made, ActError> {
        let caller = Caller { user: PERSON.to_owned(), role: Role::Agent };
        let mut memory = self.memory();
        let mut service = self.service(&mut memory, &caller, "/api/data/v9.2".to_owned());
        let table = self.schema.table(table).ok_or_else(|| ActError::NoTable(table.to_owned()))?;
        let mut fields = fields.clone();
        if table.logical_name == "incident" && !fields.keys().any(|name| name.starts_with("customerid_")) {
            let id = service.named("account", "name", super::options::CUSTOMER)?;
            fields.insert("customerid_account@odata.bind".into(), format!("/accounts({id})").into());
        }
        let input = Input::read(&service, table, &fields)?;
        let id = write::insert(&mut service, table, &input)?;
        let column = TICKETS.iter().find(|(known, _)| *known == table.logical_name).map_or("", |(_, column)| column);
        let number = service.row(table, &Key::Id(id.clone()))?.text(column).to_owned();
        Ok(Made { id, number })
    }
}

impl Service<'_> {
    /// The table and the identity of a ticket.
    fn ticket(&self, name: &str) -> Result<(&Table, String), ActError> {
        for (table, number) in TICKETS {
            let mut rows = self.memory.store.rows(table);
            rows.retain(|row| {
                let called = row.text(number);
                row.id == name
                    || called == name
                    || called.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
                    || row.text(key_column(table)) == name
            });
            let found = self.organisation.schema.table(table).zip(rows.last());
            if let Some((table, row)) = found {
                return Ok((table, row.id.clone()));
            }
        }
        Err(ActError::NoTicket(name.to_owned()))
    }

    /// The identity of a row with this name.
    fn named(&self, table: &str, column: &str, name: &str) -> Result<String, ActError> {
        let rows = self.memory.store.with(table, column, name);
        rows.first().map(|row| row.id.clone()).ok_or_else(|| ActError::Nobody(name.to_owned()))
    }

    fn act(&mut self, table: &Table, id: &str, act: &Act) -> Result<(), ActError> {
        let mut row = self.row(table, &Key::Id(id.to_owned()))?.clone();
        let is_case = table.logical_name == "incident";
        let fields = match act {
            Act::Delete => {
                self.memory.store.delete(&table.logical_name, id);
                return Ok(());
            }
            Act::Resolve if is_case => {
                rules::close(table, &mut row, -1)?;
                write::put(self, row);
                return Ok(());
            }
            Act::Merge { into } => {
                let (_, into) = self.ticket(into)?;
                row.lookups.insert("masterid".into(), (table.logical_name.clone(), into));
                for (column, value) in [("statecode", 2), ("statuscode", rules::MERGED)] {
                    row.set(column, value.into());
                }
                row.set("merged", true.into());
                write::put(self, row);
                return Ok(());
            }
            Act::Note { text } => return self.note(table, id, text),
            Act::Resolve => json!({ "statecode": 1 }),
            Act::Cancel if is_case => json!({ "statecode": 2, "statuscode": 6 }),
            Act::Cancel => json!({ "statecode": 1, "statuscode": 2 }),
            Act::Reopen => json!({ "statecode": 0, "statuscode": 1 }),
            Act::Status { status } => json!({ "statuscode": status }),
            Act::Reassign { team, person } => {
                let team = team.as_ref().map(|name| self.named("team", "name", name).map(|id| format!("/teams({id})")));
                let person = person
                    .as_ref()
                    .map(|name| self.named("systemuser", "fullname", name).map(|id| format!("/systemusers({id})")));
                let owner = person.or(team).transpose()?.ok_or_else(|| ActError::Nobody(String::new()))?;
                json!({ "ownerid@odata.bind": owner })
            }
            Act::TakeOutKey => json!({ key_column(&table.logical_name): null }),
            Act::Edit { fields } => Value::Object(fields.clone()),
        };
        let Value::Object(fields) = fields else { return Ok(()) };
        let input = Input::read(self, table, &fields)?;
        Ok(write::update(self, table, row, &input)?)
    }

    fn note(&mut self, table: &Table, id: &str, text: &str) -> Result<(), ActError> {
        let organisation = self.organisation;
        let notes = organisation.schema.table("annotation").ok_or_else(|| ActError::NoTable("annotation".into()))?;
        let fields = json!({
            "notetext": text,
            format!("objectid_{}@odata.bind", table.logical_name): format!("/{}({id})", table.entity_set),
        });
        let Value::Object(fields) = fields else { return Ok(()) };
        let input = Input::read(self, notes, &fields)?;
        write::insert(self, notes, &input)?;
        Ok(())
    }
}
