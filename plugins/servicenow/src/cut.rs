//! Texts that are longer than their field.

/// What stands where a text was cut.
const MARK: &str = "…";

/// A text of at most so many characters: cut between two words where there is a gap in its last fifth, with a mark.
#[must_use]
pub fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let room = longest.saturating_sub(MARK.chars().count());
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or_default();
    // The word that the end falls into goes as a whole, unless that would take too much.
    let follows = text.get(end..).and_then(|rest| rest.chars().next());
    let head = match head.rfind(char::is_whitespace) {
        _ if follows.is_some_and(char::is_whitespace) => head,
        Some(gap) if gap >= end / 5 * 4 => head.get(..gap).unwrap_or(head),
        _ => head,
    };
    if longest == 0 { String::new() } else { format!("{}{MARK}", head.trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_ends_with_a_word_and_a_mark() {
        for (text, longest, expected) in [
            ("short", 5, "short"),
            ("disk is almost full", 16, "disk is almost…"),
            ("disk is almost full", 15, "disk is almost…"),
            ("disk is almost full", 14, "disk is almos…"),
            ("one-very-long-word-without-a-gap", 10, "one-very-…"),
            ("ünïcödé ünïcödé", 8, "ünïcödé…"),
            ("x", 0, ""),
        ] {
            assert_eq!(cut(text, longest), expected, "{text} to {longest}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_longer_than_its_field(text in "\\PC{0,60}", longest in 0..40_usize) {
            let cut = cut(&text, longest);
            prop_assert!(cut.chars().count() <= longest);
            prop_assert!(text.chars().count() > longest || cut == text);
        }
    }
}
