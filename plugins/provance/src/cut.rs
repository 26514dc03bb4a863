//! Texts that are longer than their column: the platform refuses them, so they are cut here, at a word and with a mark.
//!
//! Lengths are counted as the platform counts them, in UTF-16 code units.

/// What stands where something was cut off.
const MARK: &str = " […]";

/// The text, or as much of it as fits.
#[must_use]
pub fn cut(text: &str, length: u32) -> String {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if units(text) <= length {
        return text.to_owned();
    }
    let mark = if length > units(MARK) { MARK } else { "" };
    let head = head(text, length - units(mark));
    // A word that fills more than half of what fits is cut in its midst.
    let at_word = head.rfind(char::is_whitespace).and_then(|end| head.get(..end)).map(str::trim_end);
    let kept = at_word.filter(|kept| kept.len() * 2 > head.len()).unwrap_or(head);
    format!("{kept}{mark}")
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The longest beginning of so many units.
fn head(text: &str, length: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, character)| {
        used += character.len_utf16();
        used > length
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_as_it_is() {
        assert_eq!(cut("disk full", 9), "disk full");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_word_with_a_mark() {
        assert_eq!(cut("disk full on db-01 since noon", 20), "disk full on […]");
        assert_eq!(cut("averylongwordwithoutablank", 10), "averyl […]");
        assert_eq!(cut("a averylongwordwithoutablank", 14), "a averylon […]");
        assert_eq!(cut("abcdef", 3), "abc");
    }

    #[test]
    fn lengths_are_utf_16_units() {
        assert_eq!(cut("🔥🔥🔥", 6), "🔥🔥🔥");
        assert_eq!(cut("🔥🔥🔥", 5), "🔥🔥"[..0].to_owned() + " […]");
        assert_eq!(cut("🔥🔥🔥🔥🔥", 9), "🔥🔥 […]");
        for length in 0..40 {
            assert!(units(&cut("Zürich 🔥 ist heiß und 🔥 laut heute Nacht", length)) <= length.try_into().unwrap());
        }
    }
}
