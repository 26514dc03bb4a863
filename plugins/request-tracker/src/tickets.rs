//! The life of a ticket: find, read, amend. [`crate::create`] makes one, [`crate::incident`] says which field means what.
//!
//! An amend is a change of the ticket that was seen and no other version of it, then a comment with the notes, then a look: a change
//! that Request Tracker refuses it answers with 200. Where the look shows that something was not kept, and nothing else was written,
//! the change is refused in the server's words. Where a part stands, that is `outcome-unknown`; the next call writes no more than
//! what is missing, and then the refusal has written nothing.

use crate::client::{Client, Order};
use crate::draft::Draft;
use crate::errors::NOT_KEPT;
use crate::incident;
use crate::journal::{self, Post};
use crate::query::Query;
use crate::row::Row;
use serde_json::Value;
use signalbox_sdk::adapter::Change;
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::ticket::{DOUBLES, all_have_key, some_key};
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket};
use signalbox_sdk::work::WorkItem;

/// Every ticket with this key, oldest first.
///
/// # Errors
/// `protocol` where a ticket has another key.
pub fn find<H: Http + Log>(client: &Client<'_, H>, key: &str) -> Result<Vec<Ticket>, CallError> {
    let query = Query::custom_field(&client.settings.key_field, some_key(key)?);
    let found = client.search(&query, DOUBLES, Order::OldestFirst)?.rows;
    let ids: Vec<_> = found.iter().map(Row::id).collect();
    // A search has no versions.
    let answers = if ids.is_empty() { Vec::new() } else { client.tickets(&ids) };
    let mut rows = Vec::with_capacity(ids.len());
    for (id, answer) in ids.iter().zip(answers) {
        let row = answer?;
        // People may have merged or deleted it in between.
        if row.id() == *id && !incident::is_deleted(&row) {
            rows.push(row);
        }
    }
    let tickets: Vec<_> = rows.iter().map(|row| incident::ticket(client.settings, row)).collect();
    all_have_key(key, &tickets)?;
    let mut tickets: Vec<_> = rows.iter().map(Row::number).zip(tickets).collect();
    tickets.sort_by_key(|(number, _)| *number);
    Ok(tickets.into_iter().map(|(_, ticket)| ticket).collect())
}

/// The ticket as it is now; the one that it was merged into, where people did that.
///
/// # Errors
/// `gone` where people deleted it.
pub fn read<H: Http + Log>(client: &Client<'_, H>, id: &str) -> Result<Ticket, CallError> {
    let row = client.ticket(known(id)?)?;
    if incident::is_deleted(&row) {
        return Err(fault(CallErrorKind::Gone, format!("#{id} was deleted")));
    }
    Ok(incident::ticket(client.settings, &row))
}

/// Changes a ticket.
///
/// # Errors
/// `conflict` where it has changed since it was seen; `rejected` with the field that was not kept.
pub fn amend<H: Http + Log>(
    client: &Client<'_, H>,
    ticket: &Ticket,
    change: Change,
    item: &WorkItem,
) -> Result<Ticket, CallError> {
    let id = known(&ticket.id)?;
    let draft = incident::amendment(client.settings, ticket, change, item)?;
    if draft.is_empty() {
        // Nothing binds a comment to what was seen: it would be posted in whatever this ticket was merged into.
        let now = read(client, id)?;
        if now.id != ticket.id || now.key != ticket.key {
            return Err(fault(CallErrorKind::Conflict, format!("{} is now {}", ticket.number, now.number)));
        }
    }
    let posts = posts(client, id, item)?;
    let words = if draft.is_empty() { Vec::new() } else { change_fields(client, ticket, &draft)? };
    if let Err(error) = journal::post(client, id, &posts) {
        return Err(after_a_part(client, ticket, error));
    }
    let is_written = !posts.is_empty() || !words.is_empty();
    let row = client.ticket(id).map_err(|error| if is_written { unseen(error) } else { error })?;
    if incident::is_deleted(&row) {
        return Err(fault(CallErrorKind::Gone, format!("{} was deleted", ticket.number)));
    }
    let before: Value = serde_json::from_str(&ticket.fields).unwrap_or_default();
    match draft.not_kept(&row, &before).first() {
        None => Ok(incident::ticket(client.settings, &row)),
        Some(name) => {
            let nothing_stands = posts.is_empty() && row.version == ticket.version;
            Err(refusal(
                &draft,
                name,
                &words,
                if nothing_stands { CallErrorKind::Rejected } else { CallErrorKind::OutcomeUnknown },
            ))
        }
    }
}

/// The refusal of a field, in the server's words where it has any.
#[must_use]
pub fn refusal(draft: &Draft, name: &str, words: &[String], kind: CallErrorKind) -> CallError {
    let what = draft.only(&[name]).in_words();
    let message = match words {
        [] => format!(
            "Request Tracker did not take {what}, and does not say why: is there such a field, and the right to set it?"
        ),
        words => format!("Request Tracker did not take {what}: {}", words.join("; ")),
    };
    fault(kind, message).with_code(NOT_KEPT).with_field(name)
}

/// What cannot be seen after it was written.
#[must_use]
pub fn unseen(error: CallError) -> CallError {
    error.while_it("looked at what it had written").after_a_write()
}

/// Writes the fields; what the server says of it. What was deleted has changed, too.
fn change_fields<H: Http + Log>(
    client: &Client<'_, H>,
    ticket: &Ticket,
    draft: &Draft,
) -> Result<Vec<String>, CallError> {
    let done = client.update(&ticket.id, &ticket.version, &draft.to_json(str::to_owned));
    match done {
        Err(error) if error.kind == CallErrorKind::Conflict => match read(client, &ticket.id) {
            Err(gone) if gone.kind == CallErrorKind::Gone => Err(gone),
            _ => Err(error),
        },
        done => done,
    }
}

/// What is to be posted, without what stands already.
fn posts<H: Http + Log>(client: &Client<'_, H>, id: &str, item: &WorkItem) -> Result<Vec<Post>, CallError> {
    let content_type = client.settings.content_type.as_str();
    let description = item.content.description.as_deref().map(|text| Post::description(text, content_type));
    let posts: Vec<_> = description.into_iter().chain(item.notes.iter().map(Post::note)).collect();
    if item.again { journal::missing(client, id, posts, journal::oldest(&item.notes)) } else { Ok(posts) }
}

/// A comment was refused: if the change before it stands, nobody must take the whole for undone.
fn after_a_part<H: Http + Log>(client: &Client<'_, H>, ticket: &Ticket, error: CallError) -> CallError {
    match client.ticket(&ticket.id) {
        Ok(row) if row.version == ticket.version => error,
        _ => error.after_a_write(),
    }
}

/// A path that ends in no id would name all tickets.
fn known(id: &str) -> Result<&str, CallError> {
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    Some(id).filter(|_| is_id).ok_or_else(|| fault(CallErrorKind::Rejected, "the ticket has no id"))
}

#[cfg(test)]
mod tests;
