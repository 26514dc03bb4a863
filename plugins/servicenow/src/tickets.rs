//! The life of a ticket that is a row of a table: find, read, create, amend. [`crate::incident`] and [`crate::alert`] say which
//! columns mean what.
//!
//! An amend is one PATCH, which the instance does whole or not at all, and whose answer is the row as it then stands. So a refusal
//! has written nothing. A business rule that silently takes back a state is found by that answer: the rest of the change stands,
//! which is `outcome-unknown`; when the next call finds that rest in its place and the state is taken back once more, it is refused.

use crate::client::{Client, Columns, Question};
use crate::draft::Draft;
use crate::query::Query;
use crate::row::Row;
use crate::{errors, journal, references};
use signalbox_sdk::adapter::Change;
use signalbox_sdk::fault::fault;
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::note;
use signalbox_sdk::ticket::{self, DOUBLES, all_have_key, conflict, some_key};
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket, TicketState};
use signalbox_sdk::work::WorkItem;

/// The column of a state.
const STATE: &str = "state";

/// What a kind of ticket looks like on its table.
pub trait Form {
    /// Where it stands.
    fn table(&self) -> &str;

    /// The column that holds the gateway's key.
    fn key_column(&self) -> &'static str;

    /// The columns of a new one, notes left out.
    ///
    /// # Errors
    /// `rejected`, where content does not fit.
    fn opening(&self, item: &WorkItem) -> Result<Draft, CallError>;

    /// The columns of a change, notes left out; a state that the ticket has already is left out too.
    ///
    /// # Errors
    /// `rejected`, where content does not fit.
    fn amendment(&self, ticket: &Ticket, change: Change, item: &WorkItem) -> Result<Draft, CallError>;

    /// The ticket in a row.
    fn ticket(&self, row: &Row) -> Ticket;
}

/// Every ticket with this key, oldest first.
///
/// # Errors
/// `protocol` where a row has another key: the instance dropped a part of the query.
pub fn find<H: Http + Log>(client: &Client<'_, H>, form: &impl Form, key: &str) -> Result<Vec<Ticket>, CallError> {
    let query = Query::new().is(form.key_column(), some_key(key)?).ordered_by("sys_created_on");
    let mut rows = client.list(&Question { table: form.table(), query, columns: Columns::AsSet, limit: DOUBLES })?.rows;
    rows.sort_by(|a, b| {
        (a.value("sys_created_on"), a.value("number")).cmp(&(b.value("sys_created_on"), b.value("number")))
    });
    let tickets: Vec<_> = rows.iter().map(|row| form.ticket(row)).collect();
    all_have_key(key, &tickets)?;
    Ok(tickets)
}

/// The ticket as it is now.
///
/// # Errors
/// `gone` where people deleted it.
pub fn read<H: Http + Log>(client: &Client<'_, H>, form: &impl Form, id: &str) -> Result<Ticket, CallError> {
    Ok(form.ticket(&client.row(form.table(), known(id)?)?))
}

/// Makes a ticket: one request, and one more beforehand for each reference that is given by name.
///
/// # Errors
/// `rejected` with the column that the instance or a lookup refuses.
pub fn create<H: Http + Log>(client: &Client<'_, H>, form: &impl Form, item: &WorkItem) -> Result<Ticket, CallError> {
    let mut draft = form.opening(item)?;
    if let Some(old) = &item.follows {
        draft.note(&ticket::follows(old));
    }
    item.notes.iter().for_each(|note| draft.note(&note::entry(note)));
    for line in references::resolve(client, &mut draft)? {
        draft.note(&line);
    }
    let row = client.insert(form.table(), &draft.to_json())?;
    tell_what_did_not_stick(client, &draft, &row);
    Ok(form.ticket(&row))
}

/// Changes a ticket.
///
/// # Errors
/// `conflict` where its state forbids the change; `rejected` with the column that the instance or a lookup refuses.
pub fn amend<H: Http + Log>(
    client: &Client<'_, H>,
    form: &impl Form,
    ticket: &Ticket,
    change: Change,
    item: &WorkItem,
) -> Result<Ticket, CallError> {
    let id = known(&ticket.id)?;
    if forbids(ticket.state, change) {
        return Err(conflict(ticket, STATE));
    }
    let mut draft = form.amendment(ticket, change, item)?;
    let notes = if item.again { journal::missing(client, id, &item.notes)? } else { item.notes.iter().collect() };
    notes.iter().for_each(|note| draft.note(&note::entry(note)));
    if change == Change::Reopen && item.notes.is_empty() && draft.get(STATE).is_some() {
        draft.note(&client.settings.reopen_notes);
    }
    for line in references::resolve(client, &mut draft)? {
        client.host.warn(&line, &[("ticket", &ticket.number)]);
    }
    if draft.is_empty() {
        return read(client, form, id);
    }
    let row = match client.patch(form.table(), id, &draft.to_json()) {
        Ok(row) => row,
        Err(error) => return Err(why_refused(client, form, ticket, change, error)),
    };
    tell_what_did_not_stick(client, &draft, &row);
    state_stands(&draft, &row, item.again)?;
    Ok(form.ticket(&row))
}

/// What a ticket's state forbids whatever the instance would say: nothing brings back what is closed or canceled.
fn forbids(state: TicketState, change: Change) -> bool {
    let ended = matches!(state, TicketState::Closed | TicketState::Canceled);
    ended && matches!(change, Change::Resolve | Change::Reopen)
}

/// A business rule or a right forbade the change: if the ticket is no longer what the host saw, that is a conflict.
fn why_refused<H: Http + Log>(
    client: &Client<'_, H>,
    form: &impl Form,
    seen: &Ticket,
    change: Change,
    refusal: CallError,
) -> CallError {
    if refusal.code != errors::BUSINESS_RULE && refusal.code != errors::ACL {
        return refusal;
    }
    ticket::why_refused(refusal, seen, read(client, form, &seen.id), |now| forbids(now.state, change), STATE)
}

/// The answer must show the state that was asked for.
fn state_stands(draft: &Draft, row: &Row, again: bool) -> Result<(), CallError> {
    let Some(wanted) = draft.get(STATE) else { return Ok(()) };
    let (value, display) = (row.value(STATE), row.display(STATE));
    // An account that may not see the state is no proof against it.
    if value.is_empty() || wanted == value || wanted == display {
        return Ok(());
    }
    Err(ticket::taken_back(again, display, wanted, STATE))
}

/// References that the instance stored without a record behind them, or replaced: the ticket stands, a person should know.
fn tell_what_did_not_stick<H: Http + Log>(client: &Client<'_, H>, draft: &Draft, row: &Row) {
    let references = draft.iter().filter(|(column, _)| references::of_column(client.settings, column).is_some());
    for (column, sent) in references {
        let number = row.value("number");
        if row.dangles(column) {
            client
                .host
                .warn("a reference points to no record", &[("ticket", number), ("column", column), ("sys_id", sent)]);
        } else if row.value(column) != sent {
            client.host.warn(
                "the instance did not keep a reference",
                &[("ticket", number), ("column", column), ("sys_id", sent)],
            );
        }
    }
}

/// A path that ends in no sys_id would name the whole table.
fn known(id: &str) -> Result<&str, CallError> {
    Some(id).filter(|id| !id.is_empty()).ok_or_else(|| fault(CallErrorKind::Rejected, "the ticket has no sys_id"))
}

#[cfg(test)]
mod tests;
