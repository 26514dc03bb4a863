//! Answers as CSV: [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180), a header, lines that end in CRLF.
//!
//! Spreadsheets take a cell that begins with `=`, `+`, `-` or `@` for a formula, and monitors' and platforms' texts are a
//! stranger's. A text that begins so, or with a control character, gets an apostrophe in front, which spreadsheets take for
//! "this is text". Numbers stay as they are.

use super::{Answer, Cell};

/// All rows, with a header of the columns' names.
#[must_use]
pub fn csv(answer: &Answer) -> String {
    let mut out = line(answer.columns.iter().map(|column| text(&column.name)));
    for row in &answer.rows {
        out.push_str(&line(answer.columns.iter().map(|column| cell(answer.cell(row, &column.name)))));
    }
    out
}

fn line(fields: impl Iterator<Item = String>) -> String {
    let mut line = fields.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::None => String::new(),
        Cell::Count(count) => count.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(words) => text(words),
    }
}

fn text(words: &str) -> String {
    // Spreadsheets look behind blanks and what has no width, and some take full-width signs for signs.
    let is_blank = |each: char| {
        matches!(each, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
            || (each.is_whitespace() && !each.is_control())
    };
    let first = words.trim_start_matches(is_blank).chars().next();
    let is_formula =
        |first: char| matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') || first.is_control();
    let mark = if first.is_some_and(is_formula) { "'" } else { "" };
    // In many countries a spreadsheet divides at `;`.
    let needs_quotes =
        words.contains(['"', ',', ';', '\t', '\r', '\n']) || words.starts_with(' ') || words.ends_with(' ');
    if needs_quotes { format!("\"{mark}{}\"", words.replace('"', "\"\"")) } else { format!("{mark}{words}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_text() {
        let table = [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("\t=1", "\"'\t=1\""),
            ("a;=1", "\"a;=1\""),
            ("\r=1", "\"'\r=1\""),
            ("  =1", "\"'  =1\""),
            ("\u{2003}=1", "'\u{2003}=1"),
            ("\u{feff}=1", "'\u{feff}=1"),
            ("＝1", "'＝1"),
            ("\u{0}=1", "'\u{0}=1"),
            ("a-b", "a-b"),
        ];
        for (words, expected) in table {
            assert_eq!(text(words), expected, "{words:?}");
        }
    }

    #[test]
    fn numbers_are_numbers() {
        let cells = [Cell::None, Cell::Count(7), Cell::Number(0.125), Cell::Number(-1.0)];
        assert_eq!(line(cells.iter().map(cell)), ",7,0.125,-1\r\n");
    }
}
