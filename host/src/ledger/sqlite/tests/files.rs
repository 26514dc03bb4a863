//! What may stand at a ledger's path, and what a crash leaves there.

use super::super::file::OpenError;
use super::{Folder, firing};
use crate::ledger::{Ledger as _, SqliteLedger, TicketSelection};

#[tokio::test]
async fn only_a_file_is_an_address() {
    for url in ["signalbox.db", "postgres://here/db", "sqlite:", "sqlite::memory:", "sqlite://", "sqlite:a.db?mode=ro"]
    {
        assert!(matches!(SqliteLedger::open(url).await, Err(OpenError::NotAnAddress(_))), "{url}");
    }
}

#[tokio::test]
async fn a_missing_folder_is_told() {
    let opened = SqliteLedger::open("sqlite:/no/such/folder/ledger.db").await;
    let error = opened.unwrap_err();
    assert!(matches!(error, OpenError::Unavailable { .. }), "{error}");
    assert_eq!(error.to_string(), "/no/such/folder/ledger.db can't be opened");
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let folder = Folder::new();
    drop(folder.open().await);
    execute(&folder, "PRAGMA user_version = 99");
    let error = SqliteLedger::open(&folder.url()).await.unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 99, known: 3, .. }), "{error}");
}

#[tokio::test]
async fn another_programs_file_is_left_alone() {
    let folder = Folder::new();
    execute(&folder, "CREATE TABLE theirs (x)");
    assert!(matches!(SqliteLedger::open(&folder.url()).await, Err(OpenError::NotALedger(_))));

    let folder = Folder::new();
    std::fs::write(folder.path(), "not SQLite at all".repeat(100)).unwrap();
    assert!(matches!(SqliteLedger::open(&folder.url()).await, Err(OpenError::Unavailable { .. })));
    assert!(std::fs::read_to_string(folder.path()).unwrap().starts_with("not SQLite at all"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_processes_that_start_together_one_migrates() {
    let folder = Folder::new();
    let opening = (0..8).map(|_| {
        let url = folder.url();
        tokio::spawn(async move { SqliteLedger::open(&url).await })
    });
    for opened in futures::future::join_all(opening).await {
        opened.unwrap().unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_the_gateways_eyes_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.accept(firing("cpu", vec![])).await.unwrap();
    for path in [folder.path(), folder.log_path()] {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_a_crash_leaves_holds_all_that_was_accepted() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let left = Folder::new();
    for n in 0..20 {
        ledger.accept(firing(&format!("key {n}"), vec![])).await.unwrap();
        // As a crash at this moment would leave it: the log was never folded in, and the shared memory is gone.
        std::fs::copy(folder.path(), left.path()).unwrap();
        std::fs::copy(folder.log_path(), left.log_path()).unwrap();
        let after = left.open().await;
        let all = TicketSelection { limit: 100, ..TicketSelection::default() };
        assert_eq!(after.tickets(&all).await.unwrap().len(), n + 1);
        drop(after);
        std::fs::remove_dir_all(left.0.path()).unwrap();
        std::fs::create_dir(left.0.path()).unwrap();
    }
}

fn execute(folder: &Folder, sql: &str) {
    rusqlite::Connection::open(folder.path()).unwrap().execute_batch(sql).unwrap();
}
