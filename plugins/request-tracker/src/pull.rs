//! Reads what has changed, page by page. [`signalbox_sdk::pull`] says why no ticket is lost.
//!
//! A search takes a time in the account's time zone, and has no way to name another; a zone west of Greenwich would hide what
//! changed in the last hours, without a word. So the account's zone must be UTC, and a pull proves it: a ticket that was not asked
//! for, or a newest ticket that was asked for and did not come, is an error.
//!
//! Searches leave out deleted and merged tickets: a record of one stays as it was last seen.

use crate::client::{Client, Listing, Order};
use crate::query::Query;
use crate::records;
use crate::row::Row;
use signalbox_sdk::adapter::Page;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::pull;
use signalbox_sdk::pull::keyset::{Cursor, Place};
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

const STAMP: &str = "LastUpdated";

/// What must be done where times are read in another zone.
pub const ZONE: &str = "the account's time zone must be UTC: else a pull by time misses tickets";

/// What has changed since the cursor, or since `since` where there is none.
///
/// # Errors
/// `unsupported` for change requests where the settings name no queue of them; `protocol` where tickets come that were not asked for,
/// or some do not come that were; else what the server answers.
pub fn pull<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    kept: Option<&str>,
    since: &str,
    limit: u32,
) -> Result<Page, CallError> {
    let queues = records::queues(client.settings, kind);
    if queues.is_empty() {
        let words = "the settings name no queue of change requests in `list.change`";
        return Err(fault(CallErrorKind::Unsupported, words).with_field("list.change"));
    }
    let cursor = pull::begin(client.host, kept, since, |since| Cursor::since(since.whole_second()))?;
    let limit = limit.min(client.settings.list.page).max(1);
    let (query, place) = (Query::of_queues(queues), cursor.place.clone());
    let query = match place {
        Place::From(at) => query.changed_from(at),
        Place::After(at, id) => query.after(at, id),
    };
    let Listing { rows, more, date, .. } = visible(client, &query, limit)?;
    let rows = stamped(rows, &place)?;
    if rows.is_empty() {
        nothing_is_hidden(client, queues, &query, &place)?;
    }
    let last = rows.last().map(|(at, id, _)| (*at, *id));
    let cursor = cursor.advanced(last, more, date);
    let records = rows.iter().map(|(_, _, row)| records::record(client.settings, kind, row)).collect();
    Ok(Page { records, cursor: pull::keep(&cursor), more })
}

/// A page as large as the answer may be.
fn visible<H: Http + Log>(client: &Client<'_, H>, query: &Query, limit: u32) -> Result<Listing, CallError> {
    let listing = pull::in_halves(limit, |limit| client.search(query, limit, Order::OldestFirst))?;
    if !listing.counts {
        let words = "Request Tracker leaves tickets out of its pages that the account may not see, and pages by them: set \
                     $UseSQLForACLChecks to 1, as it is delivered";
        return Err(fault(CallErrorKind::Rejected, words));
    }
    Ok(listing)
}

/// The tickets in their order, each after the place.
fn stamped(rows: Vec<Row>, place: &Place<u64>) -> Result<Vec<(Stamp, u64, Row)>, CallError> {
    let mut stamped = Vec::with_capacity(rows.len());
    for row in rows {
        let (at, id) = (row.stamp(STAMP), row.number());
        match (at, id) {
            (Some(at), Some(id)) if place.is_before(at, &id) => stamped.push((at, id, row)),
            _ => {
                let words = format!("Request Tracker answered #{} that was not asked for; {ZONE}", row.id());
                return Err(fault(CallErrorKind::Protocol, words).with_field(STAMP));
            }
        }
    }
    stamped.sort_by_key(|(at, id, _)| (*at, *id));
    Ok(stamped)
}

/// An empty page is only believed where no ticket is newer than the place.
fn nothing_is_hidden<H: Http + Log>(
    client: &Client<'_, H>,
    queues: &[String],
    query: &Query,
    place: &Place<u64>,
) -> Result<(), CallError> {
    let is_due = |row: &Row| row.stamp(STAMP).zip(row.number()).is_some_and(|(at, id)| place.is_before(at, &id));
    let newest = client.search(&Query::of_queues(queues), 1, Order::NewestFirst)?.rows;
    // It may have changed between the two answers; then it comes now.
    if newest.iter().any(is_due) && client.search(query, 1, Order::OldestFirst)?.rows.is_empty() {
        return Err(fault(CallErrorKind::Protocol, ZONE).with_field(STAMP));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
