//! What happened to tickets, for people.

use super::column::json;
use super::fault::Fault;
use crate::ledger::Entry;
use crate::ledger::rules::TicketSeq;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

/// Appends entries to their tickets' timelines, in order.
pub(super) async fn append(connection: &mut SqliteConnection, entries: &[(TicketSeq, Entry)]) -> Result<(), Fault> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows: Vec<Value> = entries
        .iter()
        .map(|(ticket, entry)| {
            json!({"ticket": ticket, "at": entry.at.nanos(), "event": entry.event, "text": entry.text})
        })
        .collect();
    sqlx::query(
        "INSERT INTO timeline (ticket, at, event, text)
         SELECT r.value ->> 'ticket', r.value ->> 'at', r.value ->> 'event', r.value ->> 'text'
         FROM json_each(?1) r ORDER BY r.key",
    )
    .bind(json(&rows)?)
    .execute(connection)
    .await?;
    Ok(())
}
