//! Reads what has changed, page by page. [`crate::cursor`] says why no ticket is lost.
//!
//! A search takes a time in the account's time zone, and has no way to name another; a zone west of Greenwich would hide what
//! changed in the last hours, without a word. So the account's zone must be UTC, and a pull proves it: a ticket that was not asked
//! for, or a newest ticket that was asked for and did not come, is an error.
//!
//! Searches leave out deleted and merged tickets: a record of one stays as it was last seen.

use crate::client::{Client, Listing, Order};
use crate::cursor::{Cursor, Place};
use crate::query::Query;
use crate::records;
use crate::row::Row;
use crate::time::Stamp;
use signalbox_sdk::adapter::Page;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::types::{CallError, CallErrorKind};

const STAMP: &str = "LastUpdated";

/// What must be done where times are read in another zone.
pub const ZONE: &str = "the account's time zone must be UTC: else a pull by time misses tickets";

/// What has changed since the cursor, or since `since` where there is none.
///
/// # Errors
/// `protocol` where tickets come that were not asked for, or some do not come that were; else what the server answers.
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
        return Err(fault(CallErrorKind::Rejected, words).with_field("list.change"));
    }
    let cursor = begin(client, kept, since)?;
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
    let cursor = match last {
        Some((at, id)) if more => cursor.after(at, id, date),
        last => cursor.finished(last.map(|(at, _)| at), date),
    };
    let records = rows.iter().map(|(_, _, row)| records::record(client.settings, kind, row)).collect();
    Ok(Page { records, cursor: cursor.keep(), more })
}

/// The place that the host kept. One that this version cannot read begins anew: telling twice is better than losing.
fn begin<H: Http + Log>(client: &Client<'_, H>, kept: Option<&str>, since: &str) -> Result<Cursor, CallError> {
    if let Some(kept) = kept {
        match Cursor::parse(kept) {
            Some(cursor) => return Ok(cursor),
            None => client.host.warn("the pull's cursor is not of this version: it begins anew", &[("cursor", kept)]),
        }
    }
    let since = Stamp::from_contract(since).map(Cursor::since);
    since.ok_or_else(|| fault(CallErrorKind::Rejected, "`since` is no RFC 3339 time").with_field("since"))
}

/// A page as large as the answer may be.
fn visible<H: Http + Log>(client: &Client<'_, H>, query: &Query, limit: u32) -> Result<Listing, CallError> {
    let mut limit = limit;
    loop {
        match client.search(query, limit, Order::OldestFirst) {
            Err(error) if error.code == "too-large" && limit > 1 => limit /= 2,
            Ok(listing) if !listing.counts => {
                let words = "Request Tracker leaves tickets out of its pages that the account may not see, and pages by them: set \
                             $UseSQLForACLChecks to 1, as it is delivered";
                return Err(fault(CallErrorKind::Rejected, words));
            }
            done => return done,
        }
    }
}

/// The tickets in their order, each after the place.
fn stamped(rows: Vec<Row>, place: &Place) -> Result<Vec<(Stamp, u64, Row)>, CallError> {
    let mut stamped = Vec::with_capacity(rows.len());
    for row in rows {
        let (at, id) = (row.stamp(STAMP), row.number());
        match (at, id) {
            (Some(at), Some(id)) if is_after(place, at, id) => stamped.push((at, id, row)),
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
    place: &Place,
) -> Result<(), CallError> {
    let is_due = |row: &Row| row.stamp(STAMP).zip(row.number()).is_some_and(|(at, id)| is_after(place, at, id));
    let newest = client.search(&Query::of_queues(queues), 1, Order::NewestFirst)?.rows;
    // It may have changed between the two answers; then it comes now.
    if newest.iter().any(is_due) && client.search(query, 1, Order::OldestFirst)?.rows.is_empty() {
        return Err(fault(CallErrorKind::Protocol, ZONE).with_field(STAMP));
    }
    Ok(())
}

fn is_after(place: &Place, at: Stamp, id: u64) -> bool {
    match place {
        Place::From(from) => at >= *from,
        Place::After(last, after) => (at, id) > (*last, *after),
    }
}

#[cfg(test)]
mod tests;
