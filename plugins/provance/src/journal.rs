//! Notes: how one is attached to a ticket, and which are attached already.
//!
//! A note is a row of `annotations` that points to its ticket. Each carries its id, so that a call that may have reached the platform
//! before does not tell people twice.

use crate::batch::Write;
use crate::client::{Client, Question};
use crate::odata;
use crate::settings::Settings;
use serde_json::json;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::note;
use signalbox_sdk::types::{CallError, CallErrorKind};
use signalbox_sdk::work::Note;

/// Where notes stand.
pub const NOTES: &str = "annotations";
/// What a note's text holds.
const LENGTH: usize = 100_000;
/// Notes that one request asks for: keeps its address under 2,000 characters.
const NOTES_A_REQUEST: usize = 10;
/// Notes that one request may answer.
const ENTRIES: u32 = 100;

/// A note as a write; `ticket` is the ticket's address, or a reference to the write that makes it.
#[must_use]
pub fn write(settings: &Settings, ticket: &str, note: &Note) -> Write {
    let bind = format!("objectid_{}@odata.bind", settings.incident.logical_name);
    Write {
        method: "POST",
        path: NOTES.into(),
        if_match: None,
        body: json!({ "subject": settings.note_subject, "notetext": note::entry_within(note, LENGTH, Unit::Utf16), bind: ticket }),
    }
}

/// The notes that are not attached to the ticket yet.
///
/// # Errors
/// What the organisation answers; `protocol` where it answers another ticket's notes.
pub fn missing<'n, H: Http + Log>(
    client: &Client<'_, H>,
    ticket_id: &str,
    notes: &'n [Note],
) -> Result<Vec<&'n Note>, CallError> {
    let mut missing = Vec::new();
    for notes in notes.chunks(NOTES_A_REQUEST) {
        let holds = notes.iter().map(|note| format!("contains(notetext,{})", odata::literal(&note.id)));
        let question = Question {
            entity_set: NOTES,
            query: vec![
                ("$select", "annotationid,notetext,_objectid_value".into()),
                ("$filter", format!("_objectid_value eq {ticket_id} and ({})", odata::any(holds))),
            ],
            page: Some(ENTRIES),
        };
        let entries = client.list(&question).map_err(|error| error.while_it("looked for notes in `annotations`"))?.rows;
        if entries.iter().any(|entry| !entry.value("_objectid_value").eq_ignore_ascii_case(ticket_id)) {
            return Err(fault(CallErrorKind::Protocol, "the organisation answered another ticket's notes"));
        }
        let texts: Vec<_> = entries.iter().map(|entry| entry.value("notetext")).collect();
        missing.extend(note::missing(notes, &texts));
    }
    Ok(missing)
}

#[cfg(test)]
mod tests;
