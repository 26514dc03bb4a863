//! The life of a ticket: find, read, create, amend. [`crate::incident`] says which columns mean what.
//!
//! A create or amend is one request that the platform does whole or not at all: one row's write where that is all, else a change set
//! of [`crate::batch`]. So a refusal has written nothing. What an amend changes is bound to the version that the host saw
//! (`If-Match`), where the settings say so: a ticket that has changed meanwhile is a conflict, and the host looks again. The outcome
//! is read back; a plugin of the organisation that silently takes back a state is found by that.

use crate::batch::Write;
use crate::client::{Client, Question};
use crate::draft::Draft;
use crate::row::Row;
use crate::settings::{Concurrency, ResolveBy};
use crate::{errors, incident, journal, odata, references};
use serde_json::json;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::note;
use signalbox_sdk::ticket::{self, DOUBLES, all_have_key, conflict, is_over, some_key};
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket, TicketState};
use signalbox_sdk::work::{Note, WorkItem};

/// What the gateway calls the columns of a state.
const STATE: &str = "state";
/// What the subject of a resolution holds.
const SUBJECT_LENGTH: usize = 200;
/// What the description of a resolution holds.
const RESOLUTION_LENGTH: usize = 2_000;

/// Every ticket with this key, oldest first.
///
/// # Errors
/// `protocol` where a row has another key.
pub fn find<H: Http + Log>(client: &Client<'_, H>, key: &str) -> Result<Vec<Ticket>, CallError> {
    let key = some_key(key)?;
    let (table, columns) = (&client.settings.incident, &client.settings.incident.columns);
    let rows = if table.alternate_key {
        match client.row(&odata::row_by(&table.entity_set, &columns.key, key)) {
            Ok(row) => vec![row],
            Err(error) if error.kind == CallErrorKind::Gone => Vec::new(),
            Err(error) => return Err(error.while_it("asked for the ticket by its alternate key")),
        }
    } else {
        let select = client.select().map(|columns| ("$select", columns));
        let which = [
            ("$filter", odata::is(&columns.key, key)),
            ("$orderby", format!("{} asc,{} asc", columns.created, table.primary_key)),
        ];
        let query = which.into_iter().chain(select).collect();
        client.list(&Question { entity_set: &table.entity_set, query, page: Some(DOUBLES) })?.rows
    };
    let mut tickets: Vec<_> = rows.iter().map(|row| incident::ticket(client.settings, row)).collect();
    all_have_key(key, &tickets)?;
    tickets.sort_by(|a, b| (&a.created_at, &a.number).cmp(&(&b.created_at, &b.number)));
    Ok(tickets)
}

/// The ticket as it is now; the one that it was merged into, where people merged it.
///
/// # Errors
/// `gone` where people deleted it.
pub fn read<H: Http + Log>(client: &Client<'_, H>, id: &str) -> Result<Ticket, CallError> {
    let row = row(client, known(id)?)?;
    let survivor = row.value(&client.settings.incident.columns.merged_into);
    let is_merged = incident::state_of(client.settings, &row) == TicketState::Closed && odata::is_guid(&survivor);
    let row = if is_merged { self::row(client, &survivor)? } else { row };
    Ok(incident::ticket(client.settings, &row))
}

/// Makes a ticket: one request, and one more beforehand for each row that is given by name.
///
/// # Errors
/// `rejected` with the column that the organisation or a lookup refuses.
pub fn create<H: Http + Log>(client: &Client<'_, H>, item: &WorkItem) -> Result<Ticket, CallError> {
    let mut draft = incident::opening(client.settings, item)?;
    tell(client, &references::resolve(client, &mut draft)?, "");
    let making = Write {
        method: "POST",
        path: client.settings.incident.entity_set.clone(),
        if_match: None,
        body: draft.into_json(),
    };
    let made = if item.notes.is_empty() {
        client.write(&making).map(|row| incident::ticket(client.settings, &row))
    } else {
        let notes = item.notes.iter().map(|note| journal::write(client.settings, "$1", note));
        let writes: Vec<_> = std::iter::once(making).chain(notes).collect();
        client.change_set(&writes).and_then(|id| {
            let id =
                id.ok_or_else(|| fault(CallErrorKind::OutcomeUnknown, "the ticket was made without an identity"))?;
            read(client, &id).map_err(after_the_write)
        })
    };
    match made {
        // An earlier attempt that nobody heard of made it: the platform lets no second one have the key.
        Err(refusal) if refusal.code == errors::KEY_IS_TAKEN => {
            find(client, &item.key)?.into_iter().next().ok_or(refusal)
        }
        made => made,
    }
}

/// Changes a ticket.
///
/// # Errors
/// `conflict` where it has changed since, or its state forbids the change; `rejected` with the column that the organisation or a
/// lookup refuses.
pub fn amend<H: Http + Log>(
    client: &Client<'_, H>,
    ticket: &Ticket,
    change: Change,
    item: &WorkItem,
) -> Result<Ticket, CallError> {
    let id = known(&ticket.id)?;
    if forbids(ticket.state, change) {
        return Err(conflict(ticket, STATE));
    }
    let mut draft = incident::amendment(client.settings, item)?;
    if is_over(ticket.state) && change != Change::Reopen && client.settings.incident.locked_when_over {
        for (column, _) in draft.iter() {
            let fields = [("ticket", ticket.number.as_str()), ("column", column)];
            client.host.warn("the ticket is over and locked: a column was left as it is", &fields);
        }
        draft = Draft::default();
    }
    tell(client, &references::resolve(client, &mut draft)?, &ticket.number);
    let notes = if item.again { journal::missing(client, id, &item.notes)? } else { item.notes.iter().collect() };
    let writes = writes(client, ticket, change, draft, &notes, note::newest_text(&item.notes));
    let done = match writes.as_slice() {
        [] => return read(client, id),
        [write] if write.method == "PATCH" => client.write(write).map(Some),
        [write] => client.act(write).map(|()| None),
        several => client.change_set(several).map(|_| None),
    };
    let row = match done {
        Ok(Some(row)) => row,
        Ok(None) => row(client, id).map_err(after_the_write)?,
        Err(error) => return Err(why_refused(client, ticket, change, error)),
    };
    let now = incident::ticket(client.settings, &row);
    state_stands(&now, change, item.again)?;
    Ok(now)
}

