//! What is asked at once shares a commit, and what is too much is refused.

use super::{Folder, at, firing};
use crate::ledger::sqlite::accept::look_up;
use crate::ledger::sqlite::file::LedgerFile;
use crate::ledger::{Ledger as _, LedgerError, Submission, Verdict};
use std::time::Duration;

const ACCEPTS: usize = 64;

/// How long the log is after so many accepts, one after another or all at once.
async fn log_after(at_once: bool) -> u64 {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let names: Vec<_> = (0..ACCEPTS).map(|n| format!("key {n}")).collect();
    let accepts = names.iter().map(|name| ledger.accept(firing(name, vec![])));
    if at_once {
        futures::future::try_join_all(accepts).await.unwrap();
    } else {
        for accept in accepts {
            accept.await.unwrap();
        }
    }
    std::fs::metadata(folder.log_path()).unwrap().len()
}

#[tokio::test]
async fn accepts_at_once_share_commits() {
    let (alone, together) = (log_after(false).await, log_after(true).await);
    assert!(together * 8 < alone, "{together} bytes of log for all at once, {alone} for one by one");
}

#[tokio::test]
async fn what_is_too_much_is_refused_at_once() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let names: Vec<_> = (0..100).map(|n| format!("key {n}")).collect();
    let big = vec![1; 1024 * 1024];
    let accepts = names.iter().map(|name| ledger.accept(firing(name, big.clone())));
    let other = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let letting_go = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        other.execute_batch("ROLLBACK").unwrap();
    };
    let (answers, ()) = tokio::join!(futures::future::join_all(accepts), letting_go);
    let refused = answers.iter().filter(|answer| matches!(answer, Err(LedgerError::Unavailable(_)))).count();
    assert_eq!(refused, 36, "64 MiB may wait");
    ledger.accept(firing("later", big)).await.unwrap();
}

/// A firing of this key that began then.
fn begun(key: &str, seconds: u64) -> Submission {
    let mut submission = firing(&format!("{key} {seconds}"), vec![]);
    let Verdict::Decoded(alerts) = &mut submission.verdict else { unreachable!() };
    for submitted in alerts {
        submitted.alert.correlation_key = key.into();
        (submitted.alert.fired_at, submitted.alert.observed_at) = (at(seconds), at(seconds));
    }
    submission
}

#[tokio::test]
async fn a_late_body_has_no_more_read_than_it_takes() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    for seconds in 2..50 {
        ledger.accept(begun("key", seconds)).await.unwrap();
    }
    let connection = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    let late = begun("key", 1);
    let (board, _) = look_up::board(&connection, &[&late]).unwrap();
    let read: Vec<_> = board.recorded.values().flatten().map(|recorded| recorded.rank.episode.fired_at).collect();
    assert_eq!(read, [at(49)]);
}
