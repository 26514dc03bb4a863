//! A batch, delivered in order as far as it goes.
//!
//! The two streams are independent at the service, so each has its own bodies; those are sent in the order of their first items.
//! A receipt reaches to the last item before which all are settled, whichever stream they went to.
//!
//! **Rows that are refused.** The service refuses a body, not a row. So the body is sent again in halves, the first half first,
//! until the rows at fault stand alone. Where every row was refused, the fault may be the stream's, the rule's or the table's: so
//! a row is sent that has nothing of an item but its place ([`probe`]). If that is taken, the rows are at fault, and are refused; if
//! not, the call ends there, and the feed is held instead of emptied into refusals.
//!
//! **What an error means.** The first item is settled before any other is written. So a call that is an error has written
//! nothing (or says that nobody knows), and one that has written something has a receipt, whatever came after.

use crate::chunk::{self, Row};
use crate::client::{Client, Stream};
use crate::errors::Verdict;
use crate::ticket_events::{self, Happening};
use crate::work_items::{self, WorkItem};
use serde_json::{Value, json};
use signalbox_sdk::fault::fault;
use signalbox_sdk::host::Http;
use signalbox_sdk::sink::{Delivery, Item, Receipt, Refusal};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};
use std::collections::BTreeMap;

/// Requests of one call: what is not settled by then comes again, so that a call ends well before its deadline.
pub const REQUESTS: usize = 200;

/// What became of an item.
#[derive(Clone, Debug, PartialEq)]
enum Settled {
    /// It is safely there.
    Taken,
    /// It will never be taken, in the service's words.
    Refused(String),
}

/// Why a call goes no further.
enum Stop {
    /// An error that is no row's fault.
    Failed(CallError),
    /// It has sent as much as one call may.
    Spent,
}

/// Delivers.
///
/// # Errors
/// Where nothing of it was written; the kinds are those of [`crate::errors`].
pub fn deliver<H: Http>(client: &Client<'_, H>, batch: Vec<Delivery>, now: Stamp) -> Result<Receipt, CallError> {
    let sequences: Vec<u64> = batch.iter().map(|delivery| delivery.sequence).collect();
    let bodies = bodies(client, batch, now);
    let mut run = Run { client, now, left: REQUESTS, sequences, settled: BTreeMap::new(), proven: Vec::new() };
    let stop = bodies.iter().try_for_each(|(stream, rows)| run.settle_all(*stream, rows)).err();
    run.receipt(stop)
}

/// The bodies of both streams, by their first items.
fn bodies<H>(client: &Client<'_, H>, batch: Vec<Delivery>, now: Stamp) -> Vec<(Stream, Vec<Row>)> {
    let (mut work_items, mut events) = (Vec::new(), Vec::new());
    for (place, Delivery { sequence, item }) in batch.into_iter().enumerate() {
        match item {
            Item::PlatformRecord(mut platform) => {
                if !client.settings.platform_fields {
                    platform.record.fields.clear();
                }
                let item = WorkItem { sequence, now: now.contract(), platform };
                work_items.push(Row { place, json: work_items::TABLE.row(&item) });
            }
            Item::TicketEvent(event) => {
                events.push(Row { place, json: ticket_events::TABLE.row(&Happening { sequence, event }) });
            }
        }
    }
    let of = |stream, rows| chunk::divide(rows).into_iter().map(move |rows| (stream, rows));
    let mut bodies: Vec<_> = of(Stream::WorkItems, work_items).chain(of(Stream::TicketEvents, events)).collect();
    bodies.sort_by_key(|(_, rows)| rows.first().map(|row| row.place));
    bodies
}

/// A row that no table of its columns can have a reason to refuse. It has no `RecordId` and no `TicketKey`, by which queries leave
/// it out.
#[must_use]
pub fn probe(stream: Stream, sequence: u64, now: Stamp) -> Value {
    let column = match stream {
        Stream::WorkItems => "Title_s",
        Stream::TicketEvents => "EventName",
    };
    json!({"TimeGenerated": now.whole_millisecond().contract(), "Sequence": sequence, column: "probe"})
}

