//! Texts that are longer than their field: a ticket with the beginning of a text is better than none.
//!
//! Most platforms refuse what is too long, some cut it without a word. So it is cut before it is sent, at a word and with a mark,
//! and counted as the platform counts: a character outside the first plane is one code point and two units of UTF-16.

/// What stands where a text was cut.
const MARK: &str = "…";

/// What a platform's lengths count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Code points.
    Characters,
    /// Units of UTF-16, as Windows and its databases have them.
    Utf16,
}

// === impl Unit ===

impl Unit {
    /// How long a text is.
    #[must_use]
    pub fn count(self, text: &str) -> usize {
        text.chars().map(|character| self.of(character)).sum()
    }

    /// A text of at most so many units: cut between two words where there is a gap in its last fifth, with a mark.
    #[must_use]
    pub fn cut(self, text: &str, longest: usize) -> String {
        if self.count(text) <= longest {
            return text.to_owned();
        }
        if longest == 0 {
            return String::new();
        }
        let end = self.end(text, longest.saturating_sub(self.count(MARK)));
        let (head, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        // The word that the end falls into goes as a whole, unless that would take too much.
        let head = match head.rfind(char::is_whitespace) {
            _ if rest.starts_with(char::is_whitespace) => head,
            Some(gap) if gap >= end / 5 * 4 => head.get(..gap).unwrap_or(head),
            _ => head,
        };
        format!("{}{MARK}", head.trim_end())
    }

    /// The same for a text whose end must stay: the text is cut to what its `tail` leaves of the room, and the tail stands whole.
    #[must_use]
    pub fn cut_before(self, text: &str, tail: &str, longest: usize) -> String {
        let text = self.cut(text, longest.saturating_sub(self.count(tail)));
        if text.is_empty() { tail.trim_start().to_owned() } else { format!("{text}{tail}") }
    }

    /// Where so many units end, in bytes; no character is split.
    fn end(self, text: &str, room: usize) -> usize {
        let mut used = 0;
        let past = text.char_indices().find(|(_, character)| {
            used += self.of(*character);
            used > room
        });
        past.map_or(text.len(), |(at, _)| at)
    }

    fn of(self, character: char) -> usize {
        match self {
            Self::Characters => 1,
            Self::Utf16 => character.len_utf16(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Unit::{Characters, Utf16};
    use proptest::prelude::*;

    #[test]
    fn a_text_ends_with_a_word_and_a_mark() {
        for (text, longest, expected) in [
            ("", 0, ""),
            ("short", 5, "short"),
            ("disk is almost full", 16, "disk is almost…"),
            ("disk is almost full", 15, "disk is almost…"),
            ("disk is almost full", 14, "disk is almos…"),
            ("one-very-long-word-without-a-gap", 10, "one-very-…"),
            ("ünïcödé ünïcödé", 8, "ünïcödé…"),
            ("x", 0, ""),
        ] {
            assert_eq!(Characters.cut(text, longest), expected, "{text} to {longest}");
            assert_eq!(Utf16.cut(text, longest), expected, "{text} to {longest}");
        }
    }

    #[test]
    fn what_is_counted_is_the_platform_s() {
        let text = "🔥".repeat(10);
        assert_eq!((Characters.count(&text), Utf16.count(&text)), (10, 20));
        assert_eq!((Characters.cut(&text, 10), Utf16.cut(&text, 20)), (text.clone(), text.clone()));
        assert_eq!(Characters.cut(&text, 9), format!("{}…", "🔥".repeat(8)));
        assert_eq!(Utf16.cut(&text, 19), format!("{}…", "🔥".repeat(9)));
        assert_eq!(Utf16.cut(&text, 18), format!("{}…", "🔥".repeat(8)));
    }

    #[test]
    fn an_end_that_must_stay_is_never_cut() {
        assert_eq!(Characters.cut_before("disk is almost full", "\nSee 7.", 24), "disk is almost…\nSee 7.");
        assert_eq!(Characters.cut_before("disk", "\nSee 7.", 24), "disk\nSee 7.");
        assert_eq!(Characters.cut_before("", "\n\nSee 7.", 24), "See 7.");
        assert_eq!(Utf16.cut_before("🔥🔥🔥", "\nSee 7.", 12), "🔥🔥…\nSee 7.");
    }

    proptest! {
        #[test]
        fn no_text_is_longer_than_its_field(
            text in "(\\PC|🔥| ){0,60}",
            longest in 0..40_usize,
            unit in prop_oneof![Just(Characters), Just(Utf16)],
        ) {
            let cut = unit.cut(&text, longest);
            prop_assert!(unit.count(&cut) <= longest);
            prop_assert!(unit.count(&text) > longest || cut == text);
        }
    }
}
