//! The queries.

use crate::{kql, path, read};
use log_analytics::schema;
use std::fs;

/// Each with its text.
pub fn all() -> Vec<(String, String)> {
    let files = fs::read_dir(path("queries")).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<_> = files.map(|name| format!("queries/{}", name.to_string_lossy())).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}

#[test]
fn every_query_names_what_is_there() {
    let all = all();
    assert!(all.len() >= 13, "{}", all.len());
    for (name, text) in all {
        assert!(name.ends_with(".kql") && text.starts_with("// "), "{name} says what it answers");
        let columns = kql::check(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!columns.is_empty(), "{name}");
    }
}

/// The test of the test: whichever column of a query is misspelt, the query is refused.
#[test]
fn a_misspelt_column_or_table_is_found_in_every_query() {
    let mut misspelt = 0;
    for (name, text) in all() {
        let code: Vec<_> = text.lines().filter(|line| !line.starts_with("//")).collect();
        let code = code.join("\n");
        for shape in schema::tables() {
            for word in shape.columns.iter().map(|(column, ..)| *column).chain([shape.name]) {
                for (at, _) in code.match_indices(word) {
                    let is_name = |other: char| other.is_ascii_alphanumeric() || other == '_';
                    let (before, after) = (&code[..at], &code[at + word.len()..]);
                    // `Computer = …` gives a name; anything else uses one.
                    if before.ends_with(is_name) || after.starts_with(is_name) || after.starts_with(" = ") {
                        continue;
                    }
                    let odd = format!("{before}{word}x{after}");
                    assert!(kql::check(&odd).is_err(), "{name}: `{word}` at {at} may be misspelt");
                    misspelt += 1;
                }
            }
        }
    }
    assert!(misspelt > 100, "{misspelt}");
}

#[test]
fn every_query_is_named_on_the_page() {
    let page = read("README.md");
    for (name, _) in all() {
        assert!(page.contains(&format!("({name})")), "{name}");
    }
}

#[test]
fn what_the_page_shows_can_be_asked() {
    let page = read("README.md");
    let blocks: Vec<_> = page.split("```kusto\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert_eq!(blocks.len(), 3);
    for block in blocks {
        kql::check(block).unwrap_or_else(|error| panic!("{block}{error}"));
    }
}
