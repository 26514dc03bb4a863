//! Notes: records that an incident owns, each made once.
//!
//! Each note carries its id, so that a call that may have reached the system before does not tell people twice: with `again` the
//! incident's journal is read first.

use crate::catalog::{Catalog, Object};
use crate::client::Client;
use crate::draft::Draft;
use crate::errors::Place;
use crate::row::Row;
use jiff::Timestamp;
use serde_json::{Value, json};
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
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
        let stands = |note: &&Note| entries.iter().any(|entry| carries(entry.get(text_field), &note.id));
        Ok(notes.iter().filter(|note| !stands(note)).collect())
    }

    /// Adds a note.
    ///
    /// # Errors
    /// What the system answers; `gone` where the incident is no longer there.
    pub fn post<H: Http + Log>(&self, client: &Client<'_, H>, note: &Note) -> Result<(), CallError> {
        let settings = &client.settings.journal;
        let mut draft = Draft::default();
        draft.set(&settings.text_field, &entry_within(note, self.note.field(&settings.text_field)?.longest));
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

/// A note's text as it is written.
#[must_use]
pub fn entry(note: &Note) -> String {
    if carries(&note.text, &note.id) { note.text.clone() } else { format!("{}\n[{}]", note.text, note.id) }
}

/// The same where a field is short: the text is cut, and the id stays.
fn entry_within(note: &Note, longest: Option<usize>) -> String {
    let whole = entry(note);
    match longest.filter(|longest| whole.chars().count() > *longest) {
        None => whole,
        Some(longest) => {
            let mark = format!("\n[{}]", note.id);
            let room = longest.saturating_sub(mark.chars().count());
            format!("{}{mark}", crate::cut::cut(text_alone(note), room))
        }
    }
}

/// A note's text without its id: for a field that has no history.
#[must_use]
pub fn text_alone(note: &Note) -> &str {
    let mark = format!("[{}]", note.id);
    note.text.trim_end().strip_suffix(mark.as_str()).unwrap_or(&note.text).trim_end()
}

/// The newest note.
#[must_use]
pub fn newest(notes: &[Note]) -> Option<&Note> {
    // Of several at one time the last one counts, as `max_by_key` has it.
    notes.iter().max_by_key(|note| note.at.parse::<Timestamp>().ok())
}

/// Whether an id stands in a text as a word of its own: `n-1` does not stand in `n-10`.
fn carries(text: &str, id: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '-' || character == '_';
    !id.is_empty()
        && text.match_indices(id).any(|(start, found)| {
            let before = text.get(..start).and_then(|head| head.chars().next_back());
            let after = text.get(start + found.len()..).and_then(|tail| tail.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

#[cfg(test)]
mod tests;
