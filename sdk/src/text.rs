//! Texts from senders, made fit for a platform's fields.

/// Without the characters that XML and many databases cannot hold: controls but for tab and line feed, and non-characters.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().filter(|character| is_printable(*character)).collect()
}

/// The same on one line, each run of white space one blank.
#[must_use]
pub fn one_line(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_printable(character: char) -> bool {
    match character {
        '\t' | '\n' => true,
        '\u{FFFE}' | '\u{FFFF}' => false,
        _ => !character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_platform_cannot_hold_is_left_out() {
        assert_eq!(printable("a\0b\u{1b}[31m\tc\r\nd\u{FFFE}é"), "ab[31m\tc\ndé");
    }

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(one_line(" disk\r\n full\t on  db-1 \0"), "disk full on db-1");
    }
}
