//! Reads what has changed, page by page. [`crate::cursor`] says why no row is lost.
//!
//! A link that the platform no longer takes begins the round anew, and so does a page that is too large for one answer, with half as
//! many rows: telling twice is better than losing.

use crate::client::{Client, Listing, Paging};
use crate::cursor::{Cursor, Timed, Tracked};
use crate::records::{self, Table};
use crate::row::Row;
use signalbox_sdk::adapter::Page;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::pull;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// What has changed since the cursor, or since `since` where there is none.
///
/// # Errors
/// `unsupported` for change requests where the settings name no table of them; `protocol` where rows come that were not asked for;
/// else what the organisation answers.
pub fn pull<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    kept: Option<&str>,
    since: &str,
    limit: u32,
) -> Result<Page, CallError> {
    let table = Table::of(client.settings, kind).ok_or_else(|| {
        let words = "no table of change requests is set: stock Dataverse has none, `change.logical_name` names yours";
        fault(CallErrorKind::Unsupported, words).with_field("change.logical_name")
    })?;
    let cursor = pull::begin(client.host, kept, since, |since| Cursor::Timed(Timed::since(since.whole_second())))?;
    let since = pull::since(since)?.whole_second();
    let rows = limit.min(client.settings.page).max(1);
    match (cursor, table.change_tracking) {
        (Cursor::Tracked(Tracked { link }), true) => tracked(client, table, Some(link), since, rows),
        (Cursor::Timed(_), true) => tracked(client, table, None, since, rows),
        (Cursor::Timed(place), false) => timed(client, table, place, rows),
        (Cursor::Tracked(_), false) => timed(client, table, Timed::since(since), rows),
    }
}

// === by time ===

fn timed<H: Http + Log>(client: &Client<'_, H>, table: Table<'_>, place: Timed, rows: u32) -> Result<Page, CallError> {
    let (listing, place) = timed_page(client, table, place, rows)?;
    let stamped = stamped(table, listing.rows, |stamp| stamp >= place.from)?;
    let newest = stamped.last().map(|(stamp, _)| *stamp);
    let next = listing.next.map(|next| client.local(&next, table.entity_set)).transpose()?;
    let (place, more) = match next {
        Some(next) => (place.after(newest, next, listing.date), true),
        None => (place.finished(newest, listing.date), false),
    };
    let records = stamped.iter().map(|(_, row)| records::record(client.settings, table, row)).collect();
    Ok(Page { records, cursor: pull::keep(&Cursor::Timed(place)), more })
}

/// The page at a place, and the place that it was read from.
fn timed_page<H: Http + Log>(
    client: &Client<'_, H>,
    table: Table<'_>,
    mut place: Timed,
    most: u32,
) -> Result<(Listing, Timed), CallError> {
    loop {
        let rows = place.rows.unwrap_or(most).min(most);
        let paging = Paging { rows, tracked: false };
        let answer = match &place.next {
            Some(link) => client.follow(link, paging),
            None => first_page(client, table, place.from, paging),
        };
        place = match answer {
            Err(error) if pull::is_too_large(&error) && rows > 1 => place.restarted(Some(rows / 2)),
            Err(error) if place.next.is_some() && is_refused(&error) => {
                client
                    .host
                    .warn("the link to the next page is refused: the round begins anew", &[("why", &error.message)]);
                place.restarted(place.rows)
            }
            answer => return answer.map(|listing| (listing, place)),
        };
    }
}

fn first_page<H: Http + Log>(
    client: &Client<'_, H>,
    table: Table<'_>,
    from: Stamp,
    paging: Paging,
) -> Result<Listing, CallError> {
    let modified = &table.columns.modified;
    let own = if table.filter.is_empty() { String::new() } else { format!(" and ({})", table.filter) };
    let filter = format!("{modified} ge {from}{own}");
    let order = format!("{modified} asc,{} asc", table.primary_key);
    let select = client.settings.selected(table.columns, table.primary_key);
    let mut query = vec![("$filter", filter.as_str()), ("$orderby", order.as_str())];
    query.extend(select.as_deref().map(|columns| ("$select", columns)));
    client.page(table.entity_set, &query, paging)
}

// === by tracked changes ===

fn tracked<H: Http + Log>(
    client: &Client<'_, H>,
    table: Table<'_>,
    link: Option<String>,
    since: Stamp,
    rows: u32,
) -> Result<Page, CallError> {
    let listing = tracked_page(client, table, link.as_deref(), Paging { rows, tracked: true })?;
    // The first round tells every row there is: what is older than was asked for is left out.
    let stamped = stamped(table, listing.rows, |_| true)?;
    let young = stamped.iter().filter(|(stamp, _)| *stamp >= since);
    let mut records: Vec<_> = young.map(|(_, row)| records::record(client.settings, table, row)).collect();
    records.extend(listing.deleted.iter().map(|id| records::deleted(table.kind, id)));
    let more = listing.next.is_some();
    let link = listing.next.or(listing.delta).ok_or_else(|| {
        let words = format!("`{}` answers no delta link: is change tracking on for the table?", table.entity_set);
        fault(CallErrorKind::Rejected, words).with_field("change_tracking")
    })?;
    let place = Tracked { link: client.local(&link, table.entity_set)? };
    Ok(Page { records, cursor: pull::keep(&Cursor::Tracked(place)), more })
}

fn tracked_page<H: Http + Log>(
    client: &Client<'_, H>,
    table: Table<'_>,
    link: Option<&str>,
    paging: Paging,
) -> Result<Listing, CallError> {
    if let Some(link) = link {
        match client.follow(link, paging) {
            Err(error) if is_refused(&error) => {
                client.host.warn("the delta link is refused: all rows are read anew", &[("why", &error.message)]);
            }
            answer => return answer,
        }
    }
    let select = client.settings.selected(table.columns, table.primary_key);
    let query: Vec<_> = select.iter().map(|columns| ("$select", columns.as_str())).collect();
    client.page(table.entity_set, &query, paging)
}

// === both ===

/// Rows in the order of their stamps; each must have one that was asked for.
fn stamped(
    table: Table<'_>,
    rows: Vec<Row>,
    asked_for: impl Fn(Stamp) -> bool,
) -> Result<Vec<(Stamp, Row)>, CallError> {
    let mut stamped = Vec::with_capacity(rows.len());
    for row in rows {
        match row.stamp(&table.columns.modified).filter(|stamp| asked_for(*stamp)) {
            Some(stamp) => stamped.push((stamp, row)),
            None => {
                let words = "the organisation answered a row that was not asked for, or without its time of change";
                return Err(fault(CallErrorKind::Protocol, words).with_field(&table.columns.modified));
            }
        }
    }
    let key = |row: &Row| row.value(table.primary_key);
    stamped.sort_by(|(a, one), (b, other)| (a, key(one)).cmp(&(b, key(other))));
    Ok(stamped)
}

/// A link that the platform no longer takes, and not a platform that is down or in a hurry.
fn is_refused(error: &CallError) -> bool {
    let kinds = [CallErrorKind::Rejected, CallErrorKind::Gone, CallErrorKind::Unsupported];
    kinds.contains(&error.kind) && error.code != "denied" && !pull::is_too_large(error)
}

#[cfg(test)]
mod tests;
