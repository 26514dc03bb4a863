//! Storage that fails, and comes back.

use super::super::file::LedgerFile;
use super::{Folder, at, firing};
use crate::ledger::{
    AttemptChange, BodyStatus, Due, Ledger as _, LedgerError, Save, SqliteLedger, Standing, TicketSelection,
    Upkeep as _, Verdict,
};
use std::time::Duration;

async fn tickets(ledger: &SqliteLedger) -> usize {
    let all = TicketSelection { ended: true, limit: 10_000, ..TicketSelection::default() };
    ledger.tickets(&all).await.unwrap().len()
}

#[tokio::test]
async fn a_full_disk_refuses_and_space_makes_it_go_on() {
    let folder = Folder::new();
    let roomy = folder.open().await;
    let file = LedgerFile::open(&folder.url()).unwrap().with_pages(250);
    let ledger = SqliteLedger::on(file).unwrap();
    assert!(!ledger.room().await.unwrap().full);
    let mut kept = Vec::new();
    let refused = loop {
        let number = kept.len();
        let body = vec![7; 20_000];
        let undecoded = Verdict::Undecoded { reason: "trap".to_owned() };
        let submission = crate::ledger::Submission { verdict: undecoded, ..firing(&format!("body {number}"), body) };
        let id = submission.id.clone();
        match ledger.accept(submission).await {
            Ok(_) => kept.push(id),
            Err(refused) => break refused,
        }
        assert!(kept.len() < 1000);
    };
    assert!(matches!(refused, LedgerError::Unavailable(_)), "{refused}");
    assert!(matches!(ledger.accept(firing("big", vec![8; 20_000])).await, Err(LedgerError::Unavailable(_))));
    let listed = ledger.bodies(BodyStatus::Undecoded, 1000).await.unwrap();
    assert_eq!(listed.len(), kept.len(), "reading goes on, and all that was answered is there");
    assert!(ledger.room().await.unwrap().full, "it is tried, and the disk takes no more");

    for id in kept.iter().take(10) {
        roomy.drop_alert(&id.0).await.unwrap();
    }
    assert!(!ledger.room().await.unwrap().full, "it is tried again, without waiting for an alert");
    ledger.accept(firing("big", vec![8; 20_000])).await.unwrap();
    assert_eq!(tickets(&roomy).await, 1);
}

#[tokio::test]
async fn workers_write_while_alerts_find_no_room() {
    let folder = Folder::new();
    let roomy = folder.open().await;
    roomy.accept(firing("cpu", vec![])).await.unwrap();
    let desk = ["desk".parse().unwrap()];
    let claimed = roomy.claim("worker", &desk, at(3), at(60), 1).await.unwrap().remove(0);
    let file = LedgerFile::open(&folder.url()).unwrap();
    let other = file.connect().unwrap();
    let pages: u32 = other.query_row("PRAGMA page_count", (), |row| row.get(0)).unwrap();
    let ledger = SqliteLedger::on(file.with_pages(pages + 2)).unwrap();
    // While the writer waits for the other, all of these come together.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let letting_go = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.execute_batch("ROLLBACK").unwrap();
    };
    let (accepted, saved, ()) = tokio::join!(
        ledger.accept(firing("big", vec![8; 200_000])),
        ledger.save(&claimed.lease, save_of_nothing()),
        letting_go
    );
    assert!(matches!(accepted, Err(LedgerError::Unavailable(_))), "{accepted:?}");
    saved.unwrap();
    assert!(ledger.room().await.unwrap().full);
}

fn save_of_nothing() -> Save {
    Save {
        at: at(4),
        life: "{}".to_owned(),
        confirmed: 0,
        looks: 0,
        known: 1,
        standing: Standing::Live,
        due: Due::Now,
        not_before: None,
        shown: None,
        attempt: None,
        entries: Vec::new(),
        renewal: None,
        release: false,
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_gone_keeps_nothing() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.accept(firing("before", vec![])).await.unwrap();
    let aside = folder.0.path().join("aside");
    std::fs::rename(folder.path(), &aside).unwrap();
    assert!(matches!(ledger.accept(firing("during", vec![])).await, Err(LedgerError::Unavailable(_))));
    std::fs::write(folder.path(), "").unwrap();
    assert!(matches!(ledger.accept(firing("during", vec![])).await, Err(LedgerError::Unavailable(_))), "another file");
    std::fs::rename(&aside, folder.path()).unwrap();
    ledger.accept(firing("after", vec![])).await.unwrap();
    assert_eq!(tickets(&ledger).await, 2);
}

#[tokio::test]
async fn who_must_wait_for_another_process_waits() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let other = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    other.execute_batch("BEGIN IMMEDIATE; UPDATE tickets SET wanted = wanted").unwrap();
    let accepting = tokio::spawn(async move {
        ledger.accept(firing("cpu", vec![])).await.unwrap();
        ledger
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!accepting.is_finished());
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(tickets(&accepting.await.unwrap()).await, 1);
}

#[tokio::test]
async fn one_bad_question_does_not_take_its_neighbours_along() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.accept(firing("cpu", vec![])).await.unwrap();
    let desk = ["desk".parse().unwrap()];
    let claimed = ledger.claim("worker", &desk, at(3), at(60), 1).await.unwrap().remove(0);
    let open = AttemptChange::Open { id: "same".to_owned(), revision: 1, action: "create".to_owned() };
    let save = Save { attempt: Some(open), ..save_of_nothing() };
    ledger.save(&claimed.lease, save.clone()).await.unwrap();
    let neighbours: Vec<_> = (0..20).map(|n| format!("neighbour {n}")).collect();
    let accepting = futures::future::join_all(neighbours.iter().map(|name| ledger.accept(firing(name, vec![]))));
    let (twice, accepted) = tokio::join!(ledger.save(&claimed.lease, save), accepting);
    assert!(twice.is_err(), "an attempt's id is used once");
    assert!(accepted.iter().all(Result::is_ok));
    assert_eq!(tickets(&ledger).await, 21);
}
