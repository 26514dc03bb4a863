//! What holds of tickets on every platform: keys, what is over, and what it means when a change does not come through.
//!
//! Which change a state forbids is the platform's own; what follows from it is the same everywhere. A ticket that is no longer what
//! the host saw is a [`CallErrorKind::Conflict`], and the host looks again. A state that the platform took back after it had said
//! yes is `outcome-unknown` at first, since the rest of the change stands, and a refusal when it happens once more.

use crate::fault::{Detail, fault};
use crate::types::{CallError, CallErrorKind, Ticket, TicketState};

/// More tickets of one key than can be.
pub const DOUBLES: u32 = 50;

/// A key to look for.
///
/// # Errors
/// `rejected`: an empty one would be found in every ticket that the gateway did not make.
pub fn some_key(key: &str) -> Result<&str, CallError> {
    Some(key).filter(|key| !key.is_empty()).ok_or_else(|| fault(CallErrorKind::Rejected, "an empty key is nobody's"))
}

/// That every ticket in an answer has the key that was asked for.
///
/// # Errors
/// `protocol`, where one has another: the platform dropped the condition.
pub fn all_have_key(key: &str, tickets: &[Ticket]) -> Result<(), CallError> {
    match tickets.iter().find(|ticket| ticket.key != key || ticket.id.is_empty()) {
        None => Ok(()),
        Some(other) => {
            let message = format!("asked for the key {key}, the platform answered {} with another", other.number);
            Err(fault(CallErrorKind::Protocol, message))
        }
    }
}

/// Whether nobody works on it any more.
#[must_use]
pub fn is_over(state: TicketState) -> bool {
    matches!(state, TicketState::Resolved | TicketState::Closed | TicketState::Canceled)
}

/// What a new ticket says of the one that it takes the place of.
#[must_use]
pub fn follows(old: &Ticket) -> String {
    let place = if old.url.is_empty() { String::new() } else { format!(" ({})", old.url) };
    format!("Follows {}{place}, which could not be reopened.", old.number)
}

/// The ticket's state forbids the change; `field` is where the platform keeps it.
#[must_use]
pub fn conflict(ticket: &Ticket, field: &str) -> CallError {
    let message = format!("{} is {}: its state forbids this", ticket.number, ticket.platform_state);
    fault(CallErrorKind::Conflict, message).with_field(field)
}

/// Why a change was refused, now that the ticket was read again: it is gone, its state forbids the change, or it is no longer what
/// the host saw. Otherwise the refusal is the platform's own.
#[must_use]
pub fn why_refused(
    refusal: CallError,
    seen: &Ticket,
    now: Result<Ticket, CallError>,
    forbids: impl FnOnce(&Ticket) -> bool,
    field: &str,
) -> CallError {
    match now {
        Ok(now) if forbids(&now) => conflict(&now, field),
        Ok(now) if now.state != seen.state => fault(CallErrorKind::Conflict, refusal.message).with_code(refusal.code),
        Err(error) if error.kind == CallErrorKind::Gone => error,
        Ok(_) | Err(_) => refusal,
    }
}

/// The platform said yes, and the ticket shows another state than was asked for. `again`: it did so before.
#[must_use]
pub fn taken_back(again: bool, shown: &str, wanted: &str, field: &str) -> CallError {
    let kind = if again { CallErrorKind::Rejected } else { CallErrorKind::OutcomeUnknown };
    let message = format!("the platform took the change and left the state at {shown} where {wanted} was asked for");
    fault(kind, message).with_field(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{self, KEY};
    use CallErrorKind::{Conflict, Gone, OutcomeUnknown, Protocol, Rejected, Unavailable};
    use TicketState::{Canceled, Closed, Open, Pending, Resolved};

    fn ticket(state: TicketState) -> Ticket {
        Ticket { number: "INC7".into(), ..testing::ticket("7", state, "As It Is") }
    }

    #[test]
    fn an_empty_key_is_not_looked_for() {
        assert_eq!(some_key("k-1"), Ok("k-1"));
        assert_eq!(some_key("").unwrap_err().kind, Rejected);
    }

    #[test]
    fn a_ticket_of_another_key_is_not_believed() {
        assert_eq!(all_have_key(KEY, &[]), Ok(()));
        assert_eq!(all_have_key(KEY, &[ticket(Open)]), Ok(()));
        for other in [Ticket { key: "x-1".into(), ..ticket(Open) }, Ticket { id: String::new(), ..ticket(Open) }] {
            let error = all_have_key(KEY, &[ticket(Open), other]).unwrap_err();
            assert!(error.kind == Protocol && error.message.contains("INC7"), "{error:?}");
        }
    }

    #[test]
    fn what_nobody_works_on_is_over() {
        assert_eq!([Open, Pending, Resolved, Closed, Canceled].map(is_over), [false, false, true, true, true]);
    }

    #[test]
    fn a_new_ticket_names_the_old_one_and_where_it_is() {
        let mut old = ticket(Closed);
        assert_eq!(follows(&old), "Follows INC7, which could not be reopened.");
        old.url = "https://desk.example.com/7".into();
        assert_eq!(follows(&old), "Follows INC7 (https://desk.example.com/7), which could not be reopened.");
    }

    #[test]
    fn a_refusal_is_judged_by_what_the_ticket_is_now() {
        let refusal = || fault(Rejected, "a rule says no").with_code("rule");
        let told = |now| {
            let error = why_refused(refusal(), &ticket(Open), now, |now| now.state == Closed, "state");
            (error.kind, error.message)
        };
        let said = |kind, words: &str| (kind, words.to_owned());
        assert_eq!(told(Ok(ticket(Closed))), said(Conflict, "INC7 is As It Is: its state forbids this"));
        assert_eq!(told(Ok(ticket(Resolved))), said(Conflict, "a rule says no"));
        assert_eq!(told(Ok(ticket(Open))), said(Rejected, "a rule says no"));
        assert_eq!(told(Err(fault(Gone, "deleted"))), said(Gone, "deleted"));
        assert_eq!(told(Err(fault(Unavailable, "down"))), said(Rejected, "a rule says no"));
    }

    #[test]
    fn a_state_that_is_taken_back_is_refused_the_second_time() {
        for (again, kind) in [(false, OutcomeUnknown), (true, Rejected)] {
            let error = taken_back(again, "New", "Resolved", "state");
            assert_eq!((error.kind, error.field.as_str()), (kind, "state"));
            assert!(error.message.contains("at New where Resolved"), "{}", error.message);
        }
    }
}
