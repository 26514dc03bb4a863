//! Rows that this version did not write.

use super::{Folder, at, firing};
use crate::ledger::{Ledger as _, TicketSelection};

#[tokio::test]
async fn a_ticket_that_cannot_be_read_is_parked_and_holds_up_no_other() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    for name in ["a", "b", "c"] {
        ledger.accept(firing(name, name.into())).await.unwrap();
    }
    let broken = "UPDATE alerts SET alert = '{}' WHERE seq = (SELECT alert FROM members WHERE ticket = 2)";
    rusqlite::Connection::open(folder.path()).unwrap().execute(broken, ()).unwrap();
    let claimed = ledger.claim("worker", &["desk".parse().unwrap()], at(3), at(60), 10).await.unwrap();
    assert_eq!(claimed.iter().map(|each| each.problem.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    let parked = TicketSelection { parked: true, limit: 10, ..TicketSelection::default() };
    let parked = ledger.tickets(&parked).await.unwrap();
    assert_eq!(parked.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["b-1"]);
    assert!(ledger.claim("worker", &["desk".parse().unwrap()], at(100), at(160), 10).await.unwrap().len() == 2);
}

#[tokio::test]
async fn a_key_is_used_once_where_an_older_ticket_outlives_a_newer_one() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.accept(firing("a", "1".into())).await.unwrap();
    let left = "UPDATE tickets SET standing = 'ended', ready = 0, due_at = NULL; UPDATE members SET live = 0;
                INSERT INTO forgotten (problem, n) VALUES ('a', 2)";
    rusqlite::Connection::open(folder.path()).unwrap().execute_batch(left).unwrap();
    let mut again = firing("a", "2".into());
    if let crate::ledger::Verdict::Decoded(alerts) = &mut again.verdict {
        alerts[0].alert.observed_at = at(9);
        alerts[0].alert.fired_at = at(9);
    }
    again.id = crate::ledger::BodyId("another".to_owned());
    again.digest = [9; 32];
    ledger.accept(again).await.unwrap();
    let rows = ledger.tickets(&TicketSelection { limit: 10, ..TicketSelection::default() }).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.key.as_str()).collect::<Vec<_>>(), ["a-3"]);
}
