//! The life of a ticket: find, read, create, amend. [`crate::incident`] says which fields mean what.
//!
//! A save is one request, which the system does whole or not at all; each note is another, and the record is read back at the end. So
//! what fails after the first of them is `outcome-unknown`: the next call has `again`, writes what does not stand yet, and answers the
//! refusal. A rule that silently takes back a state is found by the reading: that is `outcome-unknown`, and refused where it
//! happens once more.

use crate::catalog::{Catalog, Object};
use crate::client::Client;
use crate::draft::Draft;
use crate::errors::Place;
use crate::fields::Role;
use crate::journal::Journal;
use crate::row::Row;
use crate::search::Question;
use crate::settings::Operator;
use crate::time::Dates;
use crate::{incident, references};
use serde_json::json;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::percent;
use signalbox_sdk::records::RecordKind;
use signalbox_sdk::ticket::{self, DOUBLES, all_have_key, conflict, some_key};
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket, TicketState};
use signalbox_sdk::work::{Note, WorkItem};

/// Every ticket with this key, oldest first.
///
/// # Errors
/// `protocol` where a record has another key.
pub fn find<H: Http + Log>(client: &Client<'_, H>, key: &str) -> Result<Vec<Ticket>, CallError> {
    let key = some_key(key)?;
    let (settings, dates) = (client.settings, dates(client)?);
    let name = settings.object(RecordKind::Incident);
    let catalog = client.catalog(&[name])?;
    let object = catalog.object(name)?;
    let condition = (object.field(&settings.key_field)?.id.as_str(), Operator::Eq, key.to_owned());
    let mut rows = client.search(&Question::new(object, vec![condition], DOUBLES))?.rows;
    // Dates show minutes only; numbers are given in the order of making, so a shorter one is older.
    let age = |row: &Row| (dates.read(row.get(incident::field(settings, Role::CreatedAt))), row.public_id.len());
    rows.sort_by(|a, b| (age(a), &a.public_id).cmp(&(age(b), &b.public_id)));
    let tickets: Vec<_> = rows.iter().map(|row| incident::ticket(settings, &dates, row)).collect();
    all_have_key(key, &tickets)?;
    Ok(tickets)
}

/// The ticket as it is now.
///
/// # Errors
/// `gone` where people deleted it.
pub fn read<H: Http + Log>(client: &Client<'_, H>, id: &str) -> Result<Ticket, CallError> {
    let id = known(id)?;
    let object_id = client.object_id(client.settings.object(RecordKind::Incident))?;
    read_of(client, &object_id, id)
}

/// Makes a ticket, posts its notes, and reads it back.
///
/// # Errors
/// `rejected` with the field that the system or a lookup refuses.
pub fn create<H: Http + Log>(client: &Client<'_, H>, item: &WorkItem) -> Result<Ticket, CallError> {
    let settings = client.settings;
    let mut draft = incident::opening(settings, item)?;
    let (catalog, left_out) = look_up(client, &mut draft, !item.notes.is_empty())?;
    for line in left_out {
        draft.add_line(incident::field(settings, Role::Description), &line);
    }
    let object = catalog.object(settings.object(RecordKind::Incident))?;
    let rec_id = save(client, object, "", &draft, item.again)?;
    let notes: Vec<_> = item.notes.iter().collect();
    post(client, &catalog, object, &rec_id, &notes)
        .and_then(|()| read_of(client, &object.id, &rec_id))
        .map_err(Detail::after_a_write)
}

/// Changes a ticket.
///
/// # Errors
/// `conflict` where its state forbids the change; `rejected` with the field that the system or a lookup refuses.
pub fn amend<H: Http + Log>(
    client: &Client<'_, H>,
    ticket: &Ticket,
    change: Change,
    item: &WorkItem,
) -> Result<Ticket, CallError> {
    let (settings, id) = (client.settings, known(&ticket.id)?);
    if forbids(settings.closed_reopens, ticket.state, change) {
        return Err(conflict(ticket, state_field(client)));
    }
    let mut draft = incident::amendment(settings, ticket, change, item)?;
    let wanted = draft.get(state_field(client)).map(str::to_owned);
    if item.again {
        draft.leave_out_what_stands(&ticket.fields);
    }
    if draft.is_empty() && item.notes.is_empty() {
        return read(client, id);
    }
    let (catalog, left_out) = look_up(client, &mut draft, !item.notes.is_empty())?;
    for line in left_out {
        client.host.warn(&line, &[("ticket", &ticket.number)]);
    }
    let object = catalog.object(settings.object(RecordKind::Incident))?;
    let notes = match item.again && !item.notes.is_empty() {
        true => Journal::of(client, &catalog, object, id)?.missing(client, &item.notes)?,
        false => item.notes.iter().collect(),
    };
    let saves = !draft.is_empty();
    if saves && let Err(error) = save(client, object, id, &draft, item.again) {
        return Err(why_refused(client, &object.id, ticket, change, error));
    }
    // What is refused later is told once nothing is left to write before it.
    let partly = |error: CallError| if saves { error.after_a_write() } else { error };
    post(client, &catalog, object, id, &notes).map_err(partly)?;
    let now = read_of(client, &object.id, id)
        .map_err(|error| if notes.is_empty() { partly(error) } else { error.after_a_write() })?;
    state_stands(client, wanted.as_deref(), now, item.again)
}

