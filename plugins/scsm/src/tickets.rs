//! The life of a ticket: find, read, create, amend. [`crate::incident`] says which property means what.
//!
//! Service Manager has no partial update: an object is read, changed, and committed together with what was read, so that a change
//! that people made meanwhile is refused and not overwritten. A commit is done whole or not at all, and answers only an identity:
//! what came of it is read back. A read that fails after a commit is `outcome-unknown`. A status that a workflow took back is found
//! by that read: the rest of the change stands, which is `outcome-unknown`; when the next call finds it taken back once more, it
//! is refused.

use crate::client::Client;
use crate::element::Guid;
use crate::projection::Projection;
use crate::query::{Left, Operator, Query};
use crate::{errors, incident, journal, references};
use signalbox_sdk::adapter::Change;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::ticket::{self, all_have_key, conflict, some_key};
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket, TicketState};
use signalbox_sdk::work::WorkItem;

/// The property of a status.
const STATUS: &str = "Status";

/// Every incident with this key, oldest first.
///
/// # Errors
/// `protocol` where an object has another key: the portal dropped the condition.
pub fn find<H: Http + Log>(client: &Client<'_, H>, key: &str) -> Result<Vec<Ticket>, CallError> {
    let (key, settings) = (some_key(key)?, client.settings);
    let query = Query::new().and(Left::Property(&settings.key), Operator::Equal, key);
    let found = client.query(&settings.projections.incident, query)?.objects;
    let tickets: Vec<_> = found.iter().map(|object| incident::ticket(settings, object)).collect();
    all_have_key(key, &tickets)?;
    let mut tickets: Vec<_> = found.iter().map(stored_at).zip(tickets).collect();
    tickets.sort_by(|(one, a), (other, b)| (one, number(a), &a.number).cmp(&(other, number(b), &b.number)));
    Ok(tickets.into_iter().map(|(_, ticket)| ticket).collect())
}

/// The ticket as it is now.
///
/// # Errors
/// `gone` where people deleted it.
pub fn read<H: Http + Log>(client: &Client<'_, H>, id: &str) -> Result<Ticket, CallError> {
    Ok(incident::ticket(client.settings, &object(client, known(id)?)?))
}

/// Makes a ticket: template, commit, and reading it back; before that, one request for each name.
///
/// # Errors
/// `rejected` with the property that a lookup or Service Manager refuses.
pub fn create<H: Http + Log>(client: &Client<'_, H>, item: &WorkItem) -> Result<Ticket, CallError> {
    let settings = client.settings;
    let draft = incident::opening(settings, item)?;
    let created_by = references::user(client, &settings.created_by)?;
    let template = client.from_template(created_by)?;
    let mut object = template.clone();
    let left_out = references::write(client, &draft, &mut object)?;
    object.set("DisplayName", incident::display_name(&object).into());
    if let Some(old) = &item.follows {
        journal::comment(settings, &mut object, client.now, &ticket::follows(old));
    }
    item.notes.iter().for_each(|note| journal::post(settings, &mut object, note, client.now));
    left_out.iter().for_each(|line| journal::comment(settings, &mut object, client.now, line));
    let id = client.commit(&object, &template)?;
    Ok(incident::ticket(settings, &read_back(client, id)?))
}

