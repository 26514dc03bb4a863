//! Tickets as platforms have them, and why platforms refuse.

use super::{as_json, error_kind_out, identity, list, object, some_timestamp, state_in, state_out, text};
use crate::domain::{CallError, PlatformTicket};
use crate::plugin::bindings::types;
use crate::plugin::error::InvalidAnswer;
use crate::plugin::words;

/// Bytes of a platform's words that are worth keeping.
const MESSAGE: usize = 4 << 10;

pub(in crate::plugin) fn ticket_out(ticket: types::Ticket) -> Result<PlatformTicket, InvalidAnswer> {
    Ok(PlatformTicket {
        id: identity("id", ticket.id)?,
        number: text("number", ticket.number)?,
        url: text("url", ticket.url)?,
        key: text("key", ticket.key)?,
        state: state_out(ticket.state),
        platform_state: text("platform-state", ticket.platform_state)?,
        version: text("version", ticket.version)?,
        priority: text("priority", ticket.priority)?,
        assignment: text("assignment", ticket.assignment)?,
        assigned_to: text("assigned-to", ticket.assigned_to)?,
        created_at: some_timestamp("created-at", ticket.created_at.as_deref())?,
        updated_at: some_timestamp("updated-at", ticket.updated_at.as_deref())?,
        resolved_at: some_timestamp("resolved-at", ticket.resolved_at.as_deref())?,
        closed_at: some_timestamp("closed-at", ticket.closed_at.as_deref())?,
        fields: object("fields", &ticket.fields)?,
    })
}

pub(in crate::plugin) fn tickets_out(tickets: Vec<types::Ticket>) -> Result<Vec<PlatformTicket>, InvalidAnswer> {
    list("tickets", tickets, ticket_out)
}

pub(in crate::plugin) fn ticket_in(ticket: PlatformTicket) -> types::Ticket {
    types::Ticket {
        id: ticket.id,
        number: ticket.number,
        url: ticket.url,
        key: ticket.key,
        state: state_in(ticket.state),
        platform_state: ticket.platform_state,
        version: ticket.version,
        priority: ticket.priority,
        assignment: ticket.assignment,
        assigned_to: ticket.assigned_to,
        created_at: ticket.created_at.map(|at| at.to_string()),
        updated_at: ticket.updated_at.map(|at| at.to_string()),
        resolved_at: ticket.resolved_at.map(|at| at.to_string()),
        closed_at: ticket.closed_at.map(|at| at.to_string()),
        fields: as_json(&ticket.fields),
    }
}

/// An error's texts are for people only: they are cut where a ticket's would be refused, since a fault in the words must not
/// hide what the host has to do.
pub(in crate::plugin) fn call_error_out(error: types::CallError) -> CallError {
    CallError {
        kind: error_kind_out(error.kind),
        code: words::escaped(&error.code, 200),
        message: words::escaped(&error.message, MESSAGE),
        field: words::escaped(&error.field, 200),
        retry_after: error.retry_after,
    }
}
