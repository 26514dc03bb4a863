//! Texts made to fit: Service Manager refuses a property that is too long, and a ticket with the beginning of a text is better
//! than none.
//!
//! Lengths are counted as the database counts them, in UTF-16 code units.

/// Stands where a text was cut.
const MARK: &str = " […]";

/// The text, or as many of its words as fit with a mark at their end.
#[must_use]
pub fn fit(text: &str, length: usize) -> String {
    if units(text) <= length {
        return text.to_owned();
    }
    let room = length.saturating_sub(units(MARK));
    let head = head(text, room);
    // A word that alone is longer than half of what fits is cut within: better half of it than nothing.
    let words = head.rfind(char::is_whitespace).filter(|end| units(head.get(..*end).unwrap_or_default()) * 2 >= room);
    let words = words.and_then(|end| head.get(..end)).unwrap_or(head).trim_end();
    if units(MARK) > length { head.to_owned() } else { format!("{words}{MARK}") }
}

/// The same for a text whose last line, the one that holds `tail`, must stay.
#[must_use]
pub fn fit_before(text: &str, tail: &str, length: usize) -> String {
    if units(text) <= length {
        return text.to_owned();
    }
    match text.trim_end().strip_suffix(tail) {
        Some(body) => {
            let body = fit(body.trim_end(), length.saturating_sub(units(tail) + 1));
            format!("{body}\n{tail}")
        }
        None => fit(text, length),
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// As many whole characters as there is room for.
fn head(text: &str, room: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, character)| {
        used += character.len_utf16();
        used > room
    });
    end.and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays() {
        assert_eq!(fit("disk full", 9), "disk full");
        assert_eq!(fit("", 0), "");
    }

    #[test]
    fn a_long_text_ends_at_a_word_with_a_mark() {
        assert_eq!(fit("the disk is almost full", 18), "the disk is […]");
        assert_eq!(fit("one two", 6), "on […]");
    }

    #[test]
    fn a_long_word_is_cut_within() {
        assert_eq!(fit(&format!("a {}", "x".repeat(30)), 20), format!("a {} […]", "x".repeat(14)));
    }

    #[test]
    fn lengths_are_the_database_s() {
        // A character outside the first plane counts twice.
        let text = "🔥".repeat(10);
        assert_eq!(fit(&text, 20), text);
        assert_eq!(fit(&text, 19), format!("{} […]", "🔥".repeat(7)));
        for length in 0..30 {
            assert!(units(&fit("ä🔥 long enough to be cut somewhere", length)) <= length, "{length}");
        }
    }

    #[test]
    fn a_note_keeps_its_id() {
        let note = format!("{}\n[n-1]", "word ".repeat(10).trim_end());
        let cut = fit_before(&note, "[n-1]", 30);
        assert_eq!(cut, "word word word word […]\n[n-1]");
        assert_eq!(fit_before("short\n[n-1]", "[n-1]", 30), "short\n[n-1]");
    }
}
