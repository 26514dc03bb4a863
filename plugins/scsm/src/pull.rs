//! Reads what has changed, stretch by stretch. [`crate::cursor`] says why nothing is lost.

use crate::client::{Client, Listing};
use crate::cursor::Cursor;
use crate::projection::Projection;
use crate::query::{Left, Operator, Query};
use crate::records;
use crate::settings::Times;
use crate::time;
use signalbox_sdk::adapter::Page;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::pull;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

const STAMP: &str = "LastModified";
/// Stretches that one call looks through: each is twice as long as the one before while nothing comes.
const STRETCHES: u32 = 16;

/// An object with its place in the order.
struct Placed {
    at: Stamp,
    id: String,
    object: Projection,
}

/// What has changed since the cursor, or since `since` where there is none.
///
/// # Errors
/// `protocol` where objects come that were not asked for; else what the portal answers.
pub fn pull<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    kept: Option<&str>,
    since: &str,
    limit: u32,
) -> Result<Page, CallError> {
    let limit = limit.min(client.settings.list.page).max(1);
    let start = |since: Stamp| Cursor::since(since.whole_millisecond(), client.settings.list.stretch);
    let mut cursor = pull::begin(client.host, kept, since, start)?;
    for _ in 0..STRETCHES {
        let (objects, next, more) = stretch(client, kind, cursor, limit)?;
        if !objects.is_empty() || !more {
            let record = |placed: &Placed| records::record(client.settings, kind, &placed.object);
            return Ok(Page { records: objects.iter().map(record).collect(), cursor: pull::keep(&next), more });
        }
        cursor = next;
    }
    Ok(Page { records: Vec::new(), cursor: pull::keep(&cursor), more: true })
}

/// A page of one stretch, where to go on, and whether there is more.
fn stretch<H: Http + Log>(
    client: &Client<'_, H>,
    kind: RecordKind,
    mut cursor: Cursor,
    limit: u32,
) -> Result<(Vec<Placed>, Cursor, bool), CallError> {
    let mut end = cursor.end_before(client.now);
    let Listing { objects, clock } = loop {
        match client.query(records::projection(client.settings, kind), query(client, &cursor, end)) {
            Err(error) if pull::is_too_large(&error) => {
                cursor = cursor.shorter(end, client.now).ok_or(error)?;
                end = Some(cursor.end());
            }
            answer => break answer?,
        }
    };
    let clock = clock.unwrap_or(client.now);
    let mut objects = placed(objects, cursor.at, end)?;
    objects.retain(|placed| cursor.is_ahead(placed.at, &placed.id));
    objects.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    let count = u32::try_from(objects.len()).unwrap_or(u32::MAX);
    objects.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(match (objects.last(), end) {
        (Some(last), _) if count > limit => {
            let next = cursor.within(last.at, last.id.clone(), clock);
            (objects, next, true)
        }
        (_, Some(end)) => (objects, cursor.past(end, count, limit, clock), true),
        (_, None) => (objects, cursor.finished(clock), false),
    })
}

fn query<H>(client: &Client<'_, H>, cursor: &Cursor, end: Option<Stamp>) -> Query {
    let spelled = |stamp: Stamp| match client.settings.list.times {
        Times::Marked => time::spelled(stamp),
        Times::Bare => time::bare(stamp),
    };
    let query = Query::new().and(Left::Generic(STAMP), Operator::GreaterEqual, &spelled(cursor.at));
    match end {
        Some(end) => query.and(Left::Generic(STAMP), Operator::Less, &spelled(end)),
        None => query,
    }
}

fn placed(objects: Vec<Projection>, at: Stamp, end: Option<Stamp>) -> Result<Vec<Placed>, CallError> {
    let mut placed = Vec::with_capacity(objects.len());
    for object in objects {
        let id = object.id().map(|id| id.to_string());
        match object.stamp(STAMP).zip(id) {
            Some((stamp, id)) if stamp >= at && end.is_none_or(|end| stamp < end) => {
                placed.push(Placed { at: stamp, id, object });
            }
            _ => {
                let words = "the portal answered an object that was not asked for: it dropped a condition, or reads times in \
                    another zone: see the setting `list.times`";
                return Err(fault(CallErrorKind::Protocol, words).with_field(STAMP));
            }
        }
    }
    Ok(placed)
}

#[cfg(test)]
mod tests;