/// One call as far as it went.
struct Run<'a, 'b, H> {
    client: &'a Client<'b, H>,
    now: Stamp,
    left: usize,
    sequences: Vec<u64>,
    /// By place in the batch.
    settled: BTreeMap<usize, Settled>,
    /// Streams that took something.
    proven: Vec<Stream>,
}

// === impl Run ===

impl<H: Http> Run<'_, '_, H> {
    /// Sends a body until each of its rows is settled, for reasons that hold.
    fn settle_all(&mut self, stream: Stream, rows: &[Row]) -> Result<(), Stop> {
        let end = match self.send(stream, rows) {
            // Refusals that nothing proves are none: the rows come again.
            Err(Stop::Failed(error)) => {
                if !self.proven.contains(&stream) {
                    self.unsettle(rows);
                }
                return Err(Stop::Failed(error));
            }
            end => end,
        };
        if !self.proven.contains(&stream) {
            self.prove(stream, rows)?;
        }
        end
    }

    /// Sends rows until each is settled.
    fn send(&mut self, stream: Stream, rows: &[Row]) -> Result<(), Stop> {
        self.left = self.left.checked_sub(1).ok_or(Stop::Spent)?;
        match self.client.post(stream, rows) {
            Verdict::Taken => {
                self.proven.push(stream);
                self.settle(rows, &Settled::Taken);
            }
            Verdict::Failed(error) => return Err(Stop::Failed(error)),
            Verdict::Refused(words) | Verdict::TooLarge(words) => {
                if rows.len() == 1 {
                    self.settle(rows, &Settled::Refused(words));
                } else {
                    let (first, second) = rows.split_at(rows.len() / 2);
                    self.send(stream, first)?;
                    self.send(stream, second)?;
                }
            }
        }
        Ok(())
    }

    /// Every row so far was refused: is it the rows, or would any be?
    fn prove(&mut self, stream: Stream, rows: &[Row]) -> Result<(), Stop> {
        let place = rows.first().map_or(0, |row| row.place);
        let sequence = self.sequences.get(place).copied().unwrap_or_default();
        let row = Row { place, json: probe(stream, sequence, self.now).to_string() };
        let error = match self.client.post(stream, &[row]) {
            Verdict::Taken => {
                self.proven.push(stream);
                return Ok(());
            }
            Verdict::Failed(error) => error,
            Verdict::Refused(words) | Verdict::TooLarge(words) => {
                let message =
                    format!("no row is taken, so that the rule, its stream or its table must be at fault: {words}");
                fault(CallErrorKind::Rejected, message)
            }
        };
        self.unsettle(rows);
        Err(Stop::Failed(error))
    }

    fn settle(&mut self, rows: &[Row], outcome: &Settled) {
        self.settled.extend(rows.iter().map(|row| (row.place, outcome.clone())));
    }

    fn unsettle(&mut self, rows: &[Row]) {
        for row in rows {
            self.settled.remove(&row.place);
        }
    }

    /// What is settled from the batch's beginning on.
    fn receipt(mut self, stop: Option<Stop>) -> Result<Receipt, CallError> {
        let mut receipt = Receipt { through: 0, refused: Vec::new() };
        let nothing = self.settled.is_empty();
        for (place, sequence) in self.sequences.iter().enumerate() {
            let Some(outcome) = self.settled.remove(&place) else { break };
            receipt.through = *sequence;
            if let Settled::Refused(message) = outcome {
                receipt.refused.push(Refusal { sequence: *sequence, message });
            }
        }
        match stop {
            Some(Stop::Failed(error)) if nothing => Err(error),
            _ => Ok(receipt),
        }
    }
}

#[cfg(test)]
mod tests;
