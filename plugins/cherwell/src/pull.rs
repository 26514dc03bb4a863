//! Reads what has changed, page by page. [`crate::cursor`] says why no record is lost.
//!
//! Conditions on different fields must all hold, so "changed since" and "id after" are one question, and only the first page of its
//! answer is ever asked for. An answer is believed where every record has changed since, and ids rise from the place on: a system
//! that reads dates otherwise, or sorts the other way, is found out and not followed.

use crate::catalog::Object;
use crate::client::Client;
use crate::cursor::Cursor;
use crate::fields::Role;
use crate::records;
use crate::row::Row;
use crate::search::{Listing, Question};
use crate::settings::Operator;
use crate::time::Dates;
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
/// `protocol` where records come that were not asked for; else what the system answers.
pub fn pull<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    kept: Option<&str>,
    since: &str,
    limit: u32,
) -> Result<Page, CallError> {
    let settings = client.settings;
    let dates = settings.dates().map_err(|invalid| fault(CallErrorKind::Rejected, invalid.to_string()))?;
    let cursor = pull::begin(client.host, kept, since, Cursor::since)?;
    let name = settings.object(kind);
    let catalog = client.catalog(&[name])?;
    let scan = Scan {
        object: catalog.object(name)?,
        dates: &dates,
        kind,
        asked_since: dates.write_at_most(minute_before(cursor.since)),
    };
    let limit = limit.min(settings.list.page).max(1);
    let mut listing = scan.ask(client, &cursor, limit)?;
    scan.check(client, &cursor, &listing)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = listing.more || listing.rows.len() > most;
    listing.rows.truncate(most);

    let time = |row: &Row| dates.read(row.get(settings.field(kind, Role::UpdatedAt)));
    let newest = listing.rows.iter().filter_map(time).max();
    let cursor = cursor.begun(listing.date, newest);
    let cursor = match listing.rows.last().filter(|_| more) {
        Some(last) => cursor.after(&last.rec_id),
        None => cursor.finished(),
    };
    listing.rows.sort_by_key(time);
    let records = listing.rows.iter().map(|row| records::record(settings, &dates, kind, row)).collect();
    Ok(Page { records, cursor: pull::keep(&cursor), more })
}

/// Only "later than" can be asked for: the minute itself is later than the one before.
fn minute_before(time: Stamp) -> Stamp {
    time.minus_seconds(60)
}

/// One walk through what has changed.
struct Scan<'a> {
    object: &'a Object,
    dates: &'a Dates,
    kind: RecordKind,
    asked_since: String,
}

// === impl Scan ===

impl Scan<'_> {
    /// The records after the cursor's place; fewer than asked for where they are too large.
    fn ask<H: Http + Log>(&self, client: &Client<'_, H>, cursor: &Cursor, limit: u32) -> Result<Listing, CallError> {
        let settings = client.settings;
        let rec_id = self.object.rec_id_field()?;
        let updated_at = self.object.field(settings.field(self.kind, Role::UpdatedAt))?;
        let mut conditions = vec![(updated_at.id.as_str(), Operator::Gt, self.asked_since.clone())];
        if !cursor.after.is_empty() {
            conditions.push((rec_id, Operator::Gt, cursor.after.clone()));
        }
        let own = match self.kind {
            RecordKind::Incident => &settings.list.incident,
            RecordKind::Change => &settings.list.change,
        };
        for condition in own {
            conditions.push((&self.object.field(&condition.field)?.id, condition.operator, condition.value.clone()));
        }
        // Two records show which way they are sorted, one does not.
        pull::in_halves(limit.max(2), |size| {
            client.search(&Question::new(self.object, conditions.clone(), size).ordered_by(rec_id))
        })
    }

    /// Every record was asked for, and they stand in the order of their ids.
    fn check<H: Http + Log>(
        &self,
        client: &Client<'_, H>,
        cursor: &Cursor,
        listing: &Listing,
    ) -> Result<(), CallError> {
        let name = client.settings.field(self.kind, Role::UpdatedAt);
        let mut last = cursor.after.to_ascii_lowercase();
        for row in &listing.rows {
            let updated_at = row.get(name);
            if !self.dates.is_at_or_after(updated_at, &self.asked_since) {
                let words = format!(
                    "asked for what changed after {}, the system answered a record of {updated_at:?}: `dates.format`, \
                     `dates.time_zone` or `locale` is not the system's",
                    self.asked_since
                );
                return Err(fault(CallErrorKind::Protocol, words).with_field(name));
            }
            let id = row.rec_id.to_ascii_lowercase();
            if id <= last {
                let words =
                    "the system answers records in another order than that of their ids: is `search.ascending` right?";
                return Err(fault(CallErrorKind::Protocol, words).with_field("RecID"));
            }
            last = id;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
