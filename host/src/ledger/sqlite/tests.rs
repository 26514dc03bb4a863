//! The conformance suite on SQLite, and what only this engine can meet.

use super::file::OpenError;
use super::*;
use crate::ledger::conformance::{Engine, conformance};

/// A ledger's file in a folder of its own.
struct Folder(tempfile::TempDir);

impl Folder {
    fn url(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("ledger.db")
    }
}

impl Engine for Folder {
    async fn fresh() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    async fn open(&self) -> Arc<dyn Ledger> {
        crate::ledger::open(&self.url()).await.unwrap()
    }
}

conformance!(super::Folder);

#[tokio::test]
async fn only_a_file_is_an_address() {
    for url in ["signalbox.db", "postgres://here/db", "sqlite:", "sqlite::memory:", "sqlite://"] {
        assert!(matches!(SqliteLedger::open(url).await, Err(OpenError::NotAnAddress(_))), "{url}");
    }
}
