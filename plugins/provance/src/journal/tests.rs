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
fn a_note_carries_its_id_once_and_keeps_it_when_it_is_cut() {
    assert_eq!(entry(&note("n-1", "13:06:00", "fired again")), "fired again\n[n-1]");
    assert_eq!(entry(&note("n-1", "13:06:00", "fired again\n[n-1]")), "fired again\n[n-1]");
    assert_eq!(entry(&note("n-1", "13:06:00", "see n-10")), "see n-10\n[n-1]");
    let long = entry(&note("n-1", "13:06:00", &("word ".repeat(30_000) + "\n[n-1]")));
    assert!(long.ends_with("word […]\n[n-1]") && long.encode_utf16().count() <= 100_000, "{}", long.len());
}

#[test]
fn a_note_s_text_is_had_without_its_id() {
    assert_eq!(text_alone(&note("n-1", "13:06:00", "over\n[n-1]")), "over");
    assert_eq!(text_alone(&note("n-1", "13:06:00", "over [n-10]\n")), "over [n-10]");
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
fn the_newest_is_by_time_and_not_by_text() {
    let notes = [note("a", "13:06:00.5", ""), note("b", "13:06:00", ""), note("c", "13:05:00", "")];
    assert_eq!(newest(&notes).unwrap().id, "a");
    assert_eq!(newest(&[]), None);
}