/// The writes of a change in their order: back from its end, its columns, its notes, its end. The first to touch the row is bound to
/// the version that the host saw; after it the version is another.
fn writes<H>(
    client: &Client<'_, H>,
    ticket: &Ticket,
    change: Change,
    draft: Draft,
    notes: &[&Note],
    newest: Option<&str>,
) -> Vec<Write> {
    let settings = client.settings;
    let address = odata::row(&settings.incident.entity_set, &ticket.id);
    let seen = match settings.concurrency {
        Concurrency::Optimistic if !ticket.version.is_empty() => ticket.version.as_str(),
        // Never a write that would make the row.
        _ => "*",
    };
    let mut patches = Vec::new();
    if change == Change::Reopen && is_over(ticket.state) {
        patches.push(incident::reopening(settings));
    }
    if !draft.is_empty() {
        patches.push(draft);
    }
    let ends = change == Change::Resolve && !is_over(ticket.state);
    let text = newest.unwrap_or(&settings.incident.resolve.text);
    let by_patch = settings.incident.resolve.by == ResolveBy::Patch;
    if ends && by_patch {
        patches.push(incident::ending(settings, text));
    }
    let last_touch = patches.len().saturating_sub(1);
    let mut writes = Vec::new();
    for (number, patch) in patches.into_iter().enumerate() {
        if ends && by_patch && number == last_touch {
            writes.extend(notes.iter().map(|note| journal::write(settings, &format!("/{address}"), note)));
        }
        let if_match = Some(if number == 0 { seen } else { "*" }.to_owned());
        writes.push(Write { method: "PATCH", path: address.clone(), if_match, body: patch.into_json() });
    }
    if !(ends && by_patch) {
        writes.extend(notes.iter().map(|note| journal::write(settings, &format!("/{address}"), note)));
    }
    if ends && !by_patch {
        writes.push(closing(client, &address, text));
    }
    writes
}

/// The action that ends a Case: it leaves a resolution beside it.
fn closing<H>(client: &Client<'_, H>, address: &str, text: &str) -> Write {
    let resolve = &client.settings.incident.resolve;
    let text = signalbox_sdk::text::printable(text);
    let subject = text.lines().next().unwrap_or_default();
    let body = json!({
        "IncidentResolution": {
            "@odata.type": "Microsoft.Dynamics.CRM.incidentresolution",
            "subject": Unit::Utf16.cut(subject, SUBJECT_LENGTH),
            "description": Unit::Utf16.cut(&text, RESOLUTION_LENGTH),
            "timespent": 0,
            "incidentid@odata.bind": format!("/{address}"),
        },
        "Status": resolve.status,
    });
    Write { method: "POST", path: "CloseIncident".into(), if_match: None, body }
}

/// What a ticket's state forbids whatever the platform would say: nothing ends or brings back what is closed, and what is canceled
/// must be brought back before it can be resolved.
fn forbids(state: TicketState, change: Change) -> bool {
    match state {
        TicketState::Closed => matches!(change, Change::Resolve | Change::Reopen),
        TicketState::Canceled => change == Change::Resolve,
        TicketState::Open | TicketState::Pending | TicketState::Resolved => false,
    }
}

/// A refusal of a ticket that is no longer what the host saw is a conflict: the platform's words are of a state that nobody meant.
/// What is not there may be the ticket, or something that the change names.
fn why_refused<H: Http + Log>(client: &Client<'_, H>, seen: &Ticket, change: Change, refusal: CallError) -> CallError {
    if !matches!(refusal.kind, CallErrorKind::Rejected | CallErrorKind::Gone) {
        return refusal;
    }
    let now = read(client, &seen.id);
    let refusal = if now.is_ok() { CallError { kind: CallErrorKind::Rejected, ..refusal } } else { refusal };
    ticket::why_refused(refusal, seen, now, |now| now.id != seen.id || forbids(now.state, change), STATE)
}

/// The outcome must show the state that was asked for.
fn state_stands(now: &Ticket, change: Change, again: bool) -> Result<(), CallError> {
    let wanted = match change {
        Change::Resolve if !is_over(now.state) => "resolved",
        Change::Reopen if is_over(now.state) => "open",
        _ => return Ok(()),
    };
    Err(ticket::taken_back(again, &now.platform_state, wanted, STATE))
}

/// A write stands, and what came of it could not be read.
fn after_the_write(error: CallError) -> CallError {
    error.while_it("read back what it had written").after_a_write()
}

fn tell<H: Log>(client: &Client<'_, H>, lines: &[String], ticket: &str) {
    for line in lines {
        client.host.warn(line, &[("ticket", ticket)]);
    }
}

fn row<H: Http + Log>(client: &Client<'_, H>, id: &str) -> Result<Row, CallError> {
    client.row(&odata::row(&client.settings.incident.entity_set, id))
}

/// An address that ends in no GUID would name something else.
fn known(id: &str) -> Result<&str, CallError> {
    Some(id)
        .filter(|id| odata::is_guid(id))
        .ok_or_else(|| fault(CallErrorKind::Rejected, "the ticket's identity is no GUID"))
}

#[cfg(test)]
mod tests;