/// Changes a ticket: it is read, committed where something changes, and read back.
///
/// # Errors
/// `conflict` where its state forbids the change, or people were quicker; `rejected` with the property that a lookup or Service
/// Manager refuses.
pub fn amend<H: Http + Log>(
    client: &Client<'_, H>,
    ticket: &Ticket,
    change: Change,
    item: &WorkItem,
) -> Result<Ticket, CallError> {
    let settings = client.settings;
    let id = known(&ticket.id)?;
    let original = object(client, id)?;
    let seen = incident::ticket(settings, &original);
    if forbids(seen.state, change) {
        return Err(conflict(&seen, STATUS));
    }
    let draft = incident::amendment(settings, seen.state, change, item, client.now)?;
    let mut current = original.clone();
    for line in references::write(client, &draft, &mut current)? {
        client.host.warn(&line, &[("ticket", &ticket.number)]);
    }
    if current.text("Title") != original.text("Title") {
        current.set("DisplayName", incident::display_name(&current).into());
    }
    let reopens = current.entry(STATUS) != original.entry(STATUS) && change == Change::Reopen;
    if reopens && item.notes.is_empty() {
        journal::comment(settings, &mut current, client.now, &settings.reopen_comment);
    }
    let notes = if item.again { journal::missing(&original, &item.notes) } else { item.notes.iter().collect() };
    notes.iter().for_each(|note| journal::post(settings, &mut current, note, client.now));
    if current == original {
        return Ok(seen);
    }
    let stored = match client.commit(&current, &original) {
        Ok(_) => read_back(client, id)?,
        Err(error) => return Err(why_refused(client, id, &original, change, error)),
    };
    status_stands(&current, &stored, item.again)?;
    Ok(incident::ticket(settings, &stored))
}

/// What a ticket's state forbids whatever the API would say: nothing brings back what is closed.
fn forbids(state: TicketState, change: Change) -> bool {
    let ended = matches!(state, TicketState::Closed | TicketState::Canceled);
    ended && matches!(change, Change::Resolve | Change::Reopen)
}

/// Service Manager refused the commit, in words of the server's language: if the object is no longer what was read, that is why.
fn why_refused<H: Http + Log>(
    client: &Client<'_, H>,
    id: Guid,
    original: &Projection,
    change: Change,
    refusal: CallError,
) -> CallError {
    if refusal.code != errors::REFUSED || refusal.kind != CallErrorKind::Rejected {
        return refusal;
    }
    match object(client, id) {
        Ok(now) if now.text("LastModified") == original.text("LastModified") => refusal,
        Ok(now) => {
            let ticket = incident::ticket(client.settings, &now);
            let why = fault(CallErrorKind::Conflict, refusal.message).with_code(refusal.code);
            if forbids(ticket.state, change) { conflict(&ticket, STATUS) } else { why }
        }
        Err(error) if error.kind == CallErrorKind::Gone => error,
        Err(_) => refusal,
    }
}

/// What was read back must show the status that was asked for.
fn status_stands(wanted: &Projection, stored: &Projection, again: bool) -> Result<(), CallError> {
    if wanted.entry(STATUS) == stored.entry(STATUS) {
        return Ok(());
    }
    Err(ticket::taken_back(again, &stored.name(STATUS), &wanted.name(STATUS), STATUS))
}

/// The object of this identity.
fn object<H: Http + Log>(client: &Client<'_, H>, id: Guid) -> Result<Projection, CallError> {
    let query = Query::new().and(Left::Generic("Id"), Operator::Equal, &id.to_string());
    let objects = client.query(&client.settings.projections.incident, query)?.objects;
    match objects.as_slice() {
        [] => {
            Err(fault(CallErrorKind::Gone, "there is no incident of this identity, or none that this account may see"))
        }
        [object] if object.id() == Some(id) => Ok(object.clone()),
        _ => Err(fault(CallErrorKind::Protocol, format!("asked for incident {id}, the portal answered others"))),
    }
}

/// The object after a commit: what cannot be seen of it is unknown.
fn read_back<H: Http + Log>(client: &Client<'_, H>, id: Guid) -> Result<Projection, CallError> {
    object(client, id).map_err(|error| error.while_it("read back what it had committed").after_a_write())
}

fn known(id: &str) -> Result<Guid, CallError> {
    Guid::parse(id).ok_or_else(|| fault(CallErrorKind::Rejected, format!("`{id}` is no GUID of a ticket")))
}

/// When it was stored: what its creator says may be any time.
fn stored_at(object: &Projection) -> Option<Stamp> {
    object.stamp("TimeAdded").or_else(|| object.stamp("CreatedDate"))
}

/// The number in `IR77`.
fn number(ticket: &Ticket) -> u64 {
    ticket.number.trim_start_matches(|character: char| !character.is_ascii_digit()).parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
