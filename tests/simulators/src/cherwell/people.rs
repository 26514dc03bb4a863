//! What people do to tickets behind the gateway's back.
//!
//! The system's rules hold for people, too: a closed incident stays closed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    objects::Object,
    options::KEY_FIELD,
    refusal::Refusal,
    save::{self, Written},
    seed::PERSON,
    server::{Memory, Server},
    store::Record,
};

/// One thing that a person does to a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    /// Resolves it.
    Resolve,
    /// Closes it for good.
    Close,
    /// Opens it again.
    Reopen,
    /// Sets its state.
    State {
        /// `In Progress`.
        state: String,
    },
    /// Hands it over.
    Reassign {
        /// A team's name.
        #[serde(default)]
        team: Option<String>,
        /// A person's name.
        #[serde(default)]
        person: Option<String>,
    },
    /// Takes it out.
    Delete,
    /// Empties the field that holds the gateway's key.
    TakeOutKey,
    /// Edits fields.
    Edit {
        /// Names and new values; times are RFC 3339.
        fields: BTreeMap<String, String>,
    },
    /// Adds a note to its journal.
    Note {
        /// Its text.
        text: String,
    },
}

/// Why an act did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// There is no such object.
    #[error("there is no object {0}")]
    NoObject(String),
    /// No record has this number, id or key.
    #[error("there is no ticket {0}")]
    NoTicket(String),
    /// The system's rules forbid it to people, too.
    #[error("the system refuses: {0}")]
    Refused(#[from] Refusal),
}

/// A record that a person made.
#[derive(Debug, Clone, Serialize)]
pub struct Made {
    /// Its identity.
    pub rec_id: String,
    /// What people number it by.
    pub number: String,
}

impl Server {
    /// Does to a ticket what a person would. The ticket is named by number, id or key; where several have that key, the newest
    /// is meant.
    ///
    /// # Errors
    /// Where there is no such ticket, or not even people may.
    pub fn act(&self, ticket: &str, act: &Act) -> Result<(), ActError> {
        let mut memory = self.memory();
        let (object, record) = self.ticket(&memory, ticket)?;
        let written = match act {
            Act::Delete => {
                memory.store.remove(&record.rec_id);
                return Ok(());
            }
            Act::Note { text } => {
                let note = self.objects.named("JournalNote").ok_or_else(|| ActError::NoObject("JournalNote".into()))?;
                let written = pairs([("Details", text.as_str()), ("ParentRecID", &record.rec_id)]);
                save::write(self, &mut memory, note, None, written, PERSON)?;
                return Ok(());
            }
            Act::Resolve => pairs([("Status", "Resolved"), ("CloseDescription", "Resolved by hand.")]),
            Act::Close => pairs([("Status", "Closed"), ("CloseDescription", "Closed by hand.")]),
            Act::Reopen => pairs([("Status", "Reopened")]),
            Act::State { state } => pairs([("Status", state.as_str())]),
            Act::Reassign { team, person } => {
                let fields = [("OwnedByTeam", team), ("OwnedBy", person)];
                fields.into_iter().filter_map(|(field, name)| Some((field.to_owned(), name.clone()?))).collect()
            }
            Act::TakeOutKey => pairs([(KEY_FIELD, "")]),
            Act::Edit { fields } => fields.clone().into_iter().collect(),
        };
        save::write(self, &mut memory, object, Some(record), written, PERSON)?;
        Ok(())
    }

    /// Makes a record as a person would.
    ///
    /// # Errors
    /// Where there is no such object, or a rule refuses it.
    pub fn create(&self, object: &str, fields: &BTreeMap<String, String>) -> Result<Made, ActError> {
        let object = self.objects.named(object).ok_or_else(|| ActError::NoObject(object.to_owned()))?;
        let written = fields.clone().into_iter().collect();
        let record = save::write(self, &mut self.memory(), object, None, written, PERSON)?;
        Ok(Made { rec_id: record.rec_id, number: record.public_id })
    }

    fn ticket(&self, memory: &Memory, name: &str) -> Result<(&Object, Record), ActError> {
        for object in ["Incident", "ChangeRequest"].into_iter().filter_map(|name| self.objects.named(name)) {
            let by_key = || memory.store.of(object.name).filter(|record| record.get(KEY_FIELD) == name).last();
            let named = memory.store.record(object.name, name).or_else(|| memory.store.numbered(object.name, name));
            if let Some(record) = named.or_else(by_key) {
                return Ok((object, record.clone()));
            }
        }
        Err(ActError::NoTicket(name.to_owned()))
    }
}

fn pairs<const N: usize>(fields: [(&str, &str); N]) -> Written {
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}
