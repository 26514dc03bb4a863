//! What is noted for reports: the same as rows are written, and of the rows that an older version left.

use super::{Folder, firing};
use crate::domain::{Fact, Resource};
use crate::ledger::sqlite::file::{LedgerFile, MIGRATIONS};
use crate::ledger::{Ledger as _, Submission, Verdict};
use rusqlite::types::Value;

/// A firing about a machine that a CMDB knows, one that has a name, and one that has only an id.
fn about_machines(name: &str, split: Option<&str>) -> Submission {
    let mut submission = firing(name, name.into());
    if let Verdict::Decoded(alerts) = &mut submission.verdict {
        let resource = |id: &str, name: &str, item: &str| Resource {
            id: id.to_owned(),
            name: name.to_owned(),
            configuration_item: item.to_owned(),
            ..Resource::default()
        };
        let fact = |group: &str, name: &str, value: &str| Fact {
            group: group.to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
            unit: String::new(),
        };
        alerts[0].alert.resources =
            vec![resource("/1", "web \"one\"", "CI-1"), resource("/2", "web-2", ""), resource("/3", "", "")];
        alerts[0].alert.facts = vec![
            fact("condition", "Metric", "Percentage CPU"),
            fact("condition", "Threshold", "80"),
            fact("condition 2", "Metric", "Percentage CPU"),
            fact("metrics", "Memory", "512"),
        ];
        alerts[0].placements[0].resource = split.map(str::to_owned);
    }
    submission
}

fn notes(folder: &Folder) -> Vec<Vec<Value>> {
    let connection = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    let mut notes = Vec::new();
    for table in ["observations", "origins"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1")).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map((), |row| (0..columns).map(|column| row.get(column)).collect()).unwrap();
        notes.extend(rows.map(Result::unwrap));
    }
    notes
}

#[tokio::test]
async fn rows_of_an_older_version_are_noted_as_new_ones_are() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    for (name, split) in [("whole", None), ("named", Some("/2")), ("known", Some("/1")), ("gone", Some("/9"))] {
        ledger.accept(about_machines(name, split)).await.unwrap();
    }
    drop(ledger);
    let written = notes(&folder);
    assert_eq!(written.len(), 8);
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(
        written[0][5..],
        [text("load"), text(r#"["CI-1","web-2","/3"]"#), text(r#"["Percentage CPU","Memory"]"#)]
    );
    let made_for: Vec<_> = written[4..].iter().map(|origin| origin[5].clone()).collect();
    assert_eq!(made_for, [r#"["CI-1","web-2","/3"]"#, r#"["web-2"]"#, r#"["CI-1"]"#, r#"["/9"]"#].map(text));

    let connection = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    let nothing = "DROP TABLE origins; DROP TABLE observations; DROP INDEX records_for_reports; ALTER TABLE records DROP COLUMN origin;";
    connection.execute_batch(nothing).unwrap();
    connection.execute_batch(include_str!("../../migrations/0004_reports.sql")).unwrap();
    drop(connection);
    assert_eq!(notes(&folder), written);
}

#[tokio::test]
async fn items_of_an_older_version_stand_with_their_records() {
    let folder = Folder::new();
    let connection = rusqlite::Connection::open(folder.path()).unwrap();
    for migration in &MIGRATIONS[..6] {
        connection.execute_batch(migration).unwrap();
    }
    let older = "
        INSERT INTO records (seq, connection, kind, id, number, title, state, deleted, priority, category, change_type,
                             service, assignment, caused_by, changed)
        VALUES (1, 'desk', 'incident', 'a', '', '', 'open', 0, '', '', '', '', '', '', 1),
               (2, 'desk', 'incident', 'b', '', '', 'open', 0, '', '', '', '', '', '', 2);
        INSERT INTO record_items (record, item) VALUES (1, 'web \"one\"'), (1, 'db'), (1, '');
        PRAGMA user_version = 6;
        PRAGMA application_id = 1397178968;";
    connection.execute_batch(older).unwrap();
    drop(connection);
    let connection = LedgerFile::open(&folder.url()).unwrap().connect().unwrap();
    let mut statement = connection.prepare("SELECT items FROM records ORDER BY seq").unwrap();
    let items: Vec<String> = statement.query_map((), |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(items, [r#"["db","web \"one\""]"#, "[]"]);
}