/// The objects that a write needs, with every name in the draft turned into a record's id.
fn look_up<H: Http + Log>(
    client: &Client<'_, H>,
    draft: &mut Draft,
    with_notes: bool,
) -> Result<(Catalog, Vec<String>), CallError> {
    let settings = client.settings;
    let lookups = references::lookups(settings, draft);
    let mut names = references::objects(&lookups);
    names.push(settings.object(RecordKind::Incident));
    if with_notes {
        names.push(&settings.journal.object);
    }
    names.sort_unstable();
    names.dedup();
    let catalog = client.catalog(&names)?;
    let left_out = references::resolve(client, &catalog, &lookups, draft)?;
    Ok((catalog, left_out))
}

/// Makes a record where there is no id, changes one where there is; answers its id.
///
/// A refusal that names a record may have saved it: whether a new one is there shows at once, whether an old one was changed shows
/// when the same is asked `again`.
fn save<H: Http + Log>(
    client: &Client<'_, H>,
    object: &Object,
    id: &str,
    draft: &Draft,
    again: bool,
) -> Result<String, CallError> {
    let body = json!({
        "busObId": object.id,
        "busObPublicId": "",
        "busObRecId": id,
        "fields": draft.items(object, &client.settings.key_field)?,
        "persist": true,
    });
    let saved = client.save("savebusinessobject", &body).map_err(|error| named(object, error))?;
    if !id.is_empty() && !saved.rec_id.eq_ignore_ascii_case(id) {
        let message = format!("asked to save {id}, the system saved {}", saved.rec_id);
        return Err(fault(CallErrorKind::OutcomeUnknown, message));
    }
    let Some(doubt) = saved.doubt else { return Ok(saved.rec_id) };
    let is_refused = match id {
        "" => read_of(client, &object.id, &saved.rec_id).is_err_and(|error| error.kind == CallErrorKind::Gone),
        _ => again,
    };
    Err(named(object, if is_refused { doubt } else { doubt.after_a_write() }))
}

/// Posts notes in their order.
fn post<H: Http + Log>(
    client: &Client<'_, H>,
    catalog: &Catalog,
    object: &Object,
    id: &str,
    notes: &[&Note],
) -> Result<(), CallError> {
    if notes.is_empty() {
        return Ok(());
    }
    let journal = Journal::of(client, catalog, object, id)?;
    for (posted, note) in notes.iter().enumerate() {
        journal.post(client, note).map_err(|error| if posted == 0 { error } else { error.after_a_write() })?;
    }
    Ok(())
}

fn read_of<H: Http + Log>(client: &Client<'_, H>, object_id: &str, id: &str) -> Result<Ticket, CallError> {
    let path = format!("getbusinessobject/busobid/{}/busobrecid/{}", percent::encode(object_id), percent::encode(id));
    let answer = client.get(&path, &[], Place::Record)?;
    match Row::parse(&answer) {
        Some(row) if row.rec_id.eq_ignore_ascii_case(id) => {
            Ok(incident::ticket(client.settings, &dates(client)?, &row))
        }
        Some(row) => {
            let message = format!("asked for {id}, the system answered {}", row.rec_id);
            Err(fault(CallErrorKind::Protocol, message))
        }
        None => Err(fault(CallErrorKind::Protocol, "the system answered no record")),
    }
}

fn dates<H>(client: &Client<'_, H>) -> Result<Dates, CallError> {
    client.settings.dates().map_err(|invalid| fault(CallErrorKind::Rejected, invalid.to_string()).with_field("dates"))
}

/// With the refused field's name in the place of its id.
fn named(object: &Object, error: CallError) -> CallError {
    let name = object.name_of(&error.field).to_owned();
    error.with_field(name)
}

/// What a ticket's state forbids whatever the system would say: nothing brings back what is canceled, and what is closed only where
/// the system is set up so.
fn forbids(closed_reopens: bool, state: TicketState, change: Change) -> bool {
    match (state, change) {
        (TicketState::Closed, Change::Reopen) => !closed_reopens,
        (TicketState::Closed, Change::Resolve) => true,
        (TicketState::Canceled, Change::Resolve | Change::Reopen) => true,
        _ => false,
    }
}

fn state_field<'a, H>(client: &Client<'a, H>) -> &'a str {
    incident::field(client.settings, Role::State)
}

/// A rule forbade the change: if the ticket is no longer what the host saw, that is a conflict.
fn why_refused<H: Http + Log>(
    client: &Client<'_, H>,
    object_id: &str,
    seen: &Ticket,
    change: Change,
    refusal: CallError,
) -> CallError {
    if refusal.kind != CallErrorKind::Rejected || !refusal.field.is_empty() {
        return refusal;
    }
    let forbidden = |now: &Ticket| forbids(client.settings.closed_reopens, now.state, change);
    ticket::why_refused(refusal, seen, read_of(client, object_id, &seen.id), forbidden, state_field(client))
}

/// The record must show the state that was asked for.
fn state_stands<H>(
    client: &Client<'_, H>,
    wanted: Option<&str>,
    now: Ticket,
    again: bool,
) -> Result<Ticket, CallError> {
    // An account that may not see the state is no proof against it.
    let shows = |wanted: &str| now.platform_state.is_empty() || wanted.eq_ignore_ascii_case(&now.platform_state);
    match wanted.filter(|wanted| !shows(wanted)) {
        Some(wanted) => Err(ticket::taken_back(again, &now.platform_state, wanted, state_field(client))),
        None => Ok(now),
    }
}

/// A path that ends in no id would name every record; ids are what a path can hold, and no way out of it.
fn known(id: &str) -> Result<&str, CallError> {
    let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    Some(id)
        .filter(|id| !id.is_empty() && id.bytes().all(is_id))
        .ok_or_else(|| fault(CallErrorKind::Rejected, "the ticket has no record id"))
}

#[cfg(test)]
mod tests;
