//! Reads what has changed, page by page. [`signalbox_sdk::pull`] says why no row is lost.
//!
//! Queries bind only what every instance knows: `^OR` binds narrower than `^`, and a second query (`^NQ`) would drop the order. So
//! the rest of a second is one question (`sys_updated_on=…^sys_id>…`) and what comes after it another.
//!
//! A limit counts rows that the account may not see: a short page is the last one only where the instance names no next. A page
//! without a single visible row is asked for again with a larger limit, since there is no row to go on from.

use crate::client::{Client, Columns, Listing, Question};
use crate::query::Query;
use crate::records;
use crate::row::Row;
use crate::time;
use signalbox_sdk::adapter::Page;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::pull;
use signalbox_sdk::pull::keyset::{Cursor, Place};
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

const STAMP: &str = "sys_updated_on";
/// The most that an instance answers by itself.
const MOST_ROWS: u32 = 10_000;

/// Rows of one question, and whether the instance has more.
struct Part {
    rows: Vec<(Stamp, Row)>,
    more: bool,
    clock: Option<Stamp>,
}

/// What has changed since the cursor, or since `since` where there is none.
///
/// # Errors
/// `protocol` where rows come that were not asked for; else what the instance answers.
pub fn pull<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    kept: Option<&str>,
    since: &str,
    limit: u32,
) -> Result<Page, CallError> {
    let cursor = pull::begin(client.host, kept, since, |since| Cursor::since(since.whole_second()))?;
    let limit = limit.min(client.settings.list.page).max(1);
    let (rows, cursor, more) = match &cursor.place {
        Place::From(at) => {
            let query = Query::new().from(STAMP, &time::spelled(*at));
            let part = ask(client, kind, &ordered(client, kind, query), limit, |stamp, _| stamp >= *at)?;
            advance(cursor, part)
        }
        Place::After(at, id) => {
            let query = Query::new().is(STAMP, &time::spelled(*at)).above("sys_id", id);
            let part = ask(client, kind, &ordered(client, kind, query), limit, |stamp, row| {
                stamp == *at && row.value("sys_id") > id.as_str()
            })?;
            let count = u32::try_from(part.rows.len()).unwrap_or(limit);
            match limit.checked_sub(count).filter(|room| *room > 0 && !part.more) {
                Some(room) => {
                    let query = Query::new().above(STAMP, &time::spelled(*at));
                    let rest = ask(client, kind, &ordered(client, kind, query), room, |stamp, _| stamp > *at)?;
                    // The earlier clock: a row may have appeared between the two.
                    let rows = part.rows.into_iter().chain(rest.rows).collect();
                    advance(cursor, Part { rows, more: rest.more, clock: part.clock })
                }
                None => advance(cursor, Part { more: true, ..part }),
            }
        }
    };
    let records = rows.iter().map(|(_, row)| records::record(client.settings, kind, row)).collect();
    Ok(Page { records, cursor: pull::keep(&cursor), more })
}

fn ordered<H>(client: &Client<'_, H>, kind: RecordKind, query: Query) -> Query {
    let own = match kind {
        RecordKind::Incident => &client.settings.list.incident,
        RecordKind::Change => &client.settings.list.change,
    };
    query.and(own).ordered_by(STAMP).ordered_by("sys_id")
}

fn ask<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    query: &Query,
    limit: u32,
    asked_for: impl Fn(Stamp, &Row) -> bool,
) -> Result<Part, CallError> {
    let Listing { rows, more, date } = visible(client, kind, query, limit)?;
    let mut stamped = Vec::with_capacity(rows.len());
    for row in rows {
        match time::read(row.value(STAMP)) {
            Some(stamp) if asked_for(stamp, &row) => stamped.push((stamp, row)),
            _ => {
                let words = "the instance answered a row that was not asked for: it dropped a part of the query, or reads times in \
                    the account's time zone, which must be GMT";
                return Err(fault(CallErrorKind::Protocol, words).with_field(STAMP));
            }
        }
    }
    stamped.sort_by(|(a, one), (b, other)| (a, one.value("sys_id")).cmp(&(b, other.value("sys_id"))));
    Ok(Part { rows: stamped, more, clock: date })
}

/// At least one row, if the instance has any that this account may see; fewer than asked for where they are too large.
fn visible<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    query: &Query,
    limit: u32,
) -> Result<Listing, CallError> {
    let table = records::table(client.settings, kind);
    let mut limit = limit;
    loop {
        let answer = client.list(&Question { table, query: query.clone(), columns: Columns::AsSet, limit });
        limit = match answer {
            Ok(listing) if listing.rows.is_empty() && listing.more && limit < MOST_ROWS => {
                limit.saturating_mul(8).min(MOST_ROWS)
            }
            Ok(listing) if listing.rows.is_empty() && listing.more => {
                let words = format!("the next {MOST_ROWS} rows of `{table}` are all hidden from this account");
                return Err(fault(CallErrorKind::Rejected, words).with_code(crate::errors::ACL));
            }
            Err(error) if pull::is_too_large(&error) && limit > 1 => limit / 2,
            done => return done,
        };
    }
}

fn advance(cursor: Cursor<String>, part: Part) -> (Vec<(Stamp, Row)>, Cursor<String>, bool) {
    let last = part.rows.last().map(|(stamp, row)| (*stamp, row.value("sys_id").to_owned()));
    (part.rows, cursor.advanced(last, part.more, part.clock), part.more)
}

#[cfg(test)]
mod tests;
