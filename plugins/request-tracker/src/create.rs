//! Making a ticket.
//!
//! Request Tracker answers 201 to a ticket whose custom fields it does not know, may not set, or will not take; and a ticket without
//! its key could never be found again. So the queue is asked first which fields it has, and the ticket is looked at afterwards. One
//! that came out without its key is withdrawn at once, and the answer is `rejected`: to repeat the call would only make another.
//! Another value that was not kept is no reason to be without a ticket: people are told of it in a comment, and the operator in the
//! log.

use crate::client::Client;
use crate::draft::Draft;
use crate::errors::RIGHT;
use crate::incident;
use crate::journal::{self, Post};
use crate::row::Row;
use crate::tickets::unseen;
use serde_json::{Value, json};
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::json;
use signalbox_sdk::types::{CallError, CallErrorKind, Ticket};
use signalbox_sdk::work::WorkItem;
use std::collections::BTreeMap;

/// Makes a ticket.
///
/// # Errors
/// `rejected` with the field, where the queue, the owner or a custom field is not there, or the server refuses the ticket.
pub fn create<H: Http + Log>(client: &Client<'_, H>, item: &WorkItem) -> Result<Ticket, CallError> {
    let draft = incident::opening(client.settings, item)?;
    let ids = look_up(client, &draft)?;
    let mut body = draft.to_json(|name| ids.get(&name.to_ascii_lowercase()).cloned().unwrap_or_default());
    let description = incident::description(item);
    if let Some(body) = body.as_object_mut().filter(|_| !description.is_empty()) {
        body.insert("Content".into(), description.into());
        body.insert("ContentType".into(), client.settings.content_type.as_str().into());
    }
    let id = client.create(&body)?;
    let row = client.ticket(&id).map_err(unseen)?;
    if row.first_custom(&client.settings.key_field) != item.key {
        return Err(withdraw(client, &row));
    }
    finish(client, item, &draft, row)
}

/// The ids of the queue's custom fields, by their names in lower case.
///
/// # Errors
/// `rejected` with the field that is not there.
fn look_up<H: Http + Log>(client: &Client<'_, H>, draft: &Draft) -> Result<BTreeMap<String, String>, CallError> {
    let (queue, owner) = (draft.get("Queue"), draft.get("Owner"));
    let answer = client.queue(queue).map_err(|error| about("Queue", queue, error))?;
    if !owner.is_empty() {
        client.user(owner).map_err(|error| about("Owner", owner, error))?;
    }
    let ids = custom_fields(&answer);
    for name in draft.customs() {
        if !ids.contains_key(&name.to_ascii_lowercase()) {
            let message = format!("the queue `{queue}` has no custom field `{name}` that this account may see");
            return Err(fault(CallErrorKind::Rejected, message).with_field(name));
        }
    }
    Ok(ids)
}

/// The ids of a queue's custom fields, by their names in lower case: those that the account may see.
#[must_use]
pub fn custom_fields(queue: &Value) -> BTreeMap<String, String> {
    let fields = queue.get("TicketCustomFields").and_then(Value::as_array).into_iter().flatten();
    let named =
        |field: &Value| Some((json::text(field, "name").to_ascii_lowercase(), field.get("id").and_then(json::scalar)?));
    fields.filter_map(named).collect()
}

/// Posts the notes, and tells of what was not kept.
fn finish<H: Http + Log>(
    client: &Client<'_, H>,
    item: &WorkItem,
    draft: &Draft,
    row: Row,
) -> Result<Ticket, CallError> {
    let id = row.id();
    let lost = draft.not_kept(&row, &Value::Null);
    let mut posts: Vec<_> = item.notes.iter().map(Post::note).collect();
    if !lost.is_empty() {
        posts.push(Post {
            id: "not-kept".into(),
            text: insist(client, &row, &draft.only(&lost)),
            content_type: "text/plain",
        });
    }
    if posts.is_empty() {
        return Ok(incident::ticket(client.settings, &row));
    }
    match journal::post(client, &id, &posts) {
        Err(error) if !item.notes.is_empty() => Err(error.while_it("posted the notes of a new ticket").after_a_write()),
        // The log has it.
        Err(_) | Ok(()) => Ok(incident::ticket(client.settings, &client.ticket(&id).map_err(unseen)?)),
    }
}

/// Sets once more what was not kept, since only a change is answered with the reason; what to tell people of it.
fn insist<H: Http + Log>(client: &Client<'_, H>, row: &Row, lost: &Draft) -> String {
    let (number, what) = (format!("#{}", row.id()), lost.in_words());
    let reasons = client.update(&row.id(), "", &lost.to_json(str::to_owned)).unwrap_or_default().join("; ");
    client
        .host
        .warn("Request Tracker did not keep values", &[("ticket", &number), ("values", &what), ("reason", &reasons)]);
    let reasons = if reasons.is_empty() { String::new() } else { format!(" It says: {reasons}") };
    format!("Request Tracker did not keep these values of the new ticket: {what}.{reasons}")
}

/// Ends a ticket that has no key.
fn withdraw<H: Http + Log>(client: &Client<'_, H>, row: &Row) -> CallError {
    let (id, field) = (row.id(), &client.settings.key_field);
    let status = &client.settings.withdrawn_status;
    let withdrawn = client.update(&id, &row.version, &json!({"Status": status})).and_then(|_| client.ticket(&id));
    let fate = match withdrawn {
        Ok(row) if row.text("Status") == *status => format!("#{id} was given the status {status}"),
        _ => format!("#{id} still stands: end it by hand"),
    };
    let message = format!(
        "Request Tracker made #{id} without its key in `{field}`: the account needs the right SetInitialCustomField, and the field \
         must take any text. {fate}"
    );
    fault(CallErrorKind::Rejected, message).with_code(RIGHT).with_field(field)
}

fn about(field: &'static str, name: &str, error: CallError) -> CallError {
    error.while_it(&format!("looked up \"{name}\"")).with_field(field)
}

#[cfg(test)]
mod tests;
