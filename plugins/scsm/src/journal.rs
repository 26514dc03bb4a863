//! Notes: how one stands in a ticket's action log, and which stand there already.
//!
//! The action log is part of the object that a change reads and writes anyway: notes are written with the change that they are
//! about, or not at all. Each carries its id, so that a call that may have reached the portal before does not tell people twice.

use crate::cut;
use crate::projection::Projection;
use crate::settings::Settings;
use crate::time::Stamp;
use jiff::Timestamp;
use serde_json::{Value, json};
use signalbox_sdk::json;
use signalbox_sdk::text::printable;
use signalbox_sdk::work::Note;

/// The log of an incident.
const LOG: &str = "AppliesToTroubleTicket";

/// Adds a comment to an incident's log.
pub fn comment(settings: &Settings, object: &mut Projection, at: Stamp, text: &str) {
    let at = at.to_string();
    let comment = json!({
        "ActionType": "AnalystComment",
        "Title": "Analyst Comment",
        "Description": text,
        "EnteredBy": settings.comment.by,
        "EnteredDate": at,
        "LastModified": at,
        "IsPrivate": settings.comment.private,
    });
    object.relate(LOG, comment);
}

/// Adds a note to an incident's log.
pub fn post(settings: &Settings, object: &mut Projection, note: &Note, now: Stamp) {
    let text = cut::fit_before(&entry(note), &mark(note), settings.lengths.comment);
    comment(settings, object, Stamp::from_contract(&note.at).unwrap_or(now), &text);
}

/// How many entries an incident's log has.
#[must_use]
pub fn length(object: &Projection) -> usize {
    object.related(LOG).len()
}

/// The notes that are not in the incident's log yet.
#[must_use]
pub fn missing<'n>(object: &Projection, notes: &'n [Note]) -> Vec<&'n Note> {
    let stands = |note: &Note| object.related(LOG).iter().any(|comment| carries(said(comment), &note.id));
    notes.iter().filter(|note| !stands(note)).collect()
}

/// A note's text without its id: for a property that has no history.
#[must_use]
pub fn text_alone(note: &Note) -> &str {
    note.text.trim_end().strip_suffix(mark(note).as_str()).unwrap_or(&note.text).trim_end()
}

/// The newest note.
#[must_use]
pub fn newest(notes: &[Note]) -> Option<&Note> {
    // Of several at one time the last one counts, as `max_by_key` has it.
    notes.iter().max_by_key(|note| note.at.parse::<Timestamp>().ok())
}

/// A note's text as it is written.
fn entry(note: &Note) -> String {
    let text = printable(&note.text);
    if carries(&text, &note.id) { text } else { format!("{text}\n{}", mark(note)) }
}

fn mark(note: &Note) -> String {
    format!("[{}]", note.id)
}

/// A comment's text: written as a description, read back as a comment.
fn said(comment: &Value) -> &str {
    let said = ["Comment", "Description"].map(|name| json::text(comment, name));
    said.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
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
mod tests {
    use super::*;

    fn note(id: &str, text: &str) -> Note {
        Note { id: id.into(), at: "2026-11-22T13:06:00Z".into(), text: text.into() }
    }

    fn object(log: Value) -> Projection {
        Projection::parse(json!({ "ClassTypeId": "a604b942-4c7b-2fb2-28dc-61dc6f465c68", LOG: log })).unwrap()
    }

    fn now() -> Stamp {
        Stamp::from_contract("2026-11-22T14:00:00Z").unwrap()
    }

    #[test]
    fn a_note_carries_its_id_once() {
        assert_eq!(entry(&note("n-1", "fired again")), "fired again\n[n-1]");
        assert_eq!(entry(&note("n-1", "fired again (n-1)")), "fired again (n-1)");
        assert_eq!(entry(&note("n-1", "see n-10")), "see n-10\n[n-1]");
    }

    #[test]
    fn a_note_s_text_is_had_without_its_id() {
        assert_eq!(text_alone(&note("n-1", "over\n[n-1]")), "over");
        assert_eq!(text_alone(&note("n-1", "over [n-10]\n")), "over [n-10]");
    }

    #[test]
    fn a_note_is_an_entry_that_only_analysts_see() {
        let mut object = object(Value::Null);
        post(&Settings::default(), &mut object, &note("n-1", "still 97 %\n[n-1]"), now());
        let expected = json!([{
            "ActionType": "AnalystComment", "Title": "Analyst Comment", "Description": "still 97 %\n[n-1]",
            "EnteredBy": "Signalbox", "EnteredDate": "2026-11-22T13:06:00.000Z",
            "LastModified": "2026-11-22T13:06:00.000Z", "IsPrivate": true
        }]);
        assert_eq!(object.get(LOG), Some(&expected));
    }

    #[test]
    fn a_long_note_keeps_its_id() {
        let mut object = object(json!([]));
        post(&Settings::default(), &mut object, &note("n-1", &format!("{}\n[n-1]", "word ".repeat(2000))), now());
        let text = said(&object.related(LOG)[0]).to_owned();
        assert!(text.len() <= 4001 && text.ends_with(" […]\n[n-1]"), "{}", text.len());
    }

    #[test]
    fn a_note_that_stands_is_not_missing() {
        let log =
            json!([{"Comment": "x\n[n-10]"}, {"Comment": "", "Description": "y [n-2] z"}, {"ActionType": {"Id": "0"}}]);
        let notes = [note("n-1", "a"), note("n-2", "b")];
        let object = object(log);
        let missing: Vec<_> = missing(&object, &notes).iter().map(|note| note.id.as_str()).collect();
        assert_eq!(missing, ["n-1"]);
    }

    #[test]
    fn the_newest_is_by_time_and_not_by_text() {
        let at = |id: &str, at: &str| Note { id: id.into(), at: at.into(), text: String::new() };
        let notes =
            [at("a", "2026-11-22T13:06:00.5Z"), at("b", "2026-11-22T13:06:00Z"), at("c", "2026-11-22T13:05:00Z")];
        assert_eq!(newest(&notes).unwrap().id, "a");
        assert_eq!(newest(&[]), None);
    }
}
