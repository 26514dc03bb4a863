//! A plugin's text where it meets people: bounded, and without characters that a terminal or a log reader would obey.

use std::fmt::Write as _;
use std::time::Duration;

/// `text` cut to `most` bytes, with everything escaped that moves a cursor, breaks a line, or reverses the reading order.
pub(crate) fn escaped(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    for each in text.chars() {
        if out.len() + each.len_utf8() > most {
            out.push('…');
            break;
        }
        match each {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if obeyed(each) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(each));
            }
            _ => out.push(each),
        }
    }
    out
}

/// A span as configuration writes it.
pub(crate) fn duration(span: Duration) -> String {
    if span.subsec_millis() == 0 { format!("{}s", span.as_secs()) } else { format!("{}ms", span.as_millis()) }
}

/// Control characters, line and paragraph separators, and the marks, embeddings, overrides and isolates of bidirectional text.
fn obeyed(each: char) -> bool {
    each.is_control()
        || matches!(each, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_log_that_a_terminal_obeys() {
        let table = [
            ("plain é 漢", "plain é 漢"),
            ("two\nlines\r", "two\\nlines\\u{d}"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{202e}gnp.exe", "\\u{202e}gnp.exe"),
            ("\u{9b}2J", "\\u{9b}2J"),
        ];
        for (text, shown) in table {
            assert_eq!(escaped(text, 100), shown);
        }
    }

    #[test]
    fn a_long_text_is_cut_at_a_character_with_a_mark() {
        assert_eq!(escaped("ééé", 5), "éé…");
    }
}
