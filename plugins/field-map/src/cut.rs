//! Texts within a bound.
//!
//! Platforms refuse, or silently cut, what is too long. [`cut`] never answers more characters than it was given room for, cuts at
//! a word where one ends near enough, and says that something is gone. Characters are Unicode scalar values, as platforms count
//! them; none is ever split.

/// Above this bound a text is a body of its own, and its mark says how much is gone.
const LONG: usize = 400;

/// The text, or as much of it as fits into `bound` characters with a mark at its end.
pub fn cut(text: &str, bound: usize) -> String {
    let length = text.chars().count();
    if length <= bound {
        return text.to_owned();
    }
    if bound < LONG {
        return marked(text, bound, " …");
    }
    // The mark holds how many characters are gone, which depends on the mark's own length: room for the longest is set aside.
    let room = bound.saturating_sub(mark(length).chars().count());
    let kept = at_word(text, room);
    format!("{kept}{}", mark(length - kept.chars().count()))
}

/// The first words of a text, with a mark where there are more.
pub fn words(text: &str, count: usize) -> String {
    let mut words = text.split_whitespace();
    let kept: Vec<&str> = words.by_ref().take(count).collect();
    let more = if words.next().is_some() { " …" } else { "" };
    format!("{}{more}", kept.join(" "))
}

/// Without the controls that no platform shows, with `\n` for every kind of line end, and without blanks around it.
pub fn tidy(text: &str) -> String {
    if !text.chars().any(is_odd) {
        return text.trim().to_owned();
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|character| !is_odd(*character)).collect();
    text.trim().to_owned()
}

/// In one line, whatever the sender put into it.
pub fn line(text: &str) -> String {
    // Nearly every text is one already.
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) && !text.contains("  ") {
        return text.trim().to_owned();
    }
    let shown: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A control that is neither a line break nor a tab.
fn is_odd(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\t')
}

fn mark(gone: usize) -> String {
    format!("\n[cut: {gone} more characters]")
}

fn marked(text: &str, bound: usize, mark: &str) -> String {
    match bound.checked_sub(mark.chars().count()) {
        Some(room) if room > 0 => format!("{}{mark}", at_word(text, room)),
        _ => text.chars().take(bound).collect(),
    }
}

/// At most `room` characters, up to the last end of a word unless that would give up more than a quarter of them.
fn at_word(text: &str, room: usize) -> &str {
    let end = text.char_indices().nth(room).map_or(text.len(), |(at, _)| at);
    let head = text.get(..end).unwrap_or(text);
    if text.get(end..).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return head.trim_end();
    }
    let word = head.rfind(char::is_whitespace).and_then(|at| head.get(..at)).map(str::trim_end);
    match word {
        Some(word) if word.chars().count() * 4 >= room * 3 => word,
        _ => head,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_fits_is_untouched() {
        assert_eq!(cut("disk full", 9), "disk full");
        assert_eq!(cut("", 0), "");
    }

    #[test]
    fn a_short_text_is_cut_at_a_word_with_an_ellipsis() {
        let cases = [
            ("disk full on the third node", 18, "disk full on the …"),
            ("disk full on the third node", 20, "disk full on the …"),
            ("disk full on the third node", 17, "disk full on …"),
            ("aaaaaaaaaaaaaaaaaaaaaaa", 10, "aaaaaaaa …"),
            ("a aaaaaaaaaaaaaaaaaaaaa", 10, "a aaaaaa …"),
            ("abc", 2, "ab"),
            ("abc", 0, ""),
        ];
        for (text, bound, expected) in cases {
            assert_eq!(cut(text, bound), expected, "{text} in {bound}");
        }
    }

    #[test]
    fn a_long_text_says_how_much_is_gone() {
        let text = "word ".repeat(200);
        let short = cut(&text, 500);
        assert!(short.ends_with("word\n[cut: 531 more characters]"), "{short}");
        assert_eq!(short.chars().count(), 496);
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(cut("öööö", 4), "öööö");
        assert_eq!(cut("öööööö", 4), "öö …");
    }

    #[test]
    fn words_are_counted() {
        assert_eq!(words("one  two three", 2), "one two …");
        assert_eq!(words("one two", 2), "one two");
        assert_eq!(words("", 2), "");
    }

    #[test]
    fn controls_and_odd_line_ends_are_dropped() {
        assert_eq!(tidy("\u{1b}[31mred\r\nline\rend\u{0}\n\n"), "[31mred\nline\nend");
        assert_eq!(line(" a\r\n\tb\u{7}c "), "a b c");
    }

    proptest! {
        #[test]
        fn a_cut_never_exceeds_its_bound_and_keeps_a_beginning(text in "(?s).{0,1200}", bound in 0usize..900) {
            let short = cut(&text, bound);
            prop_assert!(short.chars().count() <= bound);
            let kept = short.strip_suffix(" …").unwrap_or(&short);
            let kept = kept.rsplit_once("\n[cut: ").map_or(kept, |(kept, _)| kept);
            prop_assert!(text.starts_with(kept));
        }

        #[test]
        fn a_long_cut_tells_the_true_number(text in "[a-zä€🚒 ]{450,1200}", bound in 400usize..449) {
            let short = cut(&text, bound);
            let (kept, mark) = short.rsplit_once("\n[cut: ").unwrap();
            let gone: usize = mark.strip_suffix(" more characters]").unwrap().parse().unwrap();
            prop_assert_eq!(kept.chars().count() + gone, text.chars().count());
        }

        #[test]
        fn a_word_is_only_split_where_none_ends_near(text in "[a-z]{1,8}( [a-z]{1,8}){40,90}", bound in 60usize..300) {
            let short = cut(&text, bound);
            if let Some(kept) = short.strip_suffix(" …") {
                prop_assert!(text.get(kept.len()..).unwrap().starts_with(' '));
            }
        }
    }
}
