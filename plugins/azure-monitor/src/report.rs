//! Shows a ticket at its alert: a comment with number and link, and the state that the settings give for the ticket's.
//!
//! Azure takes a comment only with a state, so that each is said with the other, and once: what stands in the alert's history is
//! not said again. Somebody who set Closed, or New, has the last word: the gateway writes nothing against it. An acknowledgement by
//! hand stands in nobody's way. An alert that Azure has forgotten, or never had, is no error.

use crate::alert::{AlertId, AlertState, NoAlert};
use crate::client::Client;
use crate::history::{self, Said};
use signalbox_sdk::fault::{Detail, fault};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::Effect;
use signalbox_sdk::types::{Alert, CallError, CallErrorKind, Ticket};

/// What to do about a ticket's news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It was said before.
    Stands,
    /// Somebody decided otherwise.
    LeftToPeople,
    /// The alert has that state, and lacks the comment.
    Comment,
    /// Say it.
    Change,
}

/// Shows the ticket at the alert.
///
/// # Errors
/// As [`crate::errors::classify`] tells; `rejected` for an id that is not to be asked for.
pub fn report<H: Http + Log>(client: &Client<'_, H>, alert: &Alert, ticket: &Ticket) -> Result<(), CallError> {
    let Some(wanted) = client.settings.report.of(ticket.state) else { return Ok(()) };
    let id = match AlertId::within(&alert.id, &client.settings.subscriptions) {
        Ok(id) => id,
        Err(NoAlert::Unmanaged) => return Ok(()),
        Err(NoAlert::Refused(why)) => {
            return Err(fault(CallErrorKind::Rejected, format!("the alert's id {why}")).with_code("alert-id"));
        }
    };
    or_forgotten(show(client, &id, wanted, ticket))
}

fn show<H: Http + Log>(
    client: &Client<'_, H>,
    id: &AlertId,
    wanted: AlertState,
    ticket: &Ticket,
) -> Result<(), CallError> {
    let [now, past] = both(client.send_all(vec![id.get(), id.get_history()]));
    let now = id.standing(&now?, Effect::Reads)?;
    let said = Said::read(&past.map_err(|error| error.while_it("read the alert's history"))?, ticket);
    let verdict = judge(&said, now.state, wanted);
    if matches!(verdict, Verdict::Stands | Verdict::LeftToPeople) {
        return Ok(());
    }
    match client.send(id.change_state(wanted, &history::words(ticket, wanted))) {
        Ok(answer) => id.standing(&answer, Effect::Writes).map(|_| ()),
        // No state is changed by it, and there is no other way to leave a comment.
        Err(error) if verdict == Verdict::Comment && is_refusal(&error) => {
            client
                .host
                .warn("Azure takes no comment on an alert that has the state already", &[("why", &error.message)]);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// What is to be done, from what was said, what is, and what should be.
fn judge(said: &Said, now: AlertState, wanted: AlertState) -> Verdict {
    if said.of_ticket == Some(wanted) {
        return Verdict::Stands;
    }
    if now == wanted {
        return Verdict::Comment;
    }
    let is_own = said.of_any.map_or(now == AlertState::New, |last| last == now);
    if is_own || now == AlertState::Acknowledged { Verdict::Change } else { Verdict::LeftToPeople }
}

fn is_refusal(error: &CallError) -> bool {
    let lacks_rights = error.code == "denied" || error.code.contains("Authorization");
    matches!(error.kind, CallErrorKind::Rejected | CallErrorKind::Conflict) && !lacks_rights
}

/// An alert is gone after 30 days, and its ticket may live longer.
fn or_forgotten(outcome: Result<(), CallError>) -> Result<(), CallError> {
    match outcome {
        Err(error) if error.kind == CallErrorKind::Gone => Ok(()),
        outcome => outcome,
    }
}

/// Two answers to two requests.
fn both<T>(answers: Vec<Result<T, CallError>>) -> [Result<T, CallError>; 2] {
    answers.try_into().unwrap_or_else(|_| std::array::from_fn(|_| Err(fault(CallErrorKind::Unavailable, "no answer"))))
}

#[cfg(test)]
mod tests;
