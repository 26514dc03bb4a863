//! Notes: how one stands in a ticket's action log, and which stand there already.
//!
//! The action log is part of the object that a change reads and writes anyway: notes are written with the change that they are
//! about, or not at all. Each carries its id, so that a call that may have reached the portal before does not tell people twice.

use crate::projection::Projection;
use crate::settings::Settings;
use crate::time;
use serde_json::{Value, json};
use signalbox_sdk::cut::Unit;
use signalbox_sdk::json;
use signalbox_sdk::note;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::work::Note;

/// The log of an incident.
const LOG: &str = "AppliesToTroubleTicket";

/// Adds a comment to an incident's log.
pub fn comment(settings: &Settings, object: &mut Projection, at: Stamp, text: &str) {
    let at = time::spelled(at);
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
    let text = note::entry_within(note, settings.lengths.comment, Unit::Utf16);
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
    let texts: Vec<_> = object.related(LOG).iter().map(said).collect();
    note::missing(notes, &texts)
}

/// A comment's text: written as a description, read back as a comment.
fn said(comment: &Value) -> &str {
    let said = ["Comment", "Description"].map(|name| json::text(comment, name));
    said.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
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
        assert!(text.len() <= 4001 && text.ends_with("…\n[n-1]"), "{}", text.len());
    }

    #[test]
    fn an_entry_is_as_the_settings_say() {
        let settings =
            r#"{"created_by": "x", "comment": {"by": "Monitor", "private": false}, "lengths": {"comment": 64}}"#;
        let mut object = object(json!([]));
        let note = note("n-1", &format!("{}\n[n-1]", "word ".repeat(40)));
        post(&Settings::parse(settings).unwrap(), &mut object, &note, now());
        let entry = &object.related(LOG)[0];
        assert_eq!((&entry["EnteredBy"], &entry["IsPrivate"]), (&json!("Monitor"), &json!(false)));
        let length = said(entry).chars().count();
        assert!((59..=64).contains(&length), "{length}: {}", said(entry));
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
}
