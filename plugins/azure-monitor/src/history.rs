//! What was said at an alert before: the gateway's own comments, found again in the alert's history.
//!
//! A comment ends with a mark, `[signalbox INC0010077 Closed]`: which ticket was shown, and what state the alert was given for it.
//! That is all the memory that this plugin has, and it stands where people see it.

use crate::alert::AlertState;
use serde_json::Value;
use signalbox_sdk::cut::Unit;
use signalbox_sdk::json;
use signalbox_sdk::text::one_line;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::Ticket;

/// What every mark begins with.
const MARK: &str = "[signalbox ";
/// How much of a ticket's name stands in a mark.
const LONGEST_NAME: usize = 100;
/// How long a comment may be; Azure does not say, and people read the beginning.
const LONGEST_COMMENT: usize = 1_000;

/// What the gateway said at an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The state that this ticket's last comment came with.
    pub of_ticket: Option<AlertState>,
    /// The state that the last comment of any ticket came with.
    pub of_any: Option<AlertState>,
}

// === impl Said ===

impl Said {
    /// Reads a history's answer; changes that came at one time are in the order answered.
    #[must_use]
    pub fn read(history: &Value, ticket: &Ticket) -> Self {
        let changes = history.pointer("/properties/modifications").and_then(Value::as_array);
        let mut comments: Vec<_> = changes.into_iter().flatten().map(|change| (at(change), comment(change))).collect();
        comments.sort_by_key(|(at, _)| *at);
        let name = name(ticket);
        let newest_first = || comments.iter().rev();
        Self {
            of_ticket: newest_first().find_map(|(_, comment)| marked(comment, |marked| marked == name)),
            of_any: newest_first().find_map(|(_, comment)| marked(comment, |_| true)),
        }
    }
}

/// What people read at the alert: number, state and link, and the mark.
#[must_use]
pub fn words(ticket: &Ticket, state: AlertState) -> String {
    let name = name(ticket);
    let of_platform = one_line(&ticket.platform_state);
    let standing = if of_platform.is_empty() { String::new() } else { format!(" ({of_platform})") };
    let link = one_line(&ticket.url);
    let link = if link.is_empty() { String::new() } else { format!(": {link}") };
    let mark = format!(" {MARK}{name} {}]", state.name());
    Unit::Utf16.cut_before(&format!("Ticket {name}{standing}{link}"), &mark, LONGEST_COMMENT)
}

/// What people call the ticket; its id where it has no number.
fn name(ticket: &Ticket) -> String {
    let name = if ticket.number.trim().is_empty() { &ticket.id } else { &ticket.number };
    // Brackets are the mark's.
    let name = one_line(name).replace(['[', ']'], "");
    Unit::Utf16.cut(&name, LONGEST_NAME)
}

/// The state in a comment's last mark, of a ticket that is wanted.
fn marked(comment: &str, wanted: impl Fn(&str) -> bool) -> Option<AlertState> {
    let (_, mark) = comment.rsplit_once(MARK)?;
    let (inside, _) = mark.split_once(']')?;
    let (name, word) = inside.rsplit_once(' ')?;
    AlertState::ALL.into_iter().find(|state| wanted(name) && word == state.name())
}

/// The field is `comments`; some versions of the API repeat it among the details.
fn comment(change: &Value) -> String {
    let places = ["/comments", "/comment", "/details/comments", "/details/comment"];
    let text = places.iter().find_map(|place| change.pointer(place)?.as_str().filter(|text| !text.is_empty()));
    text.unwrap_or_default().to_owned()
}

/// What has no time counts as first.
fn at(change: &Value) -> Option<Stamp> {
    Stamp::from_contract(json::text(change, "modifiedAt"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{change, history, ticket};
    use AlertState::{Acknowledged, Closed};
    use serde_json::json;
    use signalbox_sdk::types::TicketState;

    fn inc() -> Ticket {
        ticket("INC0010077", TicketState::Open)
    }

    fn said(changes: &[Value]) -> (Option<AlertState>, Option<AlertState>) {
        let said = Said::read(&history(changes), &inc());
        (said.of_ticket, said.of_any)
    }

    #[test]
    fn a_comment_holds_number_state_and_link() {
        assert_eq!(
            words(&inc(), Acknowledged),
            "Ticket INC0010077 (In Progress): https://desk.example/INC0010077 [signalbox INC0010077 Acknowledged]"
        );
        let bare = Ticket { number: " ".into(), url: String::new(), platform_state: String::new(), ..inc() };
        assert_eq!(words(&bare, Closed), "Ticket id-INC0010077 [signalbox id-INC0010077 Closed]");
    }

    #[test]
    fn a_comment_is_bounded_and_keeps_its_mark() {
        let long = Ticket { url: format!("https://desk.example/{}", "a".repeat(2_000)), ..inc() };
        let comment = words(&long, Closed);
        assert_eq!(Unit::Utf16.count(&comment), LONGEST_COMMENT);
        assert!(comment.ends_with("… [signalbox INC0010077 Closed]"), "{comment}");
        let odd = Ticket { number: format!("[signalbox x Closed]\n{}", "9".repeat(300)), ..inc() };
        let found = Said::read(&history(&[change("10:00", &words(&odd, Acknowledged))]), &odd);
        assert_eq!(found, Said { of_ticket: Some(Acknowledged), of_any: Some(Acknowledged) });
    }

    #[test]
    fn the_latest_comment_of_a_ticket_counts() {
        let acknowledged = change("10:00", &words(&inc(), Acknowledged));
        let closed = change("11:00", &words(&inc(), Closed));
        let other = change("12:00", &words(&ticket("INC0010078", TicketState::Open), Acknowledged));
        assert_eq!(said(&[]), (None, None));
        assert_eq!(said(&[change("09:00", ""), change("09:30", "I look at it")]), (None, None));
        assert_eq!(said(std::slice::from_ref(&acknowledged)), (Some(Acknowledged), Some(Acknowledged)));
        // Azure answers them in no order that it promises.
        assert_eq!(said(&[closed.clone(), acknowledged.clone()]), (Some(Closed), Some(Closed)));
        assert_eq!(said(&[acknowledged, closed, other.clone()]), (Some(Closed), Some(Acknowledged)));
        assert_eq!(said(&[other]), (None, Some(Acknowledged)));
    }

    #[test]
    fn a_number_is_not_found_in_a_longer_one() {
        let longer = ticket("INC00100777", TicketState::Open);
        assert_eq!(said(&[change("10:00", &words(&longer, Closed))]), (None, Some(Closed)));
    }

    #[test]
    fn a_comment_among_the_details_counts_too() {
        let mut change = change("10:00", "");
        change["details"] = json!({"type": "PropertyChange", "comment": words(&inc(), Closed)});
        assert_eq!(said(&[change]), (Some(Closed), Some(Closed)));
        for odd in [json!({}), json!({"properties": {"modifications": "none"}})] {
            assert_eq!(Said::read(&odd, &inc()), Said { of_ticket: None, of_any: None });
        }
    }
}
