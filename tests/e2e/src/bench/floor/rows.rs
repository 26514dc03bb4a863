//! Two rows a body, committed in groups: what waits while one group is synced is the next.

use super::guest::Alert;
use bytes::Bytes;
use rusqlite::Connection;
use std::path::Path;
use tokio::sync::{mpsc, oneshot};

/// The most bodies of one transaction.
const GROUP: usize = 256;

const TABLES: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
    CREATE TABLE alerts (
        id INTEGER PRIMARY KEY, body INTEGER NOT NULL, alert TEXT NOT NULL, key TEXT NOT NULL, title TEXT NOT NULL,
        observed_at TEXT NOT NULL
    ) STRICT;";

struct Asked {
    body: Bytes,
    alerts: Vec<Alert>,
    kept: oneshot::Sender<()>,
}

/// The way to the thread that writes.
#[derive(Clone)]
pub struct Rows(mpsc::Sender<Asked>);

// === impl Rows ===

impl Rows {
    /// A new file.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let mut connection = Connection::open(path)?;
        connection.execute_batch(TABLES)?;
        let (asked, mut waiting) = mpsc::channel(GROUP);
        std::thread::spawn(move || {
            let mut group = Vec::with_capacity(GROUP);
            while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
                // Who is dropped unanswered is told that nothing was kept.
                let written = write(&mut connection, &group).is_ok();
                for asked in group.drain(..).filter(|_| written) {
                    let _gone = asked.kept.send(());
                }
            }
        });
        Ok(Self(asked))
    }

    /// Whether both rows are on the disk.
    pub async fn keep(&self, body: Bytes, alerts: Vec<Alert>) -> bool {
        let (kept, answered) = oneshot::channel();
        self.0.send(Asked { body, alerts, kept }).await.is_ok() && answered.await.is_ok()
    }
}

fn write(connection: &mut Connection, group: &[Asked]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for Asked { body, alerts, .. } in group {
        transaction.prepare_cached("INSERT INTO bodies (body) VALUES (?)")?.execute([&**body])?;
        let id = transaction.last_insert_rowid();
        for alert in alerts {
            transaction
                .prepare_cached("INSERT INTO alerts (body, alert, key, title, observed_at) VALUES (?, ?, ?, ?, ?)")?
                .execute((id, &alert.id, &alert.correlation_key, &alert.title, &alert.observed_at))?;
        }
    }
    transaction.commit()
}
