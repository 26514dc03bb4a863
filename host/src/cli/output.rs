//! Printing: tables for people, JSON for programs, and nothing of a stranger's that a terminal would obey.

use crate::config::Problems;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Prints a value as JSON.
pub fn print_json(value: &impl Serialize) {
    let text =
        serde_json::to_string_pretty(value).unwrap_or_else(|error| json!({ "error": error.to_string() }).to_string());
    print(&text);
}

/// Prints a line. A reader that has gone away is no error.
pub fn print(text: &str) {
    let _gone = writeln!(std::io::stdout(), "{text}");
}

/// A table with these headings.
#[must_use]
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(headings);
    table
}

/// A stranger's text without what a terminal would obey: controls, escapes, marks that turn the direction of writing.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .map(|each| match each {
            '\n' | '\t' => each,
            each if each.is_control() => '\u{fffd}',
            '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            each => each,
        })
        .collect()
}

/// On one line, cut.
#[must_use]
pub fn cell(text: &str, longest: usize) -> String {
    let line = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    line.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

/// `1 error`, `2 errors`.
#[must_use]
pub fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// `1 body`, `2 bodies`.
#[must_use]
pub fn counted_bodies(number: usize) -> String {
    if number == 1 { "1 body".to_owned() } else { format!("{number} bodies") }
}

/// Errors of a configuration for programs.
#[must_use]
pub fn problems(problems: &Problems) -> Vec<Value> {
    let each = problems.0.iter().map(|problem| {
        let place = problem.place.as_ref().map(|place| {
            let (line, column) = place.line_and_column();
            json!({ "file": place.file.name, "line": line, "column": column })
        });
        json!({ "message": problem.message, "place": place })
    });
    each.collect()
}

/// Whether errors may be coloured.
#[must_use]
pub fn colours_on_stderr() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_taken_out() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}c\nd"), "a\u{fffd}[2Jb\u{fffd}c\nd");
        assert_eq!(cell("one\ntwo  three", 9), "one two …");
        assert_eq!(cell("short", 9), "short");
    }
}
