//! What happened to tickets, for people.

use super::column::json;
use super::fault::Fault;
use crate::ledger::Entry;
use crate::ledger::rules::TicketSeq;
use serde::Serialize;

#[derive(Serialize)]
struct Row<'a> {
    ticket: TicketSeq,
    at: i64,
    event: &'a str,
    text: &'a str,
}

/// Entries, as the statements that append them take them, in order.
pub(super) fn rows(entries: &[(TicketSeq, Entry)]) -> Result<String, Fault> {
    let rows = entries.iter().map(|(ticket, entry)| Row {
        ticket: *ticket,
        at: entry.at.nanos(),
        event: &entry.event,
        text: &entry.text,
    });
    json(&rows.collect::<Vec<_>>())
}
