//! What an older version left is there in the new schema.

use super::Folder;
use crate::ledger::sqlite::file::{LedgerFile, MIGRATIONS};

#[tokio::test]
async fn alerts_that_are_moved_keep_all_that_names_them() {
    let folder = Folder::new();
    let connection = rusqlite::Connection::open(folder.path()).unwrap();
    for migration in &MIGRATIONS[..8] {
        connection.execute_batch(migration).unwrap();
    }
    let older = "
        INSERT INTO keys (seq, key) VALUES (3, 'cpu');
        INSERT INTO alerts (seq, id, source, condition, severity, observed_at, key, fired_at, received_at, body, alert, unrouted)
        VALUES (7, 'an id of an alert', 'monitor', 0, 1, 20, 3, 10, 30, 'b', '{}', 0);
        INSERT INTO observations (alert, key, condition, fired_at, observed_at, rule, resources, metrics)
        VALUES (7, 3, 0, 10, 20, 'load', '[]', '[]');
        INSERT INTO tickets (seq, problem, n, connection, kind, route, grouping, storm, created_at, wanted, severity, firing, total)
        VALUES (5, 'p', 1, 'desk', 'incident', 'all', '{}', 0, 30, 1, 1, 1, 1);
        INSERT INTO links (alert, ticket) VALUES (7, 5);
        PRAGMA user_version = 8;
        PRAGMA application_id = 1397178968;";
    connection.execute_batch(older).unwrap();
    drop(connection);

    let connection = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    let count = |query: &str| connection.query_one(query, (), |row| row.get::<_, i64>(0)).unwrap();
    let moved = "SELECT count(*) FROM alerts WHERE seq = 7 AND id = 'an id of an alert' AND key = 3 AND fired_at = 10
                 AND observed_at = 20 AND received_at = 30 AND body = 'b' AND payload IS NULL";
    assert_eq!(count(moved), 1);
    assert_eq!(count("SELECT count(*) FROM links JOIN observations USING (alert) WHERE alert = 7 AND ticket = 5"), 1);
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    assert!(connection.execute("DELETE FROM alerts", ()).is_err(), "what names an alert holds it");
}
