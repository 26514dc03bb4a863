use super::*;
use crate::testing::{ID, list, note, play, settings};
use serde_json::Value;

fn asked(likes: &str, answer: Value, notes: &[Note]) -> Result<Vec<String>, CallError> {
    let filter = format!("_objectid_value eq {ID} and ({likes})");
    let query = [("$select", "annotationid,notetext,_objectid_value"), ("$filter", filter.as_str())];
    let settings = settings(json!({}));
    let played = play(&settings, [list("annotations", &query, answer)], |client| {
        missing(client, ID, notes).map(|notes| notes.iter().map(|note| note.id.clone()).collect())
    });
    played.result
}

#[test]
fn a_note_that_stands_is_not_missing() {
    let stands = json!([
        {"notetext": "x\n[n-10]", "_objectid_value": ID},
        {"notetext": "y [n-2] z", "_objectid_value": ID.to_uppercase()},
    ]);
    let notes = [note("n-1", "13:06:00", "a"), note("n-2", "13:06:00", "b")];
    assert_eq!(asked("contains(notetext,'n-1') or contains(notetext,'n-2')", stands, &notes).unwrap(), ["n-1"]);
}

#[test]
fn another_ticket_s_notes_are_not_believed() {
    let other = json!([{"notetext": "[n-1]", "_objectid_value": "00000000-0000-0000-0000-000000000000"}]);
    let notes = [note("n-1", "13:06:00", "a")];
    assert_eq!(asked("contains(notetext,'n-1')", other, &notes).unwrap_err().kind, CallErrorKind::Protocol);
}

#[test]
fn a_note_has_the_title_that_the_settings_give() {
    let note = note("n-1", "13:06:00", "still full");
    for (own, title) in [(json!({}), "Signalbox"), (json!({"note_subject": "Monitoring"}), "Monitoring")] {
        assert_eq!(write(&settings(own), "$1", &note).body["subject"], title);
    }
}
