//! An adapter's column of the table, as it is kept: `tests/conformance/columns/NAME.json`.
//!
//! Each adapter has a file of its own, so that a run of one, on a machine where the platform of another is not there, leaves the
//! others as they are. [`crate::page`] makes the table of all.

use crate::{Report, Suite, page, platforms};
use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// What came of a run, without its reasons' chance details.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// What the adapter says it can do.
    pub abilities: Vec<String>,
    /// Each behaviour's name, and what came of it.
    pub behaviours: BTreeMap<String, String>,
}

/// Runs the suite against an adapter's own platform, prints its column, and compares it with the one that is kept. With
/// `SIGNALBOX_BLESS` set, column and table are written anew; with `SIGNALBOX_BEHAVIOUR` set, only behaviours with that in their
/// names are run, and nothing is compared.
///
/// # Errors
/// Where a behaviour fails, or the column is not as it is kept.
pub async fn conforms(name: &str) -> anyhow::Result<()> {
    let only = std::env::var("SIGNALBOX_BEHAVIOUR").unwrap_or_default();
    let whole = only.is_empty();
    let report = Suite::new(platforms::start(name).await?).only(move |name| name.contains(&only)).run().await?;
    // Past the test's own output, which is shown only where it fails.
    writeln!(std::io::stderr(), "\n{report}")?;
    let failures = report.failures();
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    if whole { Column::of(&report).kept_as(name) } else { Ok(()) }
}

// === impl Column ===

impl Column {
    /// Of a run.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let behaviours = report.cells.iter().map(|(name, cell)| ((*name).to_owned(), cell.to_string()));
        Self { abilities: report.abilities.iter().map(ToString::to_string).collect(), behaviours: behaviours.collect() }
    }

    /// As it is kept; none where the adapter was never run.
    ///
    /// # Errors
    /// Where the file is not what this writes.
    pub fn read(name: &str) -> anyhow::Result<Option<Self>> {
        let file = file(name);
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some(serde_json::from_str(&text).with_context(|| file.display().to_string())?)),
            Err(_) => Ok(None),
        }
    }

    fn kept_as(&self, name: &str) -> anyhow::Result<()> {
        if std::env::var_os("SIGNALBOX_BLESS").is_some() {
            fs::write(file(name), format!("{}\n", serde_json::to_string_pretty(self)?))?;
            return page::write();
        }
        let kept = Self::read(name)?;
        ensure!(
            kept.as_ref() == Some(self),
            "{} is not what came of this run: `SIGNALBOX_BLESS=1 cargo test -p signalbox-conformance --test {}`",
            file(name).display(),
            name
        );
        Ok(())
    }
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("columns").join(format!("{name}.json"))
}
