//! Notes, each posted once: a note carries its id, so that a call that may have reached the platform before can see which of its
//! notes stand there, and does not tell people twice.
//!
//! The id stands on a line of its own at the end, `[n-1]`, unless the text says it already. Where a ticket's notes are kept and how
//! they are read is each platform's.

use crate::cut::Unit;
use crate::text::printable;
use crate::work::Note;
use jiff::Timestamp;

/// A note's text as it is written.
#[must_use]
pub fn entry(note: &Note) -> String {
    let text = printable(&note.text);
    if carries(&text, &note.id) { text } else { format!("{text}\n{}", mark(note)) }
}

/// The same for a field that holds so much: the text is cut, and the id stays.
#[must_use]
pub fn entry_within(note: &Note, longest: usize, unit: Unit) -> String {
    let whole = entry(note);
    if unit.count(&whole) <= longest {
        return whole;
    }
    unit.cut_before(&printable(text_alone(note)), &format!("\n{}", mark(note)), longest)
}

/// A note's text without its id: for a field that has no history.
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

/// What the newest note says, without its id; none where it says nothing.
#[must_use]
pub fn newest_text(notes: &[Note]) -> Option<&str> {
    newest(notes).map(text_alone).filter(|text| !text.is_empty())
}

/// The notes whose id stands in none of these texts.
#[must_use]
pub fn missing<'n, T: AsRef<str>>(notes: &'n [Note], texts: &[T]) -> Vec<&'n Note> {
    let stands = |note: &Note| texts.iter().any(|text| carries(text.as_ref(), &note.id));
    notes.iter().filter(|note| !stands(note)).collect()
}

/// Whether an id stands in a text as a word of its own: `n-1` does not stand in `n-10`.
#[must_use]
pub fn carries(text: &str, id: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '-' || character == '_';
    !id.is_empty()
        && text.match_indices(id).any(|(start, found)| {
            let before = text.get(..start).and_then(|head| head.chars().next_back());
            let after = text.get(start + found.len()..).and_then(|tail| tail.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

fn mark(note: &Note) -> String {
    format!("[{}]", note.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: &str, text: &str) -> Note {
        Note { id: id.into(), at: "2026-11-22T13:06:00Z".into(), text: text.into() }
    }

    #[test]
    fn a_note_carries_its_id_once() {
        assert_eq!(entry(&note("n-1", "fired again")), "fired again\n[n-1]");
        assert_eq!(entry(&note("n-1", "fired again\n[n-1]")), "fired again\n[n-1]");
        assert_eq!(entry(&note("n-1", "fired again (n-1)")), "fired again (n-1)");
        assert_eq!(entry(&note("n-1", "see n-10")), "see n-10\n[n-1]");
        assert_eq!(entry(&note("n-1", "bell\u{7}")), "bell\n[n-1]");
    }

    #[test]
    fn a_note_that_is_cut_keeps_its_id() {
        let long = note("n-1", "one two three four\n[n-1]");
        assert_eq!(entry_within(&long, 21, Unit::Characters), "one two three…\n[n-1]");
        assert_eq!(entry_within(&long, 24, Unit::Characters), long.text);
        let within = note("n-1", &format!("n-1 {}", "🔥".repeat(20)));
        assert_eq!(entry_within(&within, 21, Unit::Utf16), format!("n-1 {}…\n[n-1]", "🔥".repeat(5)));
    }

    #[test]
    fn a_note_s_text_is_had_without_its_id() {
        assert_eq!(text_alone(&note("n-1", "over\n[n-1]")), "over");
        assert_eq!(text_alone(&note("n-1", "over [n-10]\n")), "over [n-10]");
    }

    #[test]
    fn a_note_that_stands_is_not_missing() {
        let notes = [note("n-1", "a"), note("n-2", "b")];
        let missing: Vec<_> = missing(&notes, &["x\n[n-10]", "y [n-2] z"]).iter().map(|note| &note.id).collect();
        assert_eq!(missing, ["n-1"]);
    }

    #[test]
    fn the_newest_is_by_time_and_not_by_text() {
        let at = |id: &str, at: &str| Note { id: id.into(), at: at.into(), text: format!("{id}\n[{id}]") };
        let notes =
            [at("a", "2026-11-22T13:06:00.5Z"), at("b", "2026-11-22T13:06:00Z"), at("c", "2026-11-22T13:05:00Z")];
        assert_eq!((newest(&notes).map(|note| note.id.as_str()), newest_text(&notes)), (Some("a"), Some("a")));
        assert_eq!((newest(&[]), newest_text(&[note("n-1", "[n-1]")])), (None, None));
    }
}
