//! Notes: records that an incident owns, each made once.
//!
//! Each note carries its id, so that a call that may have reached the system before does not tell people twice: with `again` the
//! incident's journal is read first.

use crate::catalog::{Catalog, Object};
use crate::client::Client;
use crate::draft::Draft;
use crate::errors::Place;
use crate::row::Row;
use serde_json::{Value, json};
use signalbox_sdk::cut::Unit;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
use signalbox_sdk::note;
use signalbox_sdk::percent;
use signalbox_sdk::types::{CallError, CallErrorKind};
use signalbox_sdk::work::Note;

/// Entries of one answer.
const PAGE: usize = 500;
/// More pages than a journal can have.
const PAGES: usize = 100;

/// An incident's journal.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'a> {
    incident: &'a Object,
    note: &'a Object,
    relation: &'a str,
    rec_id: &'a str,
}

// === impl Journal ===

impl<'a> Journal<'a> {
    /// The journal of this incident.
    ///
    /// # Errors
    /// `rejected` where the system has no such relationship, or a note no such field.
    pub fn of<H>(
        client: &Client<'a, H>,
        catalog: &'a Catalog,
        incident: &'a Object,
        rec_id: &'a str,
    ) -> Result<Self, CallError> {
        let settings = &client.settings.journal;
        let note = catalog.object(&settings.object)?;
        note.field(&settings.text_field)?;
        Ok(Self { incident, note, relation: incident.relation(&settings.relationship)?, rec_id })
    }

    /// The notes that are not in it yet.
    ///
    /// # Errors
    /// What the system answers; `protocol` where it answers another record's notes.
    pub fn missing<'n, H: Http + Log>(
        &self,
        client: &Client<'_, H>,
        notes: &'n [Note],
    ) -> Result<Vec<&'n Note>, CallError> {
        let text_field = &client.settings.journal.text_field;
        let entries = self.entries(client).map_err(|error| error.while_it("looked for notes in the journal"))?;
        let texts: Vec<_> = entries.iter().map(|entry| entry.get(text_field)).collect();
        Ok(note::missing(notes, &texts))
    }

    /// Adds a note.
    ///
    /// # Errors
    /// What the system answers; `gone` where the incident is no longer there.
    pub fn post<H: Http + Log>(&self, client: &Client<'_, H>, note: &Note) -> Result<(), CallError> {
        let settings = &client.settings.journal;
        let mut draft = Draft::default();
        let entry = match self.note.field(&settings.text_field)?.longest {
            Some(longest) => note::entry_within(note, longest, Unit::Characters),
            None => note::entry(note),
        };
        draft.set(&settings.text_field, &entry);
        let body = json!({
            "parentBusObId": self.incident.id,
            "parentBusObRecId": self.rec_id,
            "relationshipId": self.relation,
            "busObId": self.note.id,
            "fields": draft.items(self.note, "")?,
            "persist": true,
        });
        let saved = client.save("saverelatedbusinessobject", &body)?;
        saved.doubt.map_or(Ok(()), Err)
    }

    fn entries<H: Http + Log>(&self, client: &Client<'_, H>) -> Result<Vec<Row>, CallError> {
        let path = format!(
            "getrelatedbusinessobject/parentbusobid/{}/parentbusobrecid/{}/relationshipid/{}",
            percent::encode(&self.incident.id),
            percent::encode(self.rec_id),
            percent::encode(self.relation),
        );
        let mut entries = Vec::new();
        for number in 1..=PAGES {
            let (number, size) = (number.to_string(), PAGE.to_string());
            let query = [("allfields", "true"), ("pageNumber", number.as_str()), ("pageSize", size.as_str())];
            let answer = client.get(&path, &query, Place::Record)?;
            let owner = json::text(&answer, "parentBusObRecId");
            if !owner.is_empty() && !owner.eq_ignore_ascii_case(self.rec_id) {
                return Err(fault(CallErrorKind::Protocol, "the system answered another record's journal"));
            }
            let unreadable = || fault(CallErrorKind::Protocol, "the system answered no list of notes");
            let page = answer.get("relatedBusinessObjects").and_then(Value::as_array).ok_or_else(unreadable)?;
            entries.extend(page.iter().filter_map(Row::parse));
            let total =
                answer.get("totalRecords").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
            if page.is_empty() || page.len() < PAGE && total.is_none_or(|total| entries.len() >= total) {
                break;
            }
        }
        Ok(entries)
    }
}

#[cfg(test)]
mod tests;
