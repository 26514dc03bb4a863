//! States as an instance is delivered, in the gateway's words. `settings.states` says what others mean.
//!
//! Source: ServiceNow's `servicenow.itsm` collection for Ansible (incident, change_request) and the product documentation of the
//! change models; 4 and 5 are what incident 3, On Hold, was split into before the Helsinki release.

use signalbox_sdk::records::ChangePhase;
use signalbox_sdk::types::TicketState;

/// An incident's `state`; none for a value of the instance's own.
#[must_use]
pub fn incident(state: &str) -> Option<TicketState> {
    match state {
        "1" | "2" => Some(TicketState::Open),          // New, In Progress
        "3" | "4" | "5" => Some(TicketState::Pending), // On Hold; Awaiting …
        "6" => Some(TicketState::Resolved),
        "7" => Some(TicketState::Closed),
        "8" => Some(TicketState::Canceled),
        _ => None,
    }
}

/// An `em_alert`'s `state`. A closed one comes back by itself with the next event, hence it is resolved and not closed.
#[must_use]
pub fn alert(state: &str) -> TicketState {
    if state.eq_ignore_ascii_case("closed") { TicketState::Resolved } else { TicketState::Open }
}

/// A change request's `state`, with its `close_code` where it is closed; none for a value of the instance's own.
#[must_use]
pub fn change(state: &str, close_code: &str) -> Option<(TicketState, ChangePhase)> {
    match state {
        "-5" | "-4" | "-3" => Some((TicketState::Open, ChangePhase::Draft)), // New, Assess, Authorize
        "-2" => Some((TicketState::Open, ChangePhase::Approved)),            // Scheduled
        "-1" => Some((TicketState::Open, ChangePhase::Implementing)),
        "0" => Some((TicketState::Open, ChangePhase::Reviewing)),
        "3" if close_code == "unsuccessful" => Some((TicketState::Closed, ChangePhase::Failed)),
        "3" => Some((TicketState::Closed, ChangePhase::Done)),
        "4" => Some((TicketState::Canceled, ChangePhase::Canceled)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incident_states_as_delivered() {
        let words = ["1", "2", "3", "4", "5", "6", "7", "8", "99", ""].map(incident);
        use TicketState::{Canceled, Closed, Open, Pending, Resolved};
        let expected = [Open, Open, Pending, Pending, Pending, Resolved, Closed, Canceled].map(Some);
        assert_eq!(words[..8], expected);
        assert_eq!(words[8..], [None, None]);
    }

    #[test]
    fn a_closed_alert_can_come_back() {
        let words = ["Open", "Reopen", "Flapping", "Closed"].map(alert);
        assert_eq!(words, [TicketState::Open, TicketState::Open, TicketState::Open, TicketState::Resolved]);
    }

    #[test]
    fn change_states_as_delivered() {
        for (state, close_code, phase) in [
            ("-5", "", Some(ChangePhase::Draft)),
            ("-4", "", Some(ChangePhase::Draft)),
            ("-3", "", Some(ChangePhase::Draft)),
            ("-2", "", Some(ChangePhase::Approved)),
            ("-1", "", Some(ChangePhase::Implementing)),
            ("0", "successful", Some(ChangePhase::Reviewing)),
            ("3", "successful", Some(ChangePhase::Done)),
            ("3", "successful_issues", Some(ChangePhase::Done)),
            ("3", "unsuccessful", Some(ChangePhase::Failed)),
            ("4", "", Some(ChangePhase::Canceled)),
            ("17", "", None),
        ] {
            assert_eq!(change(state, close_code).map(|(_, phase)| phase), phase, "{state} {close_code}");
        }
    }
}
