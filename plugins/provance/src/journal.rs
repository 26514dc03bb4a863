//! Notes: how one is attached to a ticket, and which are attached already.
//!
//! A note is a row of `annotations` that points to its ticket. Each carries its id, so that a call that may have reached the platform
//! before does not tell people twice.

use crate::batch::Write;
use crate::client::{Client, Question};
use crate::cut::cut;
use crate::odata;
use crate::settings::Settings;
use jiff::Timestamp;
use serde_json::json;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::text::printable;
use signalbox_sdk::types::{CallError, CallErrorKind};
use signalbox_sdk::work::Note;

/// Where notes stand.
pub const NOTES: &str = "annotations";
/// What a note's text holds.
const LENGTH: u32 = 100_000;
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
        body: json!({ "subject": settings.note_subject, "notetext": entry(note), bind: ticket }),
    }
}

/// A note's text as it is written. Its id stays where the rest is cut.
fn entry(note: &Note) -> String {
    let mark = format!("[{}]", note.id);
    let text = printable(&note.text);
    if carries(&text, &note.id) && text.encode_utf16().count() <= usize::try_from(LENGTH).unwrap_or(usize::MAX) {
        return text;
    }
    let room = u32::try_from(mark.encode_utf16().count() + 1).unwrap_or(LENGTH);
    let text = text.trim_end().strip_suffix(mark.as_str()).unwrap_or(&text).trim_end();
    format!("{}\n{mark}", cut(text, LENGTH.saturating_sub(room)))
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
        let stands = |note: &&Note| entries.iter().any(|entry| carries(&entry.value("notetext"), &note.id));
        missing.extend(notes.iter().filter(|note| !stands(note)));
    }
    Ok(missing)
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
