//! Whatever names a table or a column of this sink, in `docs/azure`, names one that it fills, with its type.
//!
//! None of it can run here: so the template is compared with the schema column by column, and each query is parsed and typed
//! against it. A word of the query language that the reader here does not know fails the test, too: it never guesses.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it found by panicking"
)]

mod kql;
mod page;
mod queries;
mod template;
mod workbook;

use std::fs;
use std::path::PathBuf;

/// A file of `docs/azure`.
fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/azure").join(name)
}

/// Its text.
fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
