//! No commit and no claim reads a whole table, whatever its length.

use super::Folder;
use crate::ledger::sqlite::file::LedgerFile;
use sqlx::{AssertSqlSafe, Row as _};

const TABLES: [&str; 7] = ["bodies", "alerts", "tickets", "members", "links", "timeline", "attempts"];

/// The statements of a file, without its comments.
fn statements(file: &str) -> Vec<String> {
    let lines: Vec<_> = file.lines().filter(|line| !line.starts_with("--")).collect();
    lines.join("\n").split(';').map(|each| each.trim().to_owned()).filter(|each| !each.is_empty()).collect()
}

#[tokio::test]
async fn writes_find_their_rows_by_index() {
    let files = [
        include_str!("../accept/look_up.sql"),
        include_str!("../accept/write.sql"),
        include_str!("../accept/trim.sql"),
        include_str!("../claim.sql"),
        include_str!("../save.sql"),
    ];
    let folder = Folder::new();
    let mut connection = LedgerFile::open(&folder.url()).await.unwrap().connect().await.unwrap();
    // Plans would list what is only done after a reference was found to be broken.
    sqlx::raw_sql("PRAGMA foreign_keys = OFF").execute(&mut connection).await.unwrap();
    for statement in files.into_iter().flat_map(statements) {
        let plan = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
        let steps = plan.fetch_all(&mut connection).await.unwrap();
        assert!(!steps.is_empty(), "{statement}");
        for step in steps {
            let step: String = step.get("detail");
            // A letter is a table's alias in these files, and `q` and `r` are what was bound.
            let words: Vec<_> = step.split(' ').collect();
            let scans = words[0] == "SCAN"
                && (TABLES.contains(&words[1]) || (words[1].len() == 1 && !step.contains("VIRTUAL TABLE")));
            let bounded = step.contains("bodies_kept_for_people") || statement.contains("'quarantined'");
            assert!(!scans || bounded, "{step} in {statement}");
        }
    }
}
