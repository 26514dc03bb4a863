//! `docs/reference/adapters.md`: the table, adapter by behaviour, made of the columns that are kept.

use crate::{behaviours, column::Column, platforms};
use anyhow::Context;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::PathBuf,
};

const HEAD: &str = "# Adapters

Generated from the last run of the conformance suite for each adapter: do not edit. What a row means stands with its function in \
[tests/conformance](../../tests/conformance/src/behaviours/mod.rs); how to run an adapter of your own through it, in \
[plugins](../plugins.md#the-conformance-suite).

`passes`: it does that. `declares no …`: the adapter says in `describe` that its platform can't, and asked all the same it answers \
`unsupported` and does nothing. `not offered`: there is no such thing on the platform, whoever asks. An adapter with a failure is not \
released.
";

/// The page, as the columns have it.
///
/// # Errors
/// Where a column can't be read.
pub fn page() -> anyhow::Result<String> {
    let mut columns = Vec::new();
    for name in platforms::NAMES {
        if let Some(column) = Column::read(name)? {
            columns.push((*name, column));
        }
    }
    let mut page = HEAD.to_owned();
    header(&mut page, "behaviour", &columns)?;
    for behaviour in behaviours::all() {
        write!(page, "| {} |", behaviour.name)?;
        for (_, column) in &columns {
            let cell = column.behaviours.get(behaviour.name).map_or("not run", String::as_str);
            write!(page, " {} |", cell.replace('|', "\\|").replace('\n', " "))?;
        }
        page.push('\n');
    }
    page.push_str("\n## What each adapter can do\n\nAs its `describe` says, for each kind of work item or record.\n");
    header(&mut page, "ability", &columns)?;
    let verbs: Vec<BTreeMap<&str, Vec<&str>>> = columns.iter().map(|(_, column)| by_verb(column)).collect();
    let all: BTreeSet<&str> = verbs.iter().flat_map(|verbs| verbs.keys().copied()).collect();
    for verb in all {
        write!(page, "| `{verb}` |")?;
        for column in &verbs {
            write!(page, " {} |", column.get(verb).map_or_else(String::new, |kinds| kinds.join(", ")))?;
        }
        page.push('\n');
    }
    Ok(page)
}

/// Writes the page.
///
/// # Errors
/// Where a column can't be read, or the page not written.
pub fn write() -> anyhow::Result<()> {
    fs::write(file(), page()?).context("the page of adapters can't be written")
}

/// The page as it stands.
///
/// # Errors
/// Where there is none.
pub fn read() -> anyhow::Result<String> {
    fs::read_to_string(file()).context("there is no page of adapters")
}

fn file() -> PathBuf {
    signalbox_e2e::workspace().join("docs/reference/adapters.md")
}

fn header(page: &mut String, first: &str, columns: &[(&str, Column)]) -> std::fmt::Result {
    write!(page, "\n| {first} |")?;
    columns.iter().try_for_each(|(name, _)| write!(page, " {name} |"))?;
    writeln!(page, "\n|---|{}", "---|".repeat(columns.len()))
}

/// The kinds that each ability is there for.
fn by_verb(column: &Column) -> BTreeMap<&str, Vec<&str>> {
    let mut verbs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (verb, kind) in column.abilities.iter().filter_map(|ability| ability.split_once(':')) {
        verbs.entry(verb).or_default().push(kind);
    }
    verbs
}
