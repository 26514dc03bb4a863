//! A batch, delivered in order as far as it goes.
//!
//! The two streams are independent at the service, so each has its own bodies; those are sent in the order of their first items.
//! A receipt reaches to the last item before which all are settled, whichever stream they went to.
//!
//! **Rows that are refused.** The service refuses a body, not a row. So the body is sent again in halves, the first half first,
//! until the rows at fault stand alone. A refusal is believed only if another row was taken in the same call: else the fault may
//! be the stream's, the rule's or the table's, and the call is an error that holds the feed instead of emptying it into refusals.
//!
//! **What an error means.** The first item is settled before any other is written. So a call that is an error has written
//! nothing (or says that nobody knows), and one that has written something has a receipt, whatever came after.

use crate::chunk::{self, Row};
use crate::client::{Client, Stream};
use crate::errors::Verdict;
use crate::ticket_events::{self, Happening};
use crate::work_items::{self, WorkItem};
use signalbox_sdk::fault::fault;
use signalbox_sdk::host::Http;
use signalbox_sdk::sink::{Delivery, Item, Receipt, Refusal};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

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
    let mut run = Run { client, left: REQUESTS, settled: vec![None; batch.len()] };
    let mut bodies = bodies(client, batch, now).into_iter();
    let stop = bodies.try_for_each(|(stream, rows)| run.send(stream, &rows)).err();
    run.receipt(&sequences, stop)
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

/// One call as far as it went.
struct Run<'a, 'b, H> {
    client: &'a Client<'b, H>,
    left: usize,
    settled: Vec<Option<Settled>>,
}

// === impl Run ===

impl<H: Http> Run<'_, '_, H> {
    /// Sends rows until each is settled.
    fn send(&mut self, stream: Stream, rows: &[Row]) -> Result<(), Stop> {
        self.left = self.left.checked_sub(1).ok_or(Stop::Spent)?;
        match self.client.post(stream, rows) {
            Verdict::Taken => self.settle(rows, &Settled::Taken),
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

    fn settle(&mut self, rows: &[Row], outcome: &Settled) {
        for row in rows {
            if let Some(place) = self.settled.get_mut(row.place) {
                *place = Some(outcome.clone());
            }
        }
    }

    /// What is settled from the batch's beginning on.
    fn receipt(self, sequences: &[u64], stop: Option<Stop>) -> Result<Receipt, CallError> {
        let was_taken = self.settled.contains(&Some(Settled::Taken));
        let mut receipt = Receipt { through: 0, refused: Vec::new() };
        let settled = sequences.iter().zip(self.settled).map_while(|(sequence, outcome)| Some((*sequence, outcome?)));
        for (sequence, outcome) in settled {
            receipt.through = sequence;
            if let Settled::Refused(message) = outcome {
                receipt.refused.push(Refusal { sequence, message });
            }
        }
        if was_taken || sequences.is_empty() {
            return Ok(receipt);
        }
        Err(match stop {
            Some(Stop::Failed(error)) => error,
            Some(Stop::Spent) | None => all_refused(&receipt.refused),
        })
    }
}

/// Nothing was taken: nothing says that a row is at fault.
fn all_refused(refused: &[Refusal]) -> CallError {
    let words = refused.first().map_or("", |refusal| refusal.message.as_str());
    let rows = if refused.len() == 1 {
        "the row that was sent was".into()
    } else {
        format!("all {} rows that were sent alone were", refused.len())
    };
    let message = format!(
        "{rows} refused, and none was taken, so that the rule, its streams or its tables may be at fault: {words}"
    );
    fault(CallErrorKind::Rejected, message)
}

#[cfg(test)]
mod tests;
